# SPDX-License-Identifier: Apache-2.0
"""What a run sees: its submitter's world, never the daemon's."""

import json
import os
import subprocess
import sys
import unittest

from venvs import shared_venv
from daemon import Daemon, basic_environment, needs

TELL = """
import json, os, resource, sys
here = os.getcwd()
mask = os.umask(0); os.umask(mask)
print(json.dumps({"cwd": here, "argv": sys.argv, "environ": dict(os.environ), "umask": mask, "path": sys.path,
                  "executable": sys.executable, "prefix": sys.prefix, "outputs": sorted(os.listdir("outputs")),
                  "logs": sorted(os.listdir("logs")), "nofile": resource.getrlimit(resource.RLIMIT_NOFILE),
                  "fds": sorted(map(int, os.listdir("/proc/self/fd")))[:-1], "files": sorted(os.listdir("."))}))
"""


@needs("runyardd")
class ChildTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        # As `env -i` would: the daemon knows nothing but where its state is.
        cls.daemon = Daemon(environment={})
        cls.addClassCleanup(cls.daemon.close)

    def tell(self, files=None, **fields):
        """What the child said of itself."""
        run = self.daemon.finish(files or TELL, **fields)
        log = self.daemon.log(run["id"]).decode()
        self.assertEqual(run["status"], "Completed", (run["error"], log))
        return run, json.loads(log.splitlines()[-1])

    def test_its_environment_is_the_submitters_then_its_own_then_ours(self):
        environ = dict(basic_environment(self.daemon.home), MINE="1", BOTH="submitter", EMPTY="", ODD="a=b\nc")
        run, seen = self.tell(environ=environ, environment={"BOTH": "run", "OWN": "2"})
        env = seen["environ"]
        self.assertEqual((env["MINE"], env["BOTH"], env["OWN"], env["EMPTY"], env["ODD"]), ("1", "run", "2", "", "a=b\nc"))
        self.assertEqual(env["RUNYARD_RUN_ID"], run["id"])
        self.assertEqual(env["HOME"], self.daemon.home)
        self.assertEqual(env["LANG"], "C.UTF-8")

    def test_a_clean_environment_leaves_the_submitters_out(self):
        environ = dict(basic_environment(self.daemon.home), MINE="1")
        _, seen = self.tell(environ=environ, environment={"OWN": "2"}, clean_env=True)
        self.assertNotIn("MINE", seen["environ"])
        self.assertEqual(seen["environ"]["OWN"], "2")
        self.assertEqual(seen["environ"]["HOME"], self.daemon.home)

    def test_path_begins_with_the_interpreters_bin(self):
        python = shared_venv("plain")
        _, seen = self.tell(interpreter=python)
        self.assertEqual(seen["environ"]["PATH"].split(":")[0], os.path.dirname(python))
        self.assertEqual(seen["environ"]["VIRTUAL_ENV"], os.path.dirname(os.path.dirname(python)))
        self.assertEqual(seen["prefix"], seen["environ"]["VIRTUAL_ENV"])

    def test_a_submitters_virtual_env_does_not_leak_into_another_interpreter(self):
        environ = dict(basic_environment(self.daemon.home), VIRTUAL_ENV="/somewhere/else", PYTHONHOME="/nowhere")
        _, seen = self.tell(environ=environ, interpreter=os.path.realpath(sys.executable))
        self.assertNotIn("VIRTUAL_ENV", seen["environ"])
        self.assertNotIn("PYTHONHOME", seen["environ"])

    def test_umask_and_limits_are_the_submitters(self):
        _, seen = self.tell(umask=0o77, limits={"nofile": [512, 512]})
        self.assertEqual((seen["umask"], seen["nofile"]), (0o77, [512, 512]))

    def test_no_descriptor_of_ours_reaches_it(self):
        _, seen = self.tell()
        self.assertEqual(seen["fds"], [0, 1, 2])

    def test_arguments_arrive_as_they_were(self):
        odd = ["", "a b", "'\"", "two\nlines", "--x=精", "$HOME", "*"]
        _, seen = self.tell(arguments=odd)
        self.assertEqual(seen["argv"][1:], odd)

    def test_an_argument_that_is_not_utf8_arrives_too(self):
        run = self.daemon.finish("import os, sys\nprint(os.fsencode(sys.argv[1]).hex())", arguments=[{"base64": "/w=="}])
        self.assertEqual(self.daemon.log(run["id"]), b"ff\n")

    def test_its_working_directory_is_the_unpacked_snapshot(self):
        run, seen = self.tell({"main.py": TELL, "data.csv": "1"})
        self.assertEqual(seen["cwd"], self.daemon.attempt(run["id"], "work"))
        self.assertEqual(seen["files"], ["data.csv", "logs", "main.py", "outputs"])

    def test_outputs_and_logs_begin_empty(self):
        _, seen = self.tell({"main.py": TELL, "outputs/old.pkl": "x", "logs/old.txt": "x"})
        self.assertEqual((seen["outputs"], seen["logs"]), ([], []))

    def test_a_script_in_a_folder_imports_from_the_root(self):
        files = {"scripts/train.py": "import sys\nimport helper, beside\nprint(helper.X, beside.Y, sys.argv[0])",
                 "helper.py": "X = 1", "scripts/beside.py": "Y = 2"}
        run = self.daemon.finish(files, script="scripts/train.py")
        self.assertEqual(run["status"], "Completed", self.daemon.log(run["id"]))
        self.assertEqual(self.daemon.log(run["id"]).split()[:2], [b"1", b"2"])

    def test_sys_path_is_the_scripts_folder_the_root_then_the_users(self):
        mine = self.daemon.folder({"helper.py": "X = 'pythonpath'"})
        environ = dict(basic_environment(self.daemon.home), PYTHONPATH=mine)
        run, seen = self.tell({"scripts/train.py": TELL}, script="scripts/train.py", environ=environ)
        work = self.daemon.attempt(run["id"], "work")
        order = [path for path in seen["path"] if path in (work + "/scripts", work, mine)]
        self.assertEqual(order, [work + "/scripts", work, mine])

    def test_the_snapshots_own_module_wins_over_the_users_pythonpath(self):
        mine = self.daemon.folder({"helper.py": "X = 'pythonpath'"})
        environ = dict(basic_environment(self.daemon.home), PYTHONPATH=mine)
        run = self.daemon.finish({"main.py": "import helper; print(helper.X)", "helper.py": "X = 'snapshot'"}, environ=environ)
        self.assertEqual(self.daemon.log(run["id"]), b"snapshot\n")

    def test_multiprocessing_spawn_works(self):
        text = ("import multiprocessing as mp\nfrom runyard import Run\nimport helper\n"
                "if __name__ == '__main__':\n  with mp.get_context('spawn').Pool(2) as pool:\n"
                "    Run.get_context().log('sum', sum(pool.map(helper.double, [1, 2, 3])))\n")
        run = self.daemon.finish({"main.py": text, "helper.py": "def double(x): return 2 * x"})
        self.assertEqual(run["status"], "Completed", self.daemon.log(run["id"]))
        self.assertEqual(self.daemon.values(run["id"], "sum"), [12])

    def test_two_processes_log_at_once(self):
        text = ("import os\nfrom runyard import Run\nchild = os.fork()\nname = 'child' if child == 0 else 'parent'\n"
                "run = Run.get_context()\nfor i in range(2000): run.log(name, i)\n"
                "if child == 0: os._exit(0)\nos.wait()\n")
        run = self.daemon.finish(text)
        self.assertEqual(self.daemon.values(run["id"], "parent"), list(range(2000)))
        self.assertEqual(self.daemon.values(run["id"], "child"), list(range(2000)))

    def test_azureml_and_runyard_can_be_imported_without_installing_anything(self):
        run = self.daemon.finish("import azureml.core, runyard\nfrom azureml.core import Run\nRun.get_context().log('a', 1)",
                               interpreter=shared_venv("plain"))
        self.assertEqual(run["status"], "Completed", self.daemon.log(run["id"]))
        self.assertEqual(self.daemon.values(run["id"], "a"), [1])

    def test_a_module_that_comes_from_the_original_folder_is_warned_of(self):
        """As with the package of the folder installed in editable mode."""
        source = self.daemon.folder({"main.py": "import mine; print(mine.__file__)", "src/mine/__init__.py": ""})
        body = self.daemon.request(source)
        body["environ"]["PYTHONPATH"] = os.path.join(source, "src")
        run = self.daemon.wait(self.daemon.post_run(body).json["id"])
        self.assertEqual(self.daemon.log(run["id"]).decode().strip(), os.path.join(source, "src/mine/__init__.py"))
        warning, = run["warnings"]
        self.assertIn("'mine'", warning)
        self.assertIn(os.path.join(source, "src"), warning)

    def test_a_linked_folder_is_the_original(self):
        source = self.daemon.folder({"main.py": "open('data/new', 'w').write('x'); print(open('data/old').read())",
                                   "data/old": "original"})
        body = self.daemon.request(source)
        body["source"]["links"] = ["data"]
        run = self.daemon.wait(self.daemon.post_run(body).json["id"])
        self.assertEqual(self.daemon.log(run["id"]), b"original\n")
        self.assertTrue(os.path.exists(os.path.join(source, "data/new")))
        self.assertEqual(run["links"], ["data"])

    def test_in_place_runs_in_the_folder_itself(self):
        source = self.daemon.folder("import os\nprint(os.getcwd())\nopen('mark', 'w').close()")
        body = self.daemon.request(source)
        body["source"]["in_place"] = True
        run = self.daemon.wait(self.daemon.post_run(body).json["id"])
        self.assertEqual(self.daemon.log(run["id"]).decode().strip(), source)
        self.assertTrue(os.path.exists(os.path.join(source, "mark")))
        self.assertIsNotNone(run["snapshot"])

    def test_a_link_that_leads_out_of_the_tree_is_there_but_not_captured(self):
        outside = self.daemon.folder({"big.bin": "outside"})
        source = self.daemon.folder("print(open('link/big.bin').read())")
        os.symlink(outside, os.path.join(source, "link"))
        run = self.daemon.wait(self.daemon.post_run(self.daemon.request(source)).json["id"])
        self.assertEqual(self.daemon.log(run["id"]), b"outside\n", run["error"])

    def test_what_is_never_captured_is_not_there(self):
        files = {"main.py": TELL, ".git/config": "x", ".venv/x": "x", "__pycache__/x.pyc": "x", "node_modules/x": "x"}
        _, seen = self.tell(files)
        self.assertEqual(seen["files"], ["logs", "main.py", "outputs"])

    def test_a_later_edit_of_the_source_does_not_reach_a_queued_run(self):
        self.daemon.api("POST", "/targets/local", {"slots": 0})
        source = self.daemon.folder("print('as submitted')")
        run_id = self.daemon.post_run(self.daemon.request(source)).json["id"]
        with open(os.path.join(source, "main.py"), "w") as file:
            file.write("print('edited')")
        self.daemon.api("POST", "/targets/local", {"slots": 1})
        self.daemon.wait(run_id)
        self.assertEqual(self.daemon.log(run_id), b"as submitted\n")

    @unittest.skipUnless(os.path.exists("/bin/bash"), "there is no Bash: commands are run by sh")
    def test_a_command_line_is_run_by_bash(self):
        line = "set -o pipefail; source /dev/null && [[ ab == a* ]] && cat <<< said; false | true"
        run = self.daemon.finish({"a.txt": ""}, kind="command", command=line, script=None)
        self.assertEqual(self.daemon.log(run["id"]), b"said\n")
        self.assertEqual((run["status"], run["exit_code"]), ("Failed", 1))

    def test_its_interpreter_is_described(self):
        python = shared_venv("plain")
        run, _ = self.tell(interpreter=python)
        version = subprocess.run([python, "-c", "import platform; print(platform.python_version())"],
                                 stdout=subprocess.PIPE, check=True).stdout.decode().strip()
        self.assertEqual((run["interpreter"]["path"], run["interpreter"]["version"]), (python, version))
        self.assertIn("pip", run["interpreter"]["packages"])


if __name__ == "__main__":
    unittest.main()
