# SPDX-License-Identifier: Apache-2.0
"""Daemon and launcher are killed before and after each named point: every write, sync, rename, link, open, mkdir, unlink, fork
and exec that a submit-run-cancel-finish cycle comes by, start of the daemon included. The points are listed first, by program,
call and file; numbers and random words in names stand for all such names. A sample of them, or more (depth.py).
"""

import collections
import http.client
import os
import random
import re
import signal
import sys
import unittest

sys.path.append(os.path.dirname(os.path.abspath(__file__)))

import depth  # noqa: E402
from oracle import Witness  # noqa: E402
from shim import Rule, ShimmedDaemon, environment  # noqa: E402

from processes import PATIENCE, describe, read_bytes, wait_for  # noqa: E402
from daemon import needs  # noqa: E402

SOME, MORE = 12, 30  # points of a program
MOMENTS = ("kill", "killed")  # before the call, and after it
ENDINGS = ("Completed", "Failed", "Canceled")


def pattern_of(name):
    """The part of a file's name that is the same in every run of a cycle; empty: there is none."""
    parts = re.split(r"[0-9a-f]*[0-9][0-9a-f]*|main|thread|worker|shell|witness|scenario", name)
    return max((part for part in parts if len(part) > 3), key=len, default="")


class Cycle:
    """Submits one run that finishes and one that is canceled; a daemon that dies meanwhile is started again."""

    def __init__(self, daemon):
        self.daemon, self.died = daemon, False

    def play(self):
        self.finishes = Witness(self.daemon, points=4, pause=0)
        self.stays = Witness(self.daemon, points=1, pause=0, end="stay")
        for run in (self.finishes, self.stays):
            self.insist(run.submit)
        self.insist(lambda: self.daemon.wait(self.finishes.id))
        self.insist(lambda: self.daemon.wait_status(self.stays.id, "Running", *ENDINGS))
        self.insist(lambda: self.daemon.api("POST", "/runs/%s/cancel" % self.stays.id, {"grace_seconds": 0}))
        self.insist(lambda: self.daemon.wait(self.stays.id))

    def insist(self, act):
        """What a client does: ask again, after it has started the daemon that went away."""
        while True:
            try:
                if self.daemon.process is None or self.daemon.process.poll() is not None:
                    self.daemon.start()
                return act()
            except (OSError, http.client.HTTPException, AssertionError):
                if self.died or self.daemon.process.wait(PATIENCE) != -signal.SIGKILL:
                    raise
                self.died = True


@needs("runyardd")
class KilledAtTest(unittest.TestCase):
    def points(self, program):
        """(op, pattern) -> how often a cycle comes by."""
        daemon = ShimmedDaemon(start=False)
        listed = os.path.join(daemon.root, "points")
        open(listed, "w").close()
        daemon.environment.update(environment(daemon.home, only=program, RUNYARD_SHIM_LIST=listed,
                                            RUNYARD_SHIM_ROOT=daemon.state))
        try:
            Cycle(daemon).play()
            found = collections.Counter()
            for line in read_bytes(listed).decode("utf-8", "replace").splitlines():
                _, op, *name = line.split(" ", 2)
                pattern = "" if op in ("fork", "exec") else pattern_of(name[0])
                if pattern or op in ("fork", "exec"):
                    found[op, pattern] += 1
            return found
        finally:
            daemon.close()

    def sweep(self, program):
        points = self.points(program)
        possible = [(op, pattern, moment, random.randint(1, count)) for (op, pattern), count in sorted(points.items())
                    for moment in MOMENTS if (op, moment) != ("exec", "killed")]
        chosen = depth.sample(possible, SOME, MORE)
        hits = 0
        for op, pattern, moment, number in chosen:
            with self.subTest(program=program, op=op, pattern=pattern, moment=moment, number=number):
                hits += self.kill_at(program, Rule(op, pattern, moment), number)
        print("%s: %d points, killed at %d of %d" % (program, len(points), hits, len(chosen)), file=sys.stderr)
        self.assertGreater(hits, len(chosen) // 2)

    def kill_at(self, program, rule, number):
        daemon = ShimmedDaemon(rule, only=program, start=False)
        try:
            rule.fail(number)
            cycle = Cycle(daemon)
            cycle.play()
            hit = rule.seen >= number
            rule.rest()
            self.check(daemon, cycle, program == "runyardd" and not rule.text.startswith("exec:"))
            return hit
        except Exception as problem:
            raise AssertionError("%s\nthe daemon said: %s" % (problem, daemon.said()[-3000:])) from problem
        finally:
            daemon.close()

    def check(self, daemon, cycle, only_the_daemon):
        self.assertEqual(len(daemon.get("/runs")["items"]), 2)
        for run, ending in ((cycle.finishes, "Completed"), (cycle.stays, "Canceled")):
            ended = daemon.wait(run.id)
            if only_the_daemon:
                self.assertEqual(ended["status"], ending, ended)
            else:
                self.assertIn(ended["status"], (ending, "Failed"), ended)
            if ended["status"] == "Failed":  # "signalled": it was to become the child
                self.assertIn(ended["reason"], ("launcher_killed", "could_not_start", "signalled"), ended)
            left = ", ".join(map(describe, daemon.left_of(run.id)))
            wait_for("the end of every process: " + left, lambda: not daemon.left_of(run.id), 5)
            run.check(lines_may_end_early=ended["status"] == "Failed")

    def test_the_daemon_is_killed_at_every_point(self):
        self.sweep("runyardd")

    def test_the_launcher_is_killed_at_every_point(self):
        self.sweep("runyard-launcher")


if __name__ == "__main__":
    unittest.main()
