# SPDX-License-Identifier: Apache-2.0
"""Everybody on a machine can read the arguments of every program: no secret is among them, whatever our programs start."""

import os
import re
import subprocess
import sys
import threading
import unittest
import uuid

import wire  # noqa: F401  finds daemon.py and its neighbors

from processes import PATIENCE, read_bytes
from daemon import DaemonTest, needs

SCRIPT = """
import time, runyard
time.sleep(0.5)
open('outputs/a.txt', 'w').write('a')
run = runyard.Run.get_context()
run.log('x', 1)
child = run.child_run()
child.log('x', 2)
child.complete()
"""
SCORE = """
def init():
    pass
def run(data):
    return data
"""
SDK = """
import os, sys
from azureml.core import Environment, Experiment, Model, ScriptRunConfig, Workspace
workspace = Workspace.create("w", exist_ok=True)
vault = workspace.get_default_keyvault()
vault.set_secret("password", os.environ["VAULT_PASSWORD"])
assert vault.get_secret("password") == os.environ["VAULT_PASSWORD"]
environment = Environment("mine")
environment.python.user_managed_dependencies = True
environment.environment_variables = {"DB_PASSWORD": os.environ["DB_PASSWORD"]}
environment.docker.base_image = "registry.example/image"
environment.docker.base_image_registry.address = "registry.example"
environment.docker.base_image_registry.username = "me"
environment.docker.base_image_registry.password = os.environ["REGISTRY_PASSWORD"]
environment.register(workspace)
experiment = Experiment(workspace, "e")
run = experiment.submit(ScriptRunConfig(".", script="main.py", environment=environment))
run.wait_for_completion()
assert run.get_status() == "Completed", run.get_details()
run.download_file("outputs/a.txt", "a.txt")
run.get_details_with_logs()
run.register_model("model", "outputs/a.txt").download("models")
workspace.get_default_datastore().upload_files(["main.py"])
with experiment.start_logging(snapshot_directory=".") as own:
    own.upload_file("b.txt", "a.txt")
    own.child_run().complete()
environment.build(workspace)
"""
# The arguments of each command, in an order in which there is something for it to work on.
COMMANDS = {
    "up": [], "submit": ["-f", "main.py"], "runs": [], "show": ["latest"], "logs": ["latest"], "wait": ["latest"],
    "sweep": ["--help"], "best": ["latest", "--metric", "x", "--goal", "min"],
    "metrics": ["latest"], "files": ["latest"], "download": ["latest", "-o", "here"], "du": [], "target": [],
    "target set": ["local", "--slots", "2"], "datastore": [], "datastore link": ["own", "."], "dataset": [],
    "dataset register": ["own", "main.py"], "dataset show": ["own"],
    "dataset gc": [], "model": [], "model register": ["own", "main.py"],
    "open": ["latest"], "log": ["--run", "latest", "y", "1"],
    "tag": ["--run", "latest", "a", "b"], "cancel": ["latest"], "python enable": ["venv"], "python list": [],
    "python disable": ["venv"], "env build": ["mine.txt"], "env list": [], "env show": ["mine"], "env remove": ["mine"],
    "env gc": [], "completion": ["bash"], "rm": ["--yes", "latest"],
    "serve": ["--name", "own", "score.py"], "service list": [], "service show": ["own"], "service logs": ["own"],
    "service test": ["own", "-d", "[1]"], "service update": ["own", "--timeout", "30"], "service delete": ["own"], "doctor": [], "status": [], "down": []}

# They live as long as it takes to be seen.
STAND_INS = {"xdg-open": "sleep 2\n",
             "uv": 'sleep 0.1\n[ "$1" != --version ] || echo uv 9.9\n[ "$1" != venv ] || for last; do :; done\n[ "$1" != venv ] || exec %s -m venv --without-pip "$last"\n'
                   % sys.executable}


class Watcher(threading.Thread):
    """Reads the arguments of every process that begins after it, again and again, until it is stopped."""

    def __init__(self):
        super().__init__(daemon=True)
        self.seen = set()
        self.others = set(os.listdir("/proc"))
        self.stopped = threading.Event()

    def run(self):
        while not self.stopped.is_set():
            now = set(os.listdir("/proc"))
            self.others &= now
            for name in now - self.others:
                self.seen.add(read_bytes("/proc/%s/cmdline" % name))

    def stop(self):
        self.stopped.set()
        self.join()
        return b"\n".join(self.seen)


@needs("runyardd", "runyard", "runyard-launcher")
class CommandLines(DaemonTest):
    def setUp(self):
        self.watcher = Watcher()
        self.watcher.start()
        self.addCleanup(self.watcher.stop)
        super().setUp()
        self.secrets = {name: "canary" + uuid.uuid4().hex for name in (
            "API_TOKEN", "AWS_SECRET_ACCESS_KEY", "DB_PASSWORD", "REGISTRY_PASSWORD", "VAULT_PASSWORD", "INDEX_PASSWORD")}
        index = "https://me:%s@127.0.0.1:1/simple" % self.secrets["INDEX_PASSWORD"]
        self.environment = {**self.secrets, "PIP_INDEX_URL": index, "UV_DEFAULT_INDEX": index, "DISPLAY": ":0"}
        self.folder = self.daemon.folder({"main.py": SCRIPT, "score.py": SCORE, "mine.txt": "six\n"})

    def stand_ins(self):
        """The PATH with programs that stand for others: for the browser, and for what builds environments."""
        folder = os.path.join(self.daemon.root, "programs")
        os.mkdir(folder)
        for name, text in STAND_INS.items():
            with open(os.path.join(folder, name), "w") as file:
                file.write("#!/bin/sh\n" + text)
            os.chmod(file.name, 0o755)
        return folder + ":" + os.environ["PATH"]

    def assert_nothing_was_seen(self, mark, secrets):
        seen = self.watcher.stop()
        self.assertIn(mark, seen)  # else the watcher was too slow to see anything
        self.assertEqual([name for name, value in secrets.items() if value.encode() in seen], [])

    def test_of_every_command(self):
        known = re.findall("^  ([a-z]+(?: [a-z]+)?)  ", self.daemon.cli("--help").out, re.MULTILINE)
        self.assertEqual(sorted(known), sorted(COMMANDS))
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", os.path.join(self.folder, "venv")], check=True)
        environment = {**self.environment, "PATH": self.stand_ins()}
        said = {command: self.daemon.cli(*command.split(), *arguments, code=None, cwd=self.folder, environment=environment)
                for command, arguments in COMMANDS.items()}
        self.assertEqual({command: done.err for command, done in said.items() if done.code != 0}, {})
        self.daemon.process.wait(PATIENCE)
        token = re.search("token=([0-9a-f]+)", said["open"].out).group(1)
        host = re.search("//([^:]+)", said["open"].out).group(1)
        self.assert_nothing_was_seen(b"xdg-open", {**self.secrets, "the login token": token, "the host name of the pages": host})

    def test_of_the_sdk(self):
        self.daemon.python(SDK, cwd=self.folder, environment=self.environment)
        self.assert_nothing_was_seen(b"main.py", self.secrets)


if __name__ == "__main__":
    unittest.main()
