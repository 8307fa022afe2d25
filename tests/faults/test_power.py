# SPDX-License-Identifier: Apache-2.0
"""The power goes (R9): what was never synced is lost, and yet acknowledged submits and endings that were seen are there."""

import os
import sys
import unittest

sys.path.append(os.path.dirname(os.path.abspath(__file__)))

import depth  # noqa: E402
from oracle import Witness  # noqa: E402
from power import SYNCED, Disk, events  # noqa: E402
from shim import ShimmedDaemon  # noqa: E402

from processes import read_bytes, wait_for  # noqa: E402
from daemon import FINAL, Daemon, needs  # noqa: E402

SOME, MORE = 15, 40  # moments at which the power goes


def files_below(root):
    found = {}
    for folder, _, names in os.walk(root):
        for name in names:
            path = os.path.join(folder, name)
            if os.path.isfile(path):
                found[os.path.relpath(path, root)] = read_bytes(path)
    return found


@needs("runyardd")
class PowerTest(unittest.TestCase):
    """A promise counts from a byte of the record on: what was recorded up to there had happened before it was made."""

    def setUp(self):
        self.daemon = ShimmedDaemon(start=False)
        self.addCleanup(self.daemon.close)
        self.record = os.path.join(self.daemon.root, "record")
        open(self.record, "w").close()
        self.daemon.environment.update(RUNYARD_SHIM_RECORD=self.record, RUNYARD_SHIM_ROOT=self.daemon.state)
        self.daemon.start()
        self.submitted, self.ended = {}, {}

    def size(self):
        return os.path.getsize(self.record)

    def submit(self, **options):
        run = Witness(self.daemon, points=3, pause=0, **options).submit()
        self.submitted[run] = self.size()
        return run

    def end(self, run):
        status = self.daemon.wait(run.id)["status"]
        self.ended[run] = (self.size(), status)

    def load(self):
        """One run that finishes, one that is canceled, one that stays queued, and a second that finishes."""
        for options in ({}, {"end": "stay"}, {}):
            run = self.submit(**options)
            if options:
                self.daemon.wait_status(run.id, "Running")
                self.daemon.api("POST", "/runs/%s/cancel" % run.id, {"grace_seconds": 0})
            self.end(run)
        self.daemon.api("POST", "/targets/local", {"slots": 0})
        self.submit()

    def test_what_was_acknowledged_or_seen_is_there(self):
        self.load()
        self.daemon.kill()
        record = read_bytes(self.record)
        real = files_below(self.daemon.state)
        syncs = [event.end for event in events(record) if event.kind == SYNCED]
        for end in depth.sample(syncs, SOME, MORE) + [len(record)]:
            with self.subTest(byte=end):
                self.go_on_from(record, end, real, lambda after, end=end: self.check(after, end))
        self.daemon.start()

    def after_the_power_went(self, check):
        """Now; `check` looks at what another boot makes of what is left."""
        self.daemon.kill()
        record = read_bytes(self.record)
        self.go_on_from(record, len(record), files_below(self.daemon.state), check)
        self.daemon.start()

    def test_a_run_that_was_removed_stays_removed(self):
        run = self.daemon.finish("pass")["id"]
        self.assertEqual(self.daemon.api("DELETE", "/runs/" + run, headers={"Content-Type": "application/json"}).status, 200)
        self.after_the_power_went(lambda after: self.assertEqual(after.get("/runs")["items"], []))

    def test_a_run_that_had_begun_does_not_begin_again(self):
        run = self.daemon.submit("import time\nprint('ready', flush=True)\ntime.sleep(1000)")
        self.daemon.wait_log(run, "ready")
        self.after_the_power_went(lambda after: self.assertEqual(after.wait(run)["reason"], "lost"))

    def test_the_last_line_of_a_run_that_falls_silent_is_synced(self):
        run = self.daemon.submit("import os, time\nwith open(os.environ['RUNYARD_METRICS'], 'ab', 0) as file:\n"
                               "  for i in range(3):\n    file.write(b'{\"k\":\"scalar\",\"n\":\"x\",\"v\":1}\\n'); time.sleep(0.2)\n"
                               "print('said', flush=True)\ntime.sleep(1000)")
        self.daemon.wait_log(run, "said")
        path = self.daemon.attempt(run, "journal", "metrics.jsonl")
        wait_for("the sync", lambda: any(event.kind == SYNCED and event.path == path and event.offset == os.path.getsize(path)
                                         for event in events(read_bytes(self.record))))
        self.daemon.api("POST", "/runs/%s/cancel" % run, {"grace_seconds": 0})
        self.daemon.wait(run)

    def go_on_from(self, record, end, real, check):
        disk = Disk(self.daemon.state, real)
        for event in events(record[:end]):
            disk.play(event)
        after = Daemon(start=False)
        after.rebuilds = False  # rows whose lines were cut off stay
        boot = os.path.join(after.root, "boot-id")
        with open(boot, "w") as file:
            file.write("another-boot\n")
        after.environment.update({**self.daemon.environment, "RUNYARD_STATE": after.state, "HOME": after.home,
                                  "RUNYARD_SHIM_BOOT": boot})
        for name in ("RUNYARD_SHIM_RECORD", "RUNYARD_SHIM_ROOT"):
            del after.environment[name]
        try:
            disk.leave(after.state)
            after.start()
            check(after)
        finally:
            after.close()

    def check(self, after, end):
        known = {run["id"] for run in after.get("/runs", limit=1000)["items"]}
        for run, since in self.submitted.items():
            if since <= end:
                self.assertIn(run.id, known, "an acknowledged submit is lost; the daemon said: " + after.said()[-1000:])
        for run, (since, status) in self.ended.items():
            if since <= end:
                self.assertEqual(after.status(run.id), status, after.said()[-1000:])
                ending = read_bytes(after.attempt(run.id, "exit.json"))
                self.assertTrue(ending.endswith(b"}\n"), "the record of the ending is lost")
                run.daemon = after
                run.check(lines_may_end_early=status == "Canceled")
            elif run.id in known:  # it began again, or goes on to be lost with the machine
                after.api("POST", "/runs/%s/cancel" % run.id, {"grace_seconds": 0})
                self.assertIn(after.wait(run.id)["status"], FINAL)


if __name__ == "__main__":
    unittest.main()
