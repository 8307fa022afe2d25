# SPDX-License-Identifier: Apache-2.0
"""The families of rounds: which fault one round makes, and what must be true afterwards.

A round may leave runs to later rounds; `settle` ends and checks them. All random choices come from the `random.Random`
that a round is given, so that a seed repeats them. R1, R2, ... are promises of docs/reliability.md.
"""

import contextlib
import hashlib
import http.client
import os
import random
import signal
import threading
import time
import uuid
from typing import Any, Dict, List, NamedTuple

from oracle import PROGRAM, Witness

from processes import describe, kill_quietly, read_bytes, wait_for
from daemon import Daemon

ORPHAN_PATIENCE = 5.0  # seconds: the promise of R3


class Family:
    """A kind of fault. Owned by one series of rounds, on a daemon that no other family uses."""

    rounds = 0  # how many `scripts/test --all` makes; without --all, a third of them
    slots = 4

    def __init__(self, daemon: Daemon) -> None:
        self.daemon = daemon
        self.figures: List[str] = []
        daemon.api("POST", "/targets/local", {"slots": self.slots})

    def round(self, chance: random.Random) -> None:
        raise NotImplementedError

    def settle(self) -> None:
        """End and check the runs that are left, after the last round."""


class Outcome(NamedTuple):
    """How acknowledged submits ended."""

    acknowledged: int
    lost: int
    twice: int

    def __str__(self) -> str:
        return "%d acknowledged, %d lost, %d started twice" % self


def falls(chance: random.Random, most: float) -> None:
    """Sleep for a random time before a fault. A round tests a fault at any moment, so it waits for no condition."""
    time.sleep(chance.uniform(0, most))


