# SPDX-License-Identifier: Apache-2.0
"""A pipeline whose daemon and controller are killed at random: no step is lost, none is started twice, and the outputs
are as without the kills. A few rounds; fifty with RUNYARD_SLOW=1."""

import os
import random
import sys
import unittest

sys.path.append(os.path.dirname(os.path.abspath(__file__)))
sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "scenarios"))

import depth  # noqa: E402
from daemon import SDK, Daemon, needs  # noqa: E402
from processes import kill_quietly, living, read_bytes, wait_for  # noqa: E402

ROUNDS = 50 if depth.MORE else 2
PATIENCE = 300.0  # seconds for a pipeline, which is a few seconds long on a machine that does nothing else
STEPS = {"a": "", "b": "a", "c": "a", "d": "bc", "e": ""}
STEP = """
import os, sys
place, name, out = sys.argv[1:4]
with open(os.path.join(place, name), "a") as file:
    file.write("started\\n")
with open(out, "w") as file:
    file.write(name + "".join(open(path).read() for path in sys.argv[4:]))
"""
SUBMIT = """
import sys
from runyard import Experiment, Workspace
from runyard.pipeline import Pipeline
from runyard.pipeline_data import PipelineData
from runyard.pipeline_steps import PythonScriptStep
place, graph = sys.argv[1], {graph!r}
data = {{name: PipelineData(name) for name in graph}}
steps = [PythonScriptStep("main.py", name, [place, name, data[name], *[data[other] for other in others]],
                          source_directory=".", inputs=[data[other] for other in others], outputs=[data[name]],
                          allow_reuse=False) for name, others in graph.items()]
workspace = Workspace.from_config()
print("run:" + Experiment(workspace, "pipelines").submit(Pipeline(workspace, steps)).id)
"""


@needs("runyardd", "runyard-launcher")
class PipelineRounds(unittest.TestCase):
    def setUp(self):
        self.daemon = Daemon()
        self.addCleanup(self.daemon.close)
        self.daemon.api("POST", "/targets/local", {"slots": 4})

    def submitted(self, place):
        """The id of a pipeline whose steps leave their marks in a folder."""
        source = self.daemon.folder(STEP, "pipeline")
        done = self.daemon.execute([sys.executable, "-c", SUBMIT.format(graph=STEPS), place], cwd=source,
                                   environment=dict(self.daemon.environment, PYTHONPATH=SDK))
        return done.out.rpartition("run:")[2].strip()

    def controller(self):
        """The process of the controller that does the work: the child of the one that starts it again; None: it is not
        there."""
        found = [pid for pid in living(self.daemon.state)
                 if b"runyard._pipeline.controller" in read_bytes("/proc/%d/cmdline" % pid)]
        return max(found) if len(found) > 1 else None

    def kill_something(self, chance):
        """Kill the daemon, the controller, or both."""
        what = chance.choice(("daemon", "controller", "both"))
        controller = self.controller()
        if what != "daemon" and controller is not None:
            kill_quietly(controller)
        if what != "controller":
            self.daemon.kill()
            self.daemon.start()

    def check(self, run_id, place):
        """Each step has been started once, and has written what it reads."""
        steps = self.daemon.get("/runs/%s/sweep" % run_id)["children"]
        self.assertEqual([step["state"] for step in steps], ["Completed"] * len(STEPS), steps)
        self.assertEqual({name: read_bytes(os.path.join(place, name)) for name in STEPS}, dict.fromkeys(STEPS, b"started\n"))
        columns = self.daemon.metrics(run_id)["decisions"]["columns"]
        starts = [name for name, kind in zip(columns["step_name"], columns["decision"]) if kind == "start"]
        self.assertEqual(sorted(starts), sorted(STEPS), "a decision stands twice")
        last = list(STEPS).index("d")
        folder = os.path.join(self.daemon.state, "datastores/local/local/default/workspaceblobstore/azureml")
        self.assertEqual(read_bytes(os.path.join(folder, "%s_%d" % (run_id, last), "d")), b"dbaca")

    def test_killed_at_random(self):
        seed = random.randrange(10**6)
        for number in range(ROUNDS):
            place = os.path.join(self.daemon.root, "round-%d" % number)
            os.mkdir(place)
            chance = random.Random("%d/%d" % (seed, number))
            with self.subTest("round %d of seed %d" % (number, seed)):
                run_id = self.submitted(place)
                for _ in range(3):
                    wait_for("a moment for a fault", lambda: chance.random() < 0.02)
                    self.kill_something(chance)
                ended = self.daemon.wait(run_id, PATIENCE)
                self.assertEqual(ended["status"], "Completed", ended["error"])
                self.check(run_id, place)


if __name__ == "__main__":
    unittest.main()
