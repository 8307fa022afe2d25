# SPDX-License-Identifier: Apache-2.0
"""What the machine does to us: a disk that is full for a while, a clock that steps, another boot, a number that another
process has now, no room for watches, or for all events."""

import contextlib
import json
import os
import shutil
import signal
import sqlite3
import struct
import subprocess
import sys
import textwrap
import unittest

sys.path.append(os.path.dirname(os.path.abspath(__file__)))

from oracle import Witness  # noqa: E402
from shim import Rule, ShimmedDaemon  # noqa: E402

from processes import is_alive, kill_quietly, living, read_bytes, wait_for  # noqa: E402
from small_disk import SmallDisk  # noqa: E402
from daemon import ENABLED, Daemon, needs  # noqa: E402

HOUR = 3600 * 10**6


@needs("runyardd")
class FullForAWhileTest(SmallDisk):
    """R7. As root on a mount; everybody else, and root once more, in a namespace of users and mounts."""

    SIZE = 32 << 20

    def make_daemon(self, **options):
        if os.geteuid() != 0:
            self.skipTest("done in a namespace, below")
        return super().make_daemon(**options)

    def test_the_child_waits_and_nothing_is_lost(self):
        run = Witness(self.daemon, points=2000, pause=0.0005).submit()
        wait_for("points", lambda: run.account.points() > 100)
        filler = self.fill_disk()
        before = [-1]

        def stands_still():
            before.append(run.account.points())
            return len(before) > 50 and len(set(before[-50:])) == 1

        wait_for("the child to wait", stands_still)
        self.assertLess(run.account.points(), 6 * 2000)
        os.unlink(filler)
        try:
            self.assertEqual(self.daemon.wait(run.id)["status"], "Completed")
        except AssertionError as problem:
            raise AssertionError("%s\n%s\nthe witness: %s\nthe daemon said: %s" % (
                problem, self.daemon.run(run.id), run.account.read(), self.daemon.said()[-2000:])) from problem
        run.check()


