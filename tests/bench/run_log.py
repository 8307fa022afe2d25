# SPDX-License-Identifier: Apache-2.0
"""What one Run.log costs the training loop, inside a real run, while the daemon takes the points in."""

import json

from figures import Figure, median
from daemon import Daemon

ROUNDS, CALLS = 9, 10_000
CHILD = """
import json, os, time
from runyard import Run
run = Run.get_context()
fd = os.open("floor", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
line = b"x" * 59 + b"\\n"
def floor(n, write=os.write):
    for i in range(n):
        write(fd, line)
def log(n):
    for i in range(n):
        run.log("loss", i * 0.001)
result = {"floor": [], "log": []}
for function in [floor, log] * %d:
    begun = time.perf_counter()
    function(%d)
    result[function.__name__].append((time.perf_counter() - begun) / %d * 1e6)
print("RESULT" + json.dumps(result))
""" % (ROUNDS, CALLS, CALLS)


def measure(daemon: Daemon, python: str) -> Figure:
    run = daemon.finish(CHILD, interpreter=python)
    log = daemon.log(run["id"]).decode()
    if run["status"] != "Completed":
        raise RuntimeError("the measuring run failed: %s\n%s" % (run["error"], log))
    result = json.loads(log.split("RESULT")[1])
    kept = len(daemon.values(run["id"], "loss"))
    if kept != ROUNDS * CALLS:
        raise RuntimeError("%d points were logged and %d are there" % (ROUNDS * CALLS, kept))
    return Figure("run.log per call", median(result["log"]), "us", median(result["floor"]), 3.0, "ratio",
                  "floor: os.write of 60 bytes to an O_APPEND file, tight loop; %s" % python)