class DaemonKilled(Family):
    """R1: the daemon is killed at any time under load, also while it starts; the runs go on, and nothing is lost."""

    rounds = 60
    live = 3

    def __init__(self, daemon: Daemon) -> None:
        super().__init__(daemon)
        self.runs: List[Witness] = []
        self.back: List[float] = []

    def round(self, chance: random.Random) -> None:
        while len(self.runs) < self.live:
            self.runs.append(Witness(self.daemon, points=chance.randrange(50, 300)).submit())
        falls(chance, 0.2)
        self.daemon.kill()
        while chance.random() < 0.3:  # once more, before it answers
            self.daemon.process = self.daemon.spawn_daemon()
            falls(chance, 0.05)
            self.daemon.kill()
        begun = time.monotonic()
        self.daemon.start()
        self.back.append(time.monotonic() - begun)
        for run in list(self.runs):
            run.check_now()
            if self.daemon.status(run.id) in ("Completed", "Failed", "Canceled"):
                self.end(run)

    def end(self, run: Witness) -> None:
        ended = self.daemon.wait(run.id)
        assert ended["status"] == "Completed", ended
        run.check()
        self.runs.remove(run)

    def settle(self) -> None:
        for run in list(self.runs):
            self.end(run)
        self.figures.append("API back after %.0f ms in the middle, %.0f ms at most" %
                            (1000 * sorted(self.back)[len(self.back) // 2], 1000 * max(self.back)))


class SubmitAcknowledged(Family):
    """R2: the daemon is killed within 300 ms of an acknowledged submit, while another is under way: each runs once."""

    rounds = 60

    def __init__(self, daemon: Daemon) -> None:
        super().__init__(daemon)
        self.marks: Dict[str, str] = {}

    def body(self) -> Dict[str, Any]:
        name = str(uuid.uuid4())
        self.marks[name] = os.path.join(self.daemon.root, name)
        return self.daemon.request(None, submission_id=name, kind="command", script=None,
                                 command="echo $$ >> " + self.marks[name])

    def round(self, chance: random.Random) -> None:
        first, second = self.body(), self.body()
        answer = self.daemon.post_run(first)
        assert answer.status == 201, answer
        falls(chance, 0.3)
        under_way = threading.Thread(target=self.post_quietly, args=(second,))
        under_way.start()
        falls(chance, 0.02)
        self.daemon.kill()
        under_way.join()
        self.daemon.start()
        assert self.daemon.run(answer.json["id"])["id"] == answer.json["id"]
        assert self.daemon.post_run(second).status in (200, 201)
        assert self.daemon.post_run(first).json["id"] == answer.json["id"]

    def post_quietly(self, body: Dict[str, Any]) -> None:
        with contextlib.suppress(OSError, http.client.HTTPException):
            self.daemon.post_run(body)

    def settle(self) -> None:
        runs = self.daemon.get("/runs", limit=1000)["items"]
        if len(self.marks) <= 1000:
            assert len(runs) == len(self.marks), "%d runs of %d submissions" % (len(runs), len(self.marks))
        for run in runs:
            assert self.daemon.wait(run["id"])["status"] == "Completed", run
        starts = [len(read_bytes(mark).splitlines()) for mark in self.marks.values()]
        outcome = Outcome(len(starts), starts.count(0), sum(n > 1 for n in starts))
        assert set(starts) == {1}, outcome
        self.figures.append(str(outcome))


class LauncherKilled(Family):
    """R3: worker, guard or both are killed: Failed with that reason, no orphan, no byte of the output lost."""

    rounds = 60
    WHO = (("worker",), ("guard",), ("worker", "guard"))

    def round(self, chance: random.Random) -> None:
        who = chance.choice(self.WHO)
        run = Witness(self.daemon, points=10**6, pause=0.0005).submit()
        wait_for("points", lambda: run.account.points() > 20)
        falls(chance, 0.1)
        for holder in [self.daemon.holder(run.id, name) for name in who]:
            kill_quietly(holder)  # the guard ends by itself when the worker is gone
        ended = self.daemon.wait(run.id)
        assert (ended["status"], ended["reason"]) == ("Failed", "launcher_killed"), ended
        wait_for("the end of every orphan", lambda: not self.daemon.left_of(run.id), ORPHAN_PATIENCE)
        run.check(lines_may_end_early=len(who) == 2)  # the output in their capture buffer is lost with both


class ChildKilled(Family):
    """R4: the child ends at any point, by a signal or os._exit right after run.log: every value whose
    call had returned is there."""

    rounds = 60
    ENDS = {"kill": ("signalled", 9), "segv": ("signalled", 11), "_exit": ("exited", None)}

    def round(self, chance: random.Random) -> None:
        how = chance.choice([*self.ENDS, "from outside"])
        run = Witness(self.daemon, points=chance.randrange(1, 120), pause=chance.choice((0.0, 0.0005)),
                      end=how if how in self.ENDS else "stay").submit()
        if how not in self.ENDS:
            wait_for("points", lambda: run.account.points() > 0)
            falls(chance, 0.05)
            self.kill_child(run)
        ended = self.daemon.wait(run.id)
        expected = self.ENDS.get(how, ("signalled", 9))
        assert (ended["status"], ended["reason"], ended["signal"]) == ("Failed", *expected), ended
        run.check()

    def kill_child(self, run: Witness) -> None:
        wait_for("the child's number", lambda: b'"started"' in read_bytes(self.daemon.attempt(run.id, "launcher.jsonl")))
        worker = self.daemon.holder(run.id, "worker")
        children = read_bytes("/proc/%d/task/%d/children" % (worker, worker)).split()
        for pid in children:
            kill_quietly(int(pid))


class Stopped(Family):
    """R5: launcher and daemon are stopped: run.log goes on, and nothing is lost afterwards."""

    rounds = 8
    POINTS = 600

    def round(self, chance: random.Random) -> None:
        run = Witness(self.daemon, points=self.POINTS, pause=0.0005, end="exit").submit()
        wait_for("points", lambda: run.account.points() > 20)
        assert self.daemon.process is not None
        stopped = [self.daemon.holder(run.id, "worker"), self.daemon.holder(run.id, "guard"), self.daemon.process.pid]
        for pid in stopped:
            os.kill(pid, signal.SIGSTOP)
        try:
            wait_for("every point, while no process reads", lambda: run.account.points() == 6 * self.POINTS)
        finally:
            for pid in stopped:
                kill_quietly(pid, signal.SIGCONT)
        ended = self.daemon.wait(run.id)
        assert ended["status"] == "Completed", ended
        run.check()


class TreeCanceled(Family):
    """R14: a tree of a hundred processes, half of which fork twice, all ignoring SIGTERM, is canceled: none is left."""

    rounds = 8

    def __init__(self, daemon: Daemon) -> None:
        super().__init__(daemon)
        with open(os.path.join(os.path.dirname(PROGRAM), "tree.py")) as file:
            self.source = file.read()

    def round(self, chance: random.Random) -> None:
        run_id = self.daemon.submit(self.source, grace_seconds=chance.choice((0, 0.1)))
        self.daemon.wait_log(run_id, "ready")
        falls(chance, 0.02)
        assert self.daemon.api("POST", "/runs/%s/cancel" % run_id).status == 200
        assert self.daemon.wait(run_id)["status"] == "Canceled"
        left = self.daemon.left_of(run_id)
        assert not left, "left: " + ", ".join(map(describe, left))


class SnapshotDamaged(Family):
    """R22: a bit of a stored snapshot is flipped: the run fails and names the snapshot, or the bit does not matter."""

    rounds = 20
    slots = 0  # the run waits in the queue until its snapshot is damaged
    refused = 0
    SCRIPT = """import hashlib
print(hashlib.sha256(open("data", "rb").read() + open("main.py", "rb").read()).hexdigest())
"""

    def round(self, chance: random.Random) -> None:
        data = bytes(chance.randrange(256) for _ in range(3000)) * 5
        run_id = self.daemon.submit({"main.py": self.SCRIPT, "data": data})
        digest = self.daemon.run(run_id)["snapshot"]["digest"]
        archive = os.path.join(self.daemon.state, "snapshots", digest, "archive.tar.zst")
        with open(archive, "r+b") as file:
            at = chance.randrange(os.path.getsize(archive))
            byte = os.pread(file.fileno(), 1, at)[0]
            os.pwrite(file.fileno(), bytes([byte ^ 1 << chance.randrange(8)]), at)
        self.daemon.api("POST", "/targets/local", {"slots": 1})
        ended = self.daemon.wait(run_id)
        self.daemon.api("POST", "/targets/local", {"slots": 0})
        if ended["status"] == "Completed":
            expected = hashlib.sha256(data + self.SCRIPT.encode()).hexdigest() + "\n"
            assert self.daemon.log(run_id).decode() == expected, "another content was run"
        else:
            assert (ended["reason"], ended["stage"]) == ("could_not_start", "unpack"), ended
            assert "snapshot" in ended["error"]["message"], ended
            self.refused += 1

    def settle(self) -> None:
        assert self.refused, "no bit mattered"
        self.figures.append("%d refused" % self.refused)


FAMILIES = {"daemon": DaemonKilled, "submit": SubmitAcknowledged, "launcher": LauncherKilled, "child": ChildKilled,
            "stopped": Stopped, "tree": TreeCanceled, "damaged": SnapshotDamaged}
