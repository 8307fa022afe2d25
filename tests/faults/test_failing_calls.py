# SPDX-License-Identifier: Apache-2.0
"""The Nth call fails, for each N of a submit-run-finish cycle and each kind of call (R7, R10). RUNYARD_SLOW=1: every N."""

import os
import random
import sys
import unittest

sys.path.append(os.path.dirname(os.path.abspath(__file__)))

from oracle import Witness  # noqa: E402
from shim import Rule, ShimmedYard  # noqa: E402

from processes import read_bytes  # noqa: E402
from yard import needs, program  # noqa: E402

PROGRAMS = ("runyardd", "runyard-launcher")
SAMPLE = 8  # of the calls of one kind, in an ordinary run of the tests
POINTS = 4
STATE = "/state/"
SLOW = bool(os.environ.get("RUNYARD_SLOW"))


@needs("runyardd")
class FailingCallsTest(unittest.TestCase):
    def sweep(self, cycle, name, *kinds):
        for op, pattern, error in kinds:
            with self.subTest(program=name, op=op, pattern=pattern, error=error):
                self.sweep_one(cycle, name, Rule(op, pattern, error))

    def sweep_one(self, cycle, name, rule):
        yard = ShimmedYard(rule, only=name)
        try:
            for number in self.numbers(yard, rule):
                rule.fail(number)
                with self.subTest(number=number):
                    cycle(yard, rule)
                rule.rest()
                self.assertIsNone(yard.daemon.poll(), yard.said()[-2000:])
            self.assertEqual(yard.stop(), 0)
            yard.assert_rebuilds()
            yard.start()
        finally:
            yard.close()

    def numbers(self, yard, rule):
        """Which calls of a cycle are to fail: after one that makes what later ones find there."""
        for _ in range(2):
            rule.rest()
            self.same_result(yard, rule)
        every = range(1, rule.seen + 1)
        return every if SLOW or len(every) <= SAMPLE else sorted(random.sample(every, SAMPLE))

    def same_result(self, yard, rule):
        run = Witness(yard, points=POINTS, pause=0).submit()
        ended = yard.wait(run.id)
        self.assertEqual(ended["status"], "Completed", ended)
        self.assertEqual(ended["warnings"], [])
        self.check(run, rule)

    def check(self, run, rule):
        """What the calls left behind is the question, not how the answer is given."""
        seen = rule.seen
        rule.rest()
        run.check()
        rule.memory[0] = seen

    def said_or_done(self, yard, rule):
        """A submit that is refused is refused in words, and can be repeated; a run that was accepted ends, and says why."""
        run = Witness(yard, points=POINTS, pause=0)
        answer = yard.post_run(run.body)
        if answer.status not in (200, 201):
            self.assertGreater(len(answer.message), 20)
        run.submit()
        ended = yard.wait(run.id)
        if ended["status"] == "Failed":
            self.assertIn(ended["reason"], ("could_not_start", "launcher_killed", "lost"), ended)
            self.assertGreater(len(ended["error"]["message"]), 20)
        self.check(run, rule)

    def test_short_writes_change_nothing(self):
        for name in PROGRAMS:
            self.sweep(self.same_result, name, ("write", STATE, "short"))

    def test_interrupted_calls_change_nothing(self):
        """Of ours: SQLite and libarchive do not repeat theirs. The launcher has all signals blocked: nothing interrupts it."""
        for folder in ("/runs/", "yard.jsonl"):
            self.sweep(self.same_result, "runyardd", *((op, folder, "EINTR") for op in ("write", "sync", "open")))
        self.sweep(self.same_result, "runyard-launcher",
                   ("write", "attempt-1/l", "EINTR"), ("write", "exit.", "EINTR"), ("sync", STATE, "EINTR"))

    def test_a_disk_that_is_full_once(self):
        for name in PROGRAMS:
            self.sweep(self.said_or_done, name, *((op, STATE, "ENOSPC") for op in ("write", "mkdir", "rename")))

    def test_a_disk_that_fails_once(self):
        for name in PROGRAMS:
            calls = ("write", "sync", "open", "rename", "unlink")
            self.sweep(self.said_or_done, name, *((op, STATE, "EIO") for op in calls))

    def test_no_descriptor_is_left_once(self):
        for name in PROGRAMS:
            self.sweep(self.said_or_done, name, ("open", STATE, "EMFILE"))

    def test_no_process_can_be_made_once(self):
        for name in PROGRAMS:
            self.sweep(self.said_or_done, name, ("fork", "", "EAGAIN"), ("exec", "", "ENOMEM"))

    def test_a_submit_that_was_refused_is_not_found_by_the_next_daemon(self):
        rule = Rule("sync", "runyard.db-wal", "EIO")
        yard = ShimmedYard(rule, only="runyardd")
        self.addCleanup(yard.close)
        mark = os.path.join(yard.root, "started")
        body = yard.request(None, kind="command", command="echo >> " + mark, script=None)
        rule.fail_all()
        self.assertEqual(yard.post_run(body).status, 500)
        rule.rest()
        yard.restart()
        self.assertEqual(yard.get("/runs")["items"], [])
        self.assertEqual(yard.wait(yard.post_run(body).json["id"])["status"], "Completed")
        yard.restart()
        self.assertEqual(len(yard.get("/runs")["items"]), 1)
        self.assertEqual(read_bytes(mark), b"\n")


if __name__ == "__main__":
    unittest.main()
