# SPDX-License-Identifier: Apache-2.0
"""The Nth call fails, for each N of a submit-run-finish cycle and each kind of call (R7, R10, R11).
A sample of the N, or more of them (depth.py)."""

import contextlib
import http.client
import os
import subprocess
import sys
import unittest

sys.path.append(os.path.dirname(os.path.abspath(__file__)))

from oracle import Witness  # noqa: E402
import depth  # noqa: E402
from shim import Rule, ShimmedDaemon  # noqa: E402

from processes import PATIENCE, read_bytes, wait_for  # noqa: E402
from daemon import needs  # noqa: E402

PROGRAMS = ("runyardd", "runyard-launcher")
SOME, MORE = 3, 8  # of the calls of one kind
POINTS = 4
STATE = "/state/"


@needs("runyardd")
class FailingCallsTest(unittest.TestCase):
    def sweep(self, cycle, name, *kinds):
        for op, pattern, error in kinds:
            with self.subTest(program=name, op=op, pattern=pattern, error=error):
                self.sweep_one(cycle, name, Rule(op, pattern, error))

    def sweep_one(self, cycle, name, rule, **more):
        daemon = ShimmedDaemon(rule, only=name, **more)
        try:
            for number in self.numbers(daemon, rule):
                rule.fail(number)
                with self.subTest(number=number):
                    cycle(daemon, rule)
                rule.rest()
                self.assertIsNone(daemon.process.poll(), daemon.said()[-2000:])
            self.assertEqual(daemon.stop(), 0)
            daemon.assert_rebuilds()
            daemon.start()
        finally:
            daemon.close()

    def numbers(self, daemon, rule):
        """Which calls of a cycle are to fail: after one that makes what later ones find there."""
        for _ in range(2):
            rule.rest()
            self.same_result(daemon, rule)
        if rule.seen == 0:
            self.skipTest("no such call is seen: " + rule.words)  # a release may have an operator new of its own
        return depth.sample(range(1, rule.seen + 1), SOME, MORE)

    def same_result(self, daemon, rule):
        run = Witness(daemon, points=POINTS, pause=0).submit()
        ended = daemon.wait(run.id)
        self.assertEqual(ended["status"], "Completed", ended)
        self.assertEqual(ended["warnings"], [])
        self.check(run, rule)

    def check(self, run, rule):
        """What the calls left behind is the question, not how the answer is given."""
        seen = rule.seen
        rule.rest()
        run.check()
        rule.memory[0] = seen

    def said_or_done(self, daemon, rule):
        """A submit that is refused is refused in words, and can be repeated; a run that was accepted ends, and says why."""
        run = Witness(daemon, points=POINTS, pause=0)
        answer = daemon.post_run(run.body)
        if answer.status not in (200, 201):
            self.assertGreater(len(answer.message), 20)
        run.submit()
        ended = daemon.wait(run.id)
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

    def test_no_memory_is_left_once(self):
        """R11. It may end the program, never harm what is written."""
        for name in PROGRAMS:
            rule = Rule("new", "", "ENOMEM")
            with self.subTest(program=name):
                self.sweep_one(self.done_after_all, name, rule, ASAN_OPTIONS="verify_asan_link_order=0:detect_leaks=0")

    def done_after_all(self, daemon, rule):
        """What a client does: it repeats the submit with its id, and a daemon that died is started again."""
        run = Witness(daemon, points=POINTS, pause=0)

        def accepted():
            answer = daemon.post_run(run.body)
            run.id = answer.json["id"] if answer.status in (200, 201) else ""
            return run.id

        self.until_answered(daemon, accepted)
        ended = self.until_answered(daemon, lambda: daemon.wait(run.id))
        self.assertIn(ended["status"], ("Completed", "Failed"), ended)
        self.check(run, rule)

    def until_answered(self, daemon, ask):
        def asked():
            try:
                return ask()
            except (OSError, http.client.HTTPException):
                with contextlib.suppress(subprocess.TimeoutExpired):
                    daemon.process.wait(1)  # it may be dying
                    daemon.start()
                return None

        return wait_for("an answer", asked, 3 * PATIENCE)

    def test_a_submit_that_was_refused_is_not_found_by_the_next_daemon(self):
        rule = Rule("sync", "runyard.db-wal", "EIO")
        daemon = ShimmedDaemon(rule, only="runyardd")
        self.addCleanup(daemon.close)
        mark = os.path.join(daemon.root, "started")
        body = daemon.request(None, kind="command", command="echo >> " + mark, script=None)
        rule.fail_all()
        self.assertEqual(daemon.post_run(body).status, 500)
        rule.rest()
        daemon.restart()
        self.assertEqual(daemon.get("/runs")["items"], [])
        self.assertEqual(daemon.wait(daemon.post_run(body).json["id"])["status"], "Completed")
        daemon.restart()
        self.assertEqual(len(daemon.get("/runs")["items"]), 1)
        self.assertEqual(read_bytes(mark), b"\n")


if __name__ == "__main__":
    unittest.main()
