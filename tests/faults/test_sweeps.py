# SPDX-License-Identifier: Apache-2.0
"""A sweep whose daemon and controller are killed at random: no child is lost, none is started twice, and the best one is
found. A few rounds; fifty with RUNYARD_SLOW=1."""

import json
import os
import random
import sys
import unittest

sys.path.append(os.path.dirname(os.path.abspath(__file__)))
sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "scenarios"))

import depth  # noqa: E402
from daemon import FINAL, SDK, Daemon, needs  # noqa: E402
from processes import kill_quietly, living, read_bytes, wait_for  # noqa: E402

ROUNDS = 50 if depth.MORE else 2
PATIENCE = 300.0  # seconds for a sweep, which is a second long on a machine that does nothing else
CHILDREN, PARALLEL = 6, 3
PROGRAM = """
import os, sys, time
from runyard import Run
number = int(sys.argv[sys.argv.index("--number") + 1])
with open(os.path.join({place!r}, str(number)), "a") as file:
    file.write("started\\n")
run = Run.get_context()
for _ in range(3):
    run.log("loss", float(abs(number - 4)))
    time.sleep(0.05)
"""


@needs("runyardd", "runyard-launcher")
class SweepRounds(unittest.TestCase):
    def setUp(self):
        self.daemon = Daemon()
        self.addCleanup(self.daemon.close)
        self.daemon.api("POST", "/targets/local", {"slots": PARALLEL + 1})

    def command(self, *words):
        """`runyard sweep` with these words, as the shell client starts it: the run."""
        source = os.path.join(self.daemon.sources, "sweep")
        done = self.daemon.execute([sys.executable, "-m", "runyard._sweep.command", "--json", *words], cwd=source,
                                   environment=dict(self.daemon.environment, PYTHONPATH=SDK))
        return json.loads(done.out)["id"]

    def controllers(self):
        """The processes of the controller."""
        return [pid for pid in living(self.daemon.state) if b"runyard._sweep.controller" in read_bytes("/proc/%d/cmdline" % pid)]

    def kill_something(self, chance):
        """Kill the daemon, a process of the controller, or all of these."""
        what = chance.choice(("daemon", "controller", "both"))
        controllers = self.controllers()
        if what != "daemon" and controllers:
            kill_quietly(chance.choice(controllers))
        if what != "controller":
            self.daemon.kill()
            self.daemon.start()

    def played(self, chance):
        """Sweep, with faults, until it has ended well: the ids of its runs, one after the other."""
        sweeps = [self.command("--metric=loss", "--grid", "--parallel=%d" % PARALLEL, "--", "main.py", "--number",
                               "choice(0,1,2,3,4,5)")]
        for _ in range(3):
            wait_for("a moment for a fault", lambda: chance.random() < 0.02)
            self.kill_something(chance)
        while self.daemon.wait(sweeps[-1], PATIENCE)["status"] != "Completed":
            sweeps.append(self.command("--resume=" + sweeps[-1]))
        return sweeps

    def check(self, sweeps, place):
        """Each child is there once, has been started once, and the best one is named."""
        children = [child for sweep in sweeps for child in self.daemon.get("/runs/%s/sweep" % sweep)["children"]]
        self.assertEqual(sorted(child["n"] for child in children), list(range(CHILDREN)))
        self.assertEqual({child["state"] for child in children}, {"Completed"}, children)
        for child in children:
            self.assertEqual(child["hyperparameters"], {"--number": child["n"]})
            self.assertEqual(read_bytes(os.path.join(place, str(child["n"]))), b"started\n", child)
        best = self.daemon.run(sweeps[-1])["properties"]["best_child_run_id"]
        self.assertEqual([child["n"] for child in children if child["id"] == best], [4])
        starts = [row for sweep in sweeps for row in self.rows(sweep) if row[1] == "start"]
        self.assertEqual(sorted(row[0] for row in starts), list(range(CHILDREN)), "a decision stands twice")

    def rows(self, sweep):
        """Child and decision of each row in the record of a sweep, which may have been killed before it decided."""
        columns = self.daemon.metrics(sweep).get("decisions", {"columns": {"child": [], "decision": []}})["columns"]
        return list(zip(columns["child"], columns["decision"]))

    def test_killed_at_random(self):
        seed = random.randrange(10**6)
        for number in range(ROUNDS):
            place = os.path.join(self.daemon.root, "round-%d" % number)
            os.mkdir(place)
            self.daemon.folder(PROGRAM.format(place=place), "sweep")
            with self.subTest("round %d of seed %d" % (number, seed)):
                sweeps = self.played(random.Random("%d/%d" % (seed, number)))
                self.check(sweeps, place)
                left = [run for sweep in sweeps for run in (self.daemon.run(sweep),) if run["status"] not in FINAL]
                self.assertEqual(left, [])


if __name__ == "__main__":
    unittest.main()
