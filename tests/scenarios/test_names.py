# SPDX-License-Identifier: Apache-2.0
"""The example's shape in a folder with spaces and Chinese characters, under LC_ALL=C, seen by SDK, CLI, API and page."""

import json
import os
import unittest
from urllib.parse import quote

from daemon import SharedDaemonTest, needs

FOLDER = "我的 项目 (neu) & 'alt'"
EXPERIMENT = "岭回归 第一次"
METRIC = "均方 误差"
ARTIFACT = "outputs/模型 一.bin"
TRAIN = '''
import os, sys
from azureml.core import Run
from 参数 import 值
run = Run.get_context()
for v in 值:
    run.log("%s", v)
run.tag("标签", "好 的")
with open("%s", "wb") as f:
    f.write(b"model")
print("完成", sys.argv[1], flush=True)
''' % (METRIC, ARTIFACT)
FILES = {"训练.py": TRAIN, "参数.py": "值 = [1.5, 2.5]\n"}
SUBMIT = '''
import json, sys
from azureml.core import Environment, Experiment, ScriptRunConfig, Workspace
environment = Environment("mine")
environment.python.user_managed_dependencies = True
experiment = Experiment(Workspace.from_config(), "%s")
config = ScriptRunConfig(source_directory=sys.argv[1], script="训练.py", arguments=["参 数"], environment=environment)
run = experiment.submit(config)
run.wait_for_completion(show_output=True)
sys.stdout.flush()
sys.stdout.buffer.write(("\\nRESULT" + json.dumps([run.id, run.get_metrics(), run.get_file_names(), run.get_tags(), run.get_status()])).encode())
''' % EXPERIMENT
C = {"LC_ALL": "C", "LANG": "C"}


@needs("runyardd", "runyard")
class NamesTest(SharedDaemonTest):
    def setUp(self):
        self.folder = self.daemon.folder(FILES, FOLDER)

    def check(self, run_id):
        """Everything the API says of the run."""
        run = self.daemon.run(run_id)
        self.assertEqual((run["status"], run["experiment"]), ("Completed", EXPERIMENT), run)
        self.assertEqual(run["source_directory"], self.folder)
        self.assertEqual(run["tags"], {"标签": "好 的"})
        self.assertEqual(self.daemon.values(run_id, METRIC), [1.5, 2.5])
        self.assertIn(ARTIFACT, self.daemon.files(run_id))
        self.assertEqual(self.daemon.api("GET", "/runs/%s/files/%s" % (quote(run_id), quote(ARTIFACT))).body, b"model")
        self.assertIn("完成 参 数".encode(), self.daemon.log(run_id))

    def test_sdk(self):
        done = self.daemon.python(SUBMIT, self.folder, environment=C)
        run_id, metrics, files, tags, status = json.loads(done.out.split("RESULT")[1])
        self.assertEqual(metrics, {METRIC: [1.5, 2.5]})
        self.assertIn(ARTIFACT, files)
        self.assertEqual((tags, status), ({"标签": "好 的"}, "Completed"))
        self.check(run_id)

    def test_cli(self):
        submitted = self.daemon.cli("submit", "--json", "--experiment", EXPERIMENT, "训练.py", "参 数", cwd=self.folder,
                                  environment=C)
        run_id = submitted.json["id"]
        self.daemon.cli("wait", run_id, environment=C)
        self.check(run_id)
        self.assertIn(METRIC, self.daemon.cli("metrics", run_id, environment=C).out)
        self.assertIn(ARTIFACT, self.daemon.cli("files", run_id, environment=C).out)
        self.assertIn(EXPERIMENT, self.daemon.cli("show", run_id, environment=C).out)
        self.assertIn("完成 参 数", self.daemon.cli("logs", run_id, environment=C).out)
        target = os.path.join(self.daemon.sources, "geholt 的")
        self.daemon.cli("download", run_id, ARTIFACT, "-o", target, environment=C)
        found = [os.path.join(root, name) for root, _, names in os.walk(target) for name in names]
        self.assertEqual([os.path.basename(path) for path in found], [os.path.basename(ARTIFACT)])

    def test_a_number_that_two_workspaces_have_names_neither(self):
        elsewhere = {"subscription_id": "local", "resource_group": "local", "name": "elsewhere"}
        self.daemon.api("POST", "/workspaces", dict(elsewhere, create=True))
        ids = [self.daemon.finish("print(1)", experiment="shared")["id"],
               self.daemon.finish("print(1)", experiment="shared", workspace=elsewhere)["id"]]
        done = self.daemon.cli("rm", "--yes", "shared/1", code=1)
        for run_id in ids:
            self.assertIn(run_id, done.err)
            self.assertEqual(self.daemon.status(run_id), "Completed")
        alone = self.daemon.finish("print(1)", experiment="shared")
        self.assertEqual(alone["number"], 2)
        self.assertIn(alone["id"], self.daemon.cli("show", "shared/2").out)


if __name__ == "__main__":
    unittest.main()
