# SPDX-License-Identifier: Apache-2.0
"""Environments that are built, as the API and the shell tell of them, through a real daemon."""

import os
import subprocess
import sys
import threading
import unittest

from environment_case import LONG, folder_of_uv
from package_index import Index, make_wheel
from processes import wait_for
from daemon import SharedDaemonTest, basic_environment, needs, program

SCRIPT = "import demo\nprint('demo', demo.version)\n"


@needs("runyardd", "runyard")
class EnvironmentApiTest(SharedDaemonTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.uv = folder_of_uv()
        wheels = os.path.join(cls.daemon.root, "wheels")
        for version in ("1.0", "1.1"):
            make_wheel(wheels, "demo", version)
        cls.index = Index(wheels)
        cls.addClassCleanup(cls.index.close)

    def tearDown(self):
        self.index.open()

    def submit(self, *pip, script=SCRIPT, **changes):
        """A run in an environment that holds `pip`; `changes` are fields of the submit."""
        environ = basic_environment(self.daemon.home)
        environ["PATH"] = self.uv + ":" + environ["PATH"]
        managed = {"name": "mine", "pip": list(pip), "options": ["--index-url " + self.index.url]}
        return self.daemon.submit(script, **{"managed": managed, "environ": environ, **changes})

    def finish(self, *pip, **changes):
        run = self.daemon.wait(self.submit(*pip, **changes), LONG)
        self.assertEqual(run["status"], "Completed", run["error"])
        return run

    def test_a_run_says_what_it_was_prepared_with(self):
        first, second = self.finish("demo==1.0.5", "demo"), self.finish("demo==1.0.5", "demo")
        found, again = first["prepared"], second["prepared"]
        self.assertEqual((found["name"], found["tool"], found["built"], again["built"]), ("mine", "uv", True, False))
        self.assertTrue(os.path.samefile(found["python"]["path"], sys.executable))
        self.assertEqual(found["digest"], again["digest"])
        self.assertGreater(found["bytes"], 0)
        self.assertRegex(found["created"], r"^\d{4}-\d\d-\d\dT.*Z$")
        self.assertIn("demo==1.0.5 cannot be had", found["replaced"][0])
        self.assertEqual((found["replaced"], found["warnings"], second["warnings"]),
                         (again["replaced"], [], again["replaced"]))
        for run, words in ((first, "built for it by uv in "), (second, "built by uv ")):
            said = self.daemon.cli("show", run["id"]).out
            self.assertIn("prepared      mine (%s), %s" % (found["digest"][:12], words), said)
        self.daemon.restart()
        self.assertEqual(self.daemon.run(first["id"])["prepared"], found)

    def test_a_run_in_an_interpreter_of_the_users_was_not_prepared(self):
        run = self.daemon.finish("print(1)")
        self.assertIsNone(run["prepared"])
        self.assertNotIn("prepared", self.daemon.cli("show", run["id"]).out)

    def test_what_a_client_has_to_say_is_a_warning_of_the_run(self):
        run = self.daemon.finish("print(1)", warnings=["no container is used", "one process"])
        self.assertEqual(run["warnings"], ["no container is used", "one process"])
        self.assertIn("no container is used\n", self.daemon.cli("logs", "--environment", run["id"]).out)

    def test_who_follows_sees_the_build_on_stderr(self):
        self.index.shut()
        run_id = self.submit("demo==1.0", "demo>=1")
        follower = subprocess.Popen([program("runyard"), "logs", "-f", run_id], stdout=subprocess.PIPE,
                                    stderr=subprocess.PIPE, env={**basic_environment(self.daemon.home),
                                                                 "RUNYARD_STATE": self.daemon.state})
        self.addCleanup(follower.kill)
        seen = []
        reader = threading.Thread(target=lambda: seen.extend(iter(follower.stderr.readline, b"")))
        reader.start()
        wait_for("the tool's command line", lambda: any(b"uv pip install" in line for line in seen), LONG)
        self.assertEqual(self.daemon.status(run_id), "Preparing")
        self.index.open()
        self.assertEqual(follower.stdout.read(), b"demo 1.0\n")
        follower.stdout.close()
        reader.join()
        follower.stderr.close()
        follower.wait()
        self.assertIn(b"building the environment 'mine'", b"".join(seen))
        self.assertIn(b"completed", seen[-1])
        # Found ready, nothing is said of it.
        again = self.submit("demo==1.0", "demo>=1")
        self.assertNotIn("building", self.daemon.cli("logs", "-f", again).err)

    def until_preparing(self, run_id, why):
        """Wait until the run, which is being prepared, says this."""
        wait_for(why, lambda: self.daemon.run(run_id)["waiting"] == why, LONG)
        self.assertEqual(self.daemon.status(run_id), "Preparing")

    def test_a_build_holds_no_slot_and_its_run_gets_one_in_turn(self):
        self.index.shut()
        built, canceled = self.submit("demo==1.0", "demo>0.9"), self.submit("demo==1.1", "demo>0.9")
        for run_id in (built, canceled):
            self.until_preparing(run_id, "building its environment, without a slot meanwhile")
        self.daemon.finish("print('while others build')")
        other = self.daemon.submit("import time\ntime.sleep(1000)")
        self.daemon.wait_status(other, "Running")
        self.index.open()
        self.until_preparing(canceled, "queued behind 2 runs on local (1 slot); its environment is built")
        self.daemon.restart()
        self.until_preparing(built, "queued behind 1 run on local (1 slot); its environment is built")
        for run_id in (canceled, other):
            self.daemon.api("POST", "/runs/%s/cancel" % run_id)
            self.assertEqual(self.daemon.wait(run_id)["status"], "Canceled")
        self.assertEqual(self.daemon.wait(built, LONG)["status"], "Completed")

    def test_the_log_of_preparing_is_followed_until_the_program_starts(self):
        run_id = self.submit("demo", script=SCRIPT + "import time\ntime.sleep(1000)\n")
        self.addCleanup(self.daemon.wait, run_id)
        self.addCleanup(self.daemon.api, "POST", "/runs/%s/cancel" % run_id)
        said = self.daemon.cli("logs", "-f", "--environment", run_id).out
        self.assertIn("building the environment 'mine'", said)
        self.assertIn(" packages\n", said)  # of the interpreter, at last
        self.assertEqual(self.daemon.status(run_id), "Running")
        self.assertEqual(self.daemon.cli("logs", "--environment", run_id).out, said)
        answer = self.daemon.api("GET", "/runs/%s/log?name=other" % run_id)
        self.assertEqual((answer.status, answer.message), (400, "there is no log 'other': 'name' is driver or environment"))

    def test_the_list_says_what_is_there_and_who_used_it_last(self):
        runs = [self.finish("demo==1.1") for _ in range(2)]
        digest = runs[0]["prepared"]["digest"]
        line, = [shown for shown in self.daemon.cli("env", "list").out.splitlines() if shown.startswith(digest[:12])]
        self.assertIn(runs[1]["id"], line)
        self.assertRegex(line, r"mine +\d+\.\d+\.\d+ +\d+ [kM]B")
        item, = [item for item in self.daemon.cli("env", "list", "--json").json["items"] if item["digest"] == digest]
        self.assertEqual((item["used_by"], item["bytes"]), (runs[1]["id"], runs[0]["prepared"]["bytes"]))

    def test_du_counts_what_runs_share(self):
        self.finish("demo==1.1")
        self.assertEqual(self.daemon.api("PUT", "/contents", b"m" * 1_000_000, "application/octet-stream").status, 201)
        folder = os.path.join(self.daemon.state, "datastores", "local", "local", "default", "workspaceblobstore")
        os.makedirs(folder)
        with open(os.path.join(folder, "data"), "wb") as file:
            file.write(b"d" * 2_000_000)
        usage = self.daemon.get("/usage")
        environments = sum(item["bytes"] for item in self.daemon.cli("env", "list", "--json").json["items"])
        self.assertGreaterEqual(usage["environments_bytes"], environments)
        self.assertGreaterEqual(usage["contents_bytes"], 1_000_000)
        self.assertGreaterEqual(usage["datastores_bytes"], 2_000_000)
        said = self.daemon.cli("du").out
        for what in ("(environments: runyard env list)", "(files of models)", "(datastores)"):
            self.assertIn(what, said)

    def test_a_build_in_a_shell_is_seen_as_it_goes_on(self):
        place = self.daemon.folder({"packages.txt": "--index-url %s\ndemo>=1.0,<9\n" % self.index.url})
        environment = basic_environment(self.daemon.home)
        environment.update(RUNYARD_STATE=self.daemon.state, PATH=self.uv + ":" + environment["PATH"])
        self.index.shut()
        command = [program("runyard"), "env", "build", "packages.txt", "--python", sys.executable]
        with subprocess.Popen(command, cwd=place, env=environment, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE) as build:
            self.addCleanup(build.kill)
            for line in build.stderr:
                if b"uv pip install" in line:
                    break
            self.index.open()
            self.assertIn(b"built in ", build.stderr.read())
            self.assertIn(b"is built: " + self.daemon.state.encode(), build.stdout.read())
        self.assertEqual(build.returncode, 0)

    def test_files_that_describe_no_environment(self):
        place = self.daemon.folder({"broken.yml": "name: x\ndependencies:\n  - python=3.8\n - numpy: [\n",
                                  "including.txt": "demo\n-r missing.txt\n",
                                  "bound.txt": "demo\n-c missing.txt\n", "good.txt": "demo\n"})
        for name, words in (("broken.yml", "broken.yml, line 4: "), ("including.txt", "missing.txt: No such file"),
                            ("none.txt", "none.txt"), ("bound.txt", "missing.txt")):
            done = self.daemon.cli("env", "build", name, "--python", sys.executable, cwd=place, code=None)
            self.assertNotEqual(done.code, 0, name)
            self.assertIn(words, done.err)
            self.assertNotIn("Traceback", done.err)
        done = self.daemon.cli("env", "build", "good.txt", "--before", "2021-13-01", "--python", sys.executable, cwd=place,
                               code=1)
        self.assertIn("--before: '2021-13-01' is not a day", done.err)


if __name__ == "__main__":
    unittest.main()