@needs("runyardd")
class UnprivilegedFullDiskTest(unittest.TestCase):
    def test_the_same_without_privileges(self):
        python = shutil.which("python3", path="/usr/bin") or sys.executable
        as_other_user = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.geteuid() == 0 else []
        inside = as_other_user + ["unshare", "-rm"]
        if not shutil.which("unshare") or subprocess.run([*inside, python, "-c", ""], stderr=subprocess.DEVNULL).returncode:
            self.skipTest("no namespace of users can be made here")
        done = subprocess.run([*inside, python, os.path.abspath(__file__), "FullForAWhileTest"],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.assertEqual(done.returncode, 0, done.stdout.decode()[-3000:])
        if b"skipped" in done.stdout:
            self.skipTest(done.stdout.decode()[-200:])


@needs("runyardd")
class ClockTest(unittest.TestCase):
    """R12: daemon and launcher see a clock that steps."""

    def setUp(self):
        self.clock = os.path.join("/tmp", "ry-clock-%d" % os.getpid())
        self.addCleanup(os.unlink, self.clock)
        self.step(0)
        self.daemon = ShimmedDaemon(RUNYARD_SHIM_CLOCK=self.clock)
        self.addCleanup(self.daemon.close)

    def step(self, microseconds):
        with open(self.clock, "r+b" if os.path.exists(self.clock) else "wb") as file:
            file.write(struct.pack("<q", microseconds))

    def test_it_steps_while_a_run_goes_on(self):
        for first, then in ((HOUR, -HOUR), (-HOUR, HOUR), (16 * 365 * 24 * HOUR, 0)):
            with self.subTest(first=first, then=then):
                run = Witness(self.daemon, points=300, pause=0.001, max_seconds=600).submit()
                wait_for("points", lambda: run.account.points() > 50)
                self.step(first)
                wait_for("more points", lambda: run.account.points() > 600)
                run.check_now()
                self.step(then)
                ended = self.daemon.wait(run.id)
                self.assertEqual(ended["status"], "Completed", ended)
                self.assertGreaterEqual(ended["duration_seconds"], 0)
                run.check()

    def test_after_2038(self):
        self.step(16 * 365 * 24 * HOUR)
        ended = self.daemon.finish("print(1)")
        self.assertEqual((ended["status"], ended["ended"][:2]), ("Completed", "20"))
        self.assertGreater(int(ended["ended"][:4]), 2038)

    def test_runs_are_listed_in_the_order_of_their_submission_within_one_daemon(self):
        ids = []
        for ahead in (0, -HOUR, 0):
            self.step(ahead)
            ids.append(self.daemon.finish("print(1)")["id"])
        self.assertEqual([run["id"] for run in self.daemon.get("/runs")["items"]], ids[::-1])


@needs("runyardd")
class RebootTest(unittest.TestCase):
    """R13, R18: the machine starts again, and numbers of processes belong to others."""

    def setUp(self):
        self.boot = os.path.join("/tmp", "ry-boot-%d" % os.getpid())
        self.addCleanup(os.unlink, self.boot)
        self.write("first")
        self.daemon = ShimmedDaemon(RUNYARD_SHIM_BOOT=self.boot)
        self.addCleanup(self.daemon.close)

    def write(self, boot):
        with open(self.boot, "w") as file:
            file.write(boot + "\n")

    def running(self):
        run = Witness(self.daemon, points=5, pause=0, end="stay").submit()
        wait_for("every point", lambda: run.account.points() == 30)
        return run

    def power_off(self, run):
        """All at once: no process sees another one die."""
        self.daemon.kill()
        for sig in (signal.SIGSTOP, signal.SIGKILL):
            for pid in living(self.daemon.state) + living(run.id):
                kill_quietly(pid, sig)
        wait_for("the end of every process", lambda: not living(self.daemon.state) and not living(run.id))

    def test_a_run_is_lost_with_the_machine_once_and_the_next_one_starts(self):
        run = self.running()
        waits = Witness(self.daemon, points=5, pause=0).submit()
        self.power_off(run)
        self.write("second")
        self.daemon.start()
        ended = self.daemon.wait(run.id)
        self.assertEqual((ended["status"], ended["reason"]), ("Failed", "lost"))
        self.assertIn("machine restarted", ended["error"]["message"])
        run.check(lines_may_end_early=True)
        self.assertEqual(self.daemon.wait(waits.id)["status"], "Completed")
        waits.check()
        before = self.daemon.ending(run.id)
        self.daemon.restart()
        self.assertEqual(self.daemon.ending(run.id), before)

    def test_a_stranger_who_has_the_number_of_a_launcher_is_left_alone(self):
        run = self.running()
        self.power_off(run)
        stranger = subprocess.Popen(["sleep", "1000"])
        self.addCleanup(stranger.wait)
        self.addCleanup(stranger.kill)
        lock = self.daemon.attempt(run.id, "lock")
        holders = json.loads(read_bytes(lock))
        for who in ("guard", "worker"):
            holders[who]["pid"] = stranger.pid
        with open(lock, "w") as file:
            json.dump(holders, file)
        self.daemon.start()
        self.daemon.api("POST", "/runs/%s/cancel" % run.id)
        self.assertIn(self.daemon.wait(run.id)["status"], ("Failed", "Canceled"))
        self.assertTrue(is_alive(stranger.pid))


@needs("runyardd")
class NoWatchesTest(unittest.TestCase):
    """R23: the system has no room for another inotify watch."""

    def test_files_are_looked_at_all_the_same(self):
        rule = Rule("watch", "", "ENOSPC")
        daemon = ShimmedDaemon(rule, only="runyardd")
        self.addCleanup(daemon.close)
        rule.fail_all()
        run = Witness(daemon, points=100, pause=0, end="stay").submit()
        wait_for("rows without a request for them", lambda: rows_of(daemon, "<>", "all") >= 600)
        run.check_now()
        log = daemon.log(run.id)
        self.assertEqual(len(log.splitlines()), 6 * 50)
        daemon.api("POST", "/runs/%s/cancel" % run.id, {"grace_seconds": 0})
        self.assertEqual(daemon.api("GET", "/runs/%s/log?follow=1" % run.id).body, log)
        self.assertEqual(daemon.wait(run.id)["status"], "Canceled")
        run.check()


@needs("runyardd")
class TooManyEventsTest(unittest.TestCase):
    """R23: more happens at once than the queue of inotify holds."""

    LIMIT = "/proc/sys/fs/inotify/max_queued_events"
    RUNS = 8
    SCRIPT = """
        import os, sys, time
        from runyard import Run
        run = Run.get_context()
        def report(word):
            run.log(word, 1)
            open(os.path.join(sys.argv[1], "%s-%d" % (word, os.getpid())), "w").close()
        report("first")
        while not os.path.exists(os.path.join(sys.argv[1], "go")):
            time.sleep(0.01)
        report("second")
        time.sleep(1000)
        """

    def make_daemon(self):
        """Its daemon's queue holds four events."""
        before = read_bytes(self.LIMIT)
        try:
            with open(self.LIMIT, "w") as file:
                file.write("4")
        except OSError as error:
            self.skipTest("the length of the queue cannot be set: %s" % error)
        try:
            daemon = Daemon()
        finally:
            with open(self.LIMIT, "wb") as file:
                file.write(before)
        self.addCleanup(daemon.close)
        return daemon

    def test_what_was_dropped_is_looked_for(self):
        daemon = self.make_daemon()
        folder = os.path.join(daemon.root, "reports")
        os.mkdir(folder)
        daemon.api("POST", "/targets/local", {"slots": self.RUNS})
        source = daemon.folder(textwrap.dedent(self.SCRIPT))
        for _ in range(self.RUNS):
            body = daemon.request(source, arguments=[folder])
            daemon.post_run(dict(body, environ=dict(body["environ"], **ENABLED)))
        wait_for("rows of all runs", lambda: rows_of(daemon, "=", "first") == self.RUNS)
        assert daemon.process is not None
        os.kill(daemon.process.pid, signal.SIGSTOP)
        try:
            open(os.path.join(folder, "go"), "w").close()
            wait_for("all runs to report", lambda: sum(name.startswith("second") for name in os.listdir(folder)) == self.RUNS)
        finally:
            os.kill(daemon.process.pid, signal.SIGCONT)
        wait_for("rows without a request for them", lambda: rows_of(daemon, "=", "second") == self.RUNS)


def rows_of(daemon, operator, name):
    """How many points of such names are in the database. Asking the API would have the files read."""
    with contextlib.closing(sqlite3.connect("file:%s/runyard.db?mode=ro" % daemon.state, uri=True)) as database:
        return database.execute("SELECT coalesce(sum(count), 0) FROM metric WHERE name %s ?" % operator, (name,)).fetchone()[0]


if __name__ == "__main__":
    unittest.main()
