#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The controller is killed within 300 ms of an acknowledged submit (R2), Slurm's and ours.

    tests/faults/slurm.py [--rounds N] [--seed N]

A job is lost when it never ran and the controller, started again, does not know it; it is started twice when its script
began more than once. Starts Slurm in a folder of its own and leaves nothing behind; not part of scripts/test.
"""

import argparse
import os
import random
import signal
import sys
import time
from functools import partial
from typing import Dict

sys.path[:0] = [os.path.dirname(os.path.abspath(__file__))]

import rounds  # noqa: E402
from cluster import Cluster, missing  # noqa: E402
from families import Family, Outcome, falls  # noqa: E402
from processes import read_bytes  # noqa: E402

DRAINED = 600.0  # seconds for all jobs to end


class Slurm:
    """The rounds of families.SubmitAcknowledged, of Slurm: every job appends a line to a file of its own.

    Slurm writes its jobs at once when it has written nothing for five seconds, as after a start, else when those are
    over: `busy` is a second submit in each round, which ours always have.
    """

    def __init__(self, cluster: Cluster, busy: bool) -> None:
        self.cluster = cluster
        self.busy = busy
        self.marks: Dict[str, str] = {}

    def submit(self) -> None:
        name = "job-%d" % len(self.marks)
        mark = self.cluster.path(name)
        self.cluster.submit(name, "echo $$ >> " + mark)
        self.marks[name] = mark

    def round(self, chance: random.Random) -> None:
        self.submit()
        falls(chance, 0.3)
        self.cluster.kill_controller()
        self.cluster.start_controller()
        if self.busy:
            self.submit()

    def outcome(self) -> Outcome:
        self.cluster.wait_idle(DRAINED)
        known = self.cluster.known()
        starts = {name: len(read_bytes(mark).splitlines()) for name, mark in self.marks.items()}
        return Outcome(len(starts), sum(n == 0 and name not in known for name, n in starts.items()),
                       sum(n > 1 for n in starts.values()))


def slurm(busy: bool, seed: int, count: int) -> str:
    """All rounds of Slurm: its version, and what became of its jobs."""
    cluster = Cluster(Family.slots)
    try:
        jobs = Slurm(cluster, busy)
        for number in range(count):
            jobs.round(random.Random("%d/slurm/%d" % (seed, number)))
        submits = "two submits a round" if busy else "one submit a round"
        return "%s, %s: %s" % (cluster.version(), submits, jobs.outcome())
    finally:
        cluster.close()


def ours(seed: int, count: int) -> str:
    return "runyard, two submits a round: " + "; ".join(rounds.play("submit", seed, count))


def stop(number: int, _: object) -> None:
    """Once: a second Ctrl-C must not interrupt the cleaning up."""
    signal.signal(number, signal.SIG_IGN)
    raise SystemExit("told to stop")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--rounds", type=int, default=200)
    options = parser.parse_args()
    if missing():
        print("cannot run Slurm beside us: there is no %s; Debian has them in slurm-wlm and munge "
              "(apt-get install --no-install-recommends slurm-wlm munge)" % ", ".join(missing()), file=sys.stderr)
        return 1
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    for play in (partial(slurm, False), partial(slurm, True), ours):
        begun = time.monotonic()
        figures = play(options.seed, options.rounds)
        print("%s (%d rounds in %.0f s, seed %d)" % (figures, options.rounds, time.monotonic() - begun, options.seed),
              flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
