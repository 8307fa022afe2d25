# SPDX-License-Identifier: Apache-2.0
"""Many runs wait, many have ended, and more come (R24): memory, descriptors, threads and latency of the daemon stay as they
are. Only with RUNYARD_SLOW=1; RUNYARD_EVERY=1: 10,000 that wait, 1,000 that have ended, ten minutes of load, else a tenth
of the runs, and seconds. The latency is printed and not judged: other tests run beside this one.
"""

import os
import statistics
import sys
import time
import unittest

sys.path.append(os.path.dirname(os.path.abspath(__file__)))

import depth  # noqa: E402
import oracle  # noqa: E402, F401  (the path of what it shares with the scenarios)

from processes import read_bytes  # noqa: E402
from daemon import DaemonTest, needs  # noqa: E402

WAITING, ENDED, LOAD = (10_000, 1_000, 600.0) if depth.EVERY else (1_000, 100, 20.0)
PARTS = 4  # of the load: the first warms up, the second is compared with the last
MORE_MEMORY = 32 << 20


class Figures:
    """What the daemon takes and how fast it answers, over one part of the load."""

    def __init__(self, pid):
        self.pid, self.submits, self.reads = pid, [], []

    def close(self):
        folder = "/proc/%d/" % self.pid
        status = dict(line.split(":", 1) for line in read_bytes(folder + "status").decode().splitlines())
        self.memory = int(status["VmRSS"].split()[0]) * 1024
        self.threads = int(status["Threads"])
        self.descriptors = len(os.listdir(folder + "fd"))

    def __str__(self):
        return "%.0f MiB, %d descriptors, %d threads, submit %.1f ms, read %.1f ms (medians of %d)" % (
            self.memory / 2**20, self.descriptors, self.threads, 1000 * statistics.median(self.submits),
            1000 * statistics.median(self.reads), len(self.reads))


@unittest.skipUnless(depth.MORE, "takes minutes: set RUNYARD_SLOW=1")
@needs("runyardd")
class SoakTest(DaemonTest):
    def body(self, target):
        return self.daemon.request(None, kind="command", command=["/bin/true"], script=None, target=target,
                                 environ={"PATH": "/usr/bin:/bin"})

    def submit(self, target):
        answer = self.daemon.post_run(self.body(target))
        self.assertEqual(answer.status, 201, answer)
        return answer.json["id"]

    def timed(self, times, act):
        begun = time.monotonic()
        result = act()
        times.append(time.monotonic() - begun)
        return result

    def load(self, figures, until):
        """One run after the other, and what a page asks for."""
        while time.monotonic() < until:
            run_id = self.timed(figures.submits, lambda: self.submit("local"))
            self.timed(figures.reads, lambda: self.daemon.get("/runs", limit=50))
            self.assertEqual(self.daemon.wait(run_id)["status"], "Completed")
        figures.close()

    def test_steady_load_changes_nothing(self):
        self.daemon.api("POST", "/targets/parked", {"slots": 0})
        for _ in range(ENDED):
            last = self.submit("local")
        self.daemon.wait(last, 600)
        for _ in range(WAITING):
            self.submit("parked")
        begun = time.monotonic()
        parts = [Figures(self.daemon.process.pid) for _ in range(PARTS)]
        for number, part in enumerate(parts):
            self.load(part, begun + LOAD * (number + 1) / PARTS)
            print("part %d: %s" % (number, part), file=sys.stderr)
        before, after = parts[1], parts[-1]
        self.assertLessEqual(after.descriptors, before.descriptors + 4)
        self.assertEqual(after.threads, before.threads)
        self.assertLess(after.memory, before.memory + MORE_MEMORY)
        self.daemon.restart()
        queued, = [target["queued"] for target in self.daemon.get("/targets")["items"] if target["name"] == "parked"]
        self.assertEqual(len(queued), WAITING)

    def tearDown(self):
        self.daemon.kill()  # to end what waits, one after the other, would take as long as the test


if __name__ == "__main__":
    unittest.main()
