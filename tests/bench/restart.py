# SPDX-License-Identifier: Apache-2.0
"""From the start of a daemon after SIGKILL to its first answer, with 100 runs going on and 10,000 that have ended."""

import json
import os
import shutil
import time
from typing import List

from figures import Figure, median
from processes import read_bytes, wait_for
from daemon import Daemon, program

ENDED, RUNNING, ROUNDS = 10_000, 100, 11
SCRIPT = "from runyard import Run\nrun = Run.get_context()\nfor i in range(10):\n    run.log('x', i)\n"
RUNNING_COMMAND = ["sleep", "1000"]


def copy_run(daemon: Daemon, original: str, number: int) -> None:
    """Another run with the same files (links to them); what no other run may have is its own."""
    source = os.path.join(daemon.state, "runs", original)
    copy = "%s-%05d" % (original, number)
    target = os.path.join(daemon.state, "runs", copy)
    shutil.copytree(source, target, symlinks=True, copy_function=os.link, ignore=shutil.ignore_patterns("work", "blobs", "artifacts"))
    spec = json.loads(read_bytes(os.path.join(source, "record", "spec.json")))
    spec.update(id=copy, number=number, submitted=spec["submitted"] + number * 1e-3)
    replace(os.path.join(target, "record", "spec.json"), json.dumps(spec))
    facts = read_bytes(os.path.join(source, "record", "daemon.jsonl")).decode()
    submission = json.loads(facts.splitlines()[0])["submission_id"]
    replace(os.path.join(target, "record", "daemon.jsonl"), facts.replace(submission, "%s %d" % (original, number)))


def replace(path: str, text: str) -> None:
    os.unlink(path)
    with open(path, "w") as file:
        file.write(text)


def first_answer(daemon: Daemon) -> float:
    """Milliseconds from the fork of a daemon to its first answer."""
    begun = time.perf_counter()
    daemon.process = daemon.spawn_daemon()
    wait_for("the first answer", daemon.answers_or_died, 120)
    return (time.perf_counter() - begun) * 1e3


def starts(daemon: Daemon) -> float:
    times: List[float] = []
    for _ in range(ROUNDS):
        daemon.kill()
        times.append(first_answer(daemon))
    return median(times)


def fill(daemon: Daemon) -> None:
    original = daemon.finish(SCRIPT)["id"]
    daemon.stop()
    for number in range(2, ENDED + 1):
        copy_run(daemon, original, number)
    daemon.execute([program("runyardd"), "--rebuild"])
    daemon.start(patience=120)
    daemon.api("POST", "/targets/local", {"slots": RUNNING})
    for _ in range(RUNNING):
        body = daemon.request(None, kind="command", script=None, command=RUNNING_COMMAND)
        daemon.post_run(body)
    wait_for("all runs to go on", lambda: daemon.get("/status")["runs"].get("Running") == RUNNING, 300)


def measure(_: Daemon, __: str) -> Figure:
    empty, full = Daemon(), Daemon()
    try:
        fill(full)
        floor, value = starts(empty), starts(full)
    finally:
        for daemon in (empty, full):
            daemon.close()
    return Figure("daemon back after a kill", value, "ms", floor, 2.0, "ratio",
                  "floor: a daemon without runs; %d runs going on, %d ended, first answer, p50 of %d; also at most 200 ms" % (RUNNING, ENDED, ROUNDS))
