# SPDX-License-Identifier: Apache-2.0
"""What a run is given beside its source: copies of its own, files that it cannot change, and places that it asks for."""

import json
import os
import shutil
import signal
import subprocess
import unittest

from launcher_case import LauncherCase
from processes import PATIENCE, wait_for

LOOK = """
def look(path):
    return sorted((os.path.relpath(os.path.join(at, name), path), open(os.path.join(at, name)).read())
                  for at, _, names in os.walk(path) for name in names)
def attempt(what):
    try: what()
    except OSError as error: return error.strerror
    return 'done'
def change(path):
    return [attempt(step) for step in (lambda: open(path + '/a.csv', 'w').write('changed'), lambda: os.remove(path + '/b.csv'),
                                       lambda: open(path + '/new.csv', 'w').write('new'))]
"""
AS_STRANGER = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
NAMESPACE = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-Um"]
can_mount = unittest.skipUnless(shutil.which("unshare") and subprocess.run(
    [*NAMESPACE, "true"], stderr=subprocess.DEVNULL).returncode == 0, "no mount namespace can be made here")
needs_root = unittest.skipIf(os.geteuid() != 0, "only root can become another user, and give up capabilities")


class InputsCase(LauncherCase):
    def setUp(self):
        super().setUp()
        self.data = self.source({"a.csv": "a", "b.csv": "b", "deep/c.csv": "c"})

    def input(self, mode, name="data", **more):
        """An input as the daemon writes it: of all the data."""
        return dict({"name": name, "mode": mode, "source": self.data, "files": None, "single": False, "place": None}, **more)

    def give(self, code, *inputs, **changes):
        """Write what the daemon would have written of a run with these inputs."""
        self.prepare(code, version=2, **changes)
        self.write("record/inputs.json", {"inputs": list(inputs)})

    def seen(self, code, *inputs, wrapper=(), **changes):
        """What a run with these inputs, which ends well, prints as JSON."""
        self.give(LOOK + code, *inputs, **changes)
        self.assertEqual(self.launch(*wrapper).wait(PATIENCE), 0)
        end = self.ending()
        self.assertEqual(end["outcome"], "completed", (end, self.read("log")))
        return json.loads(self.read("log").decode().splitlines()[-1])

    def fails(self, why, *inputs, wrapper=(), **changes):
        """See a run fail before its start, for a reason with these words."""
        self.give("", *inputs, **changes)
        self.launch(*wrapper).wait(PATIENCE)
        end = self.ending()
        self.assertEqual((end["outcome"], end["stage"], end["started"]), ("failed", "inputs", None), end)
        self.assertRegex(end["message"], why)
        self.assert_inputs_gone()

    def assert_inputs_gone(self):
        self.assertFalse(os.path.lexists(self.path("inputs")))

    def assert_unchanged(self):
        found = {os.path.relpath(os.path.join(at, name), self.data): open(os.path.join(at, name)).read()
                 for at, _, names in os.walk(self.data) for name in names}
        self.assertEqual(found, {"a.csv": "a", "b.csv": "b", "deep/c.csv": "c"})


class Copies(InputsCase):
    def test_a_copy_is_the_runs_own_and_goes_with_it(self):
        os.chmod(os.path.join(self.data, "a.csv"), 0o444)
        os.utime(os.path.join(self.data, "a.csv"), (1, 2))
        seen = self.seen("path = os.environ['data']; before = look(path), os.stat(path + '/a.csv').st_mtime\n"
                         "print(json.dumps([before, change(path), path, sys.argv[1], os.environ['RUNYARD_INPUT_data']]))",
                         self.input("download"), arguments=["[$RUNYARD_INPUT_data]"], expand=True)
        self.assertEqual(seen[0], [[["a.csv", "a"], ["b.csv", "b"], ["deep/c.csv", "c"]], 2])
        self.assertEqual(seen[1], ["done"] * 3)
        self.assertEqual(seen[2:], [self.path("inputs/files/data"), "[%s]" % seen[2], seen[2]])
        self.assertIn(b"copied 3 files", self.read("env.log"))
        self.assert_unchanged()
        self.assert_inputs_gone()

    def test_it_is_made_when_the_run_starts(self):
        self.give(LOOK + "print(look(os.environ['data']))", self.input("download", files=["a.csv"]))
        with open(os.path.join(self.data, "a.csv"), "w") as file:
            file.write("later")
        self.assertEqual(self.launch().wait(PATIENCE), 0)
        self.assertEqual(self.read("log").decode().strip(), "[('a.csv', 'later')]")

    def test_a_single_file_is_a_path_of_a_file_and_own_variables_stay(self):
        one = self.input("download", files=["deep/c.csv"], single=True)
        seen = self.seen("print(json.dumps([open(os.environ['AZUREML_DATAREFERENCE_data']).read(), os.environ['data']]))", one,
                         environment={"data": "mine"})
        self.assertEqual(seen, ["c", "mine"])

    def test_what_cannot_be_copied_is_named(self):
        self.fails("^cannot copy the input 'data': cannot copy '.*/gone.csv': .* no such file",
                   self.input("download", files=["a.csv", "gone.csv"]))

    def test_a_folder_that_is_gone_is_named(self):
        self.fails("cannot copy the input 'data': cannot use '/no/where': no such file", self.input("download", source="/no/where"))

    def test_what_is_no_file_is_named(self):
        os.mkfifo(os.path.join(self.data, "pipe"))
        self.fails("cannot copy '.*/pipe': it is not a regular file", self.input("download"))

    def test_links_to_files_are_followed_and_links_to_folders_are_named(self):
        os.symlink("../a.csv", os.path.join(self.data, "deep", "link.csv"))
        os.symlink("deep", os.path.join(self.data, "folder"))
        seen = self.seen("print(json.dumps(look(os.environ['data'])))", self.input("download"))
        self.assertEqual(seen[-1], ["deep/link.csv", "a"])
        self.assertRegex(self.facts("warning")[0]["v"], "not copied for the input 'data': .*/folder is a link to a folder")

    def test_a_cancel_ends_the_copying(self):
        with open(os.path.join(self.data, "large"), "wb") as file:
            file.truncate(1 << 40)
        self.give("time.sleep(1000)", self.input("download", files=["large"]))
        self.launch()
        wait_for("the copy", lambda: os.path.exists(self.path("inputs/files/data/large")))
        self.request_stop()
        os.kill(json.loads(self.read("lock"))["worker"]["pid"], signal.SIGUSR1)
        self.assertEqual(self.ending()["outcome"], "canceled")
        self.assert_nothing_left()
        self.assert_inputs_gone()

    def test_the_guard_and_finalize_take_the_copies_away(self):
        self.give("print('ready', flush=True)\ntime.sleep(1000)", self.input("download"))
        self.launch()
        os.kill(self.holders()["worker"]["pid"], signal.SIGKILL)
        self.ending()
        wait_for("the end of the copies", lambda: not os.path.lexists(self.path("inputs")))


class Originals(InputsCase):
    @can_mount
    def test_a_folder_can_be_read_and_not_changed(self):
        outside = os.path.join(self.state.name, "outside.csv")
        with open(outside, "w") as file:
            file.write("o")
        os.symlink("../outside.csv", os.path.join(self.data, "relative.csv"))
        seen = self.seen("path = os.environ['data']\n"
                         "print(json.dumps([look(path), change(path), attempt(lambda: open(path + '/relative.csv', 'a')),\n"
                         "  attempt(lambda: open(sys.argv[1], 'a').close())]))", self.input("mount"), arguments=[self.data + "/a.csv"])
        self.assertEqual(seen[0], [["a.csv", "a"], ["b.csv", "b"], ["deep/c.csv", "c"], ["relative.csv", "o"]])
        refused = "Read-only file system"
        self.assertEqual(seen[1:], [[refused] * 3, refused, "done"])  # by its own path, the file is as it ever was
        self.assertEqual(self.facts("warning"), [])
        os.remove(os.path.join(self.data, "relative.csv"))
        self.assert_unchanged()
        self.assert_inputs_gone()

    @can_mount
    def test_links_to_files_cannot_be_changed_nor_what_they_lead_to(self):
        os.rename(os.path.join(self.data, "b.csv"), os.path.join(self.state.name, "far.csv"))
        os.symlink(os.path.join(self.state.name, "far.csv"), os.path.join(self.data, "b.csv"))
        seen = self.seen("path = os.environ['data']; print(json.dumps([look(path), change(path),\n"
                         "  attempt(lambda: open(path + '/b.csv', 'a'))]))", self.input("mount", files=["a.csv", "b.csv"]))
        self.assertEqual(seen, [[["a.csv", "a"], ["b.csv", "b"]], ["Read-only file system"] * 3, "Read-only file system"])

    @can_mount
    def test_a_single_file_cannot_be_changed(self):
        seen = self.seen("path = os.environ['data']\nprint(json.dumps([path, attempt(lambda: open(path, 'a'))]))",
                         self.input("mount", files=["a.csv"], single=True))
        self.assertEqual(seen, [self.path("inputs/files/data/a.csv"), "Read-only file system"])

    @can_mount
    def test_no_other_process_sees_the_mounts_and_everything_else_is_as_it_was(self):
        self.give("open('mine', 'w').close(); open('/tmp/%s', 'w').close(); print('ready', flush=True)\n"
                     "if os.fork() == 0:\n  os.setsid(); signal.signal(signal.SIGTERM, signal.SIG_IGN)\ntime.sleep(1000)" % self.id, self.input("mount"))
        self.addCleanup(os.remove, "/tmp/" + self.id)
        process = self.launch()
        holders = self.holders()
        child = self.facts("started")[0]["pid"]
        inside, outside = (os.readlink("/proc/{}/ns/mnt".format(pid)) for pid in (child, holders["worker"]["pid"]))
        self.assertNotEqual(inside, outside)
        self.assertEqual(os.readlink("/proc/self/ns/mnt"), outside)
        self.assertTrue(os.path.exists("/tmp/" + self.id))
        self.assertTrue(os.path.islink(self.path("inputs/originals", os.path.realpath(self.data).split("/")[1])))
        self.assertEqual(os.readlink("/proc/{}/cwd".format(child)), os.path.realpath(self.path("work")))
        os.kill(holders["worker"]["pid"], signal.SIGKILL)
        self.assertEqual(self.ending()["reason"], "launcher_killed")
        self.assert_nothing_left()
        process.wait(PATIENCE)

    @needs_root
    def test_where_the_kernel_refuses_it_is_said(self):
        weak = ["setpriv", "--bounding-set=-sys_admin", "--inh-caps=-sys_admin"]
        seen = self.seen("path = os.environ['data']\nprint(json.dumps([look(path)[0], attempt(lambda: open(path + '/a.csv', 'a'))]))",
                         self.input("mount"), self.input("mount", "some", files=["b.csv"]), wrapper=weak)
        self.assertEqual(seen, [["a.csv", "a"], "done"])
        warning, = self.facts("warning")
        self.assertRegex(warning["v"], r"can change the original files of its inputs \(data, some\).*cannot make a namespace: operation not permitted")

    @needs_root
    @can_mount
    def test_a_user_who_is_not_root_gets_a_namespace_of_his_own(self):
        if subprocess.run([*AS_STRANGER, "unshare", "-Um", "true"], stderr=subprocess.DEVNULL).returncode != 0:
            self.skipTest("other users than root cannot make a namespace here")
        self.give("", self.input("mount"), kind="command", script=None, interpreter=None,
                     command='id -u; id -g; stat -c %u .; cat "$data/a.csv"; (echo x > "$data/a.csv") 2>&1; touch "$data/new" 2>&1; touch here')
        open(self.path("lock"), "w").close()
        subprocess.run(["chown", "-R", "65534:65534", self.state.name], check=True)
        self.assertEqual(self.launch(*AS_STRANGER).wait(PATIENCE), 0)
        self.assertEqual(self.ending()["outcome"], "completed", self.ending())
        log = self.read("log").decode()
        self.assertEqual((log[:19], log.count("Read-only file system")), ("65534\n65534\n65534\na", 2), log)

    def test_what_is_gone_is_named(self):
        self.fails("cannot mount the input 'data': cannot use '.*/gone.csv': no such file",
                   self.input("mount", files=["gone.csv"]))


class Places(InputsCase):
    def test_a_copy_in_the_working_directory(self):
        os.makedirs(self.path("work/in/here"))
        seen = self.seen("print(json.dumps([look('in/here')[0], os.environ['data'], change('in/here')]))",
                         self.input("download", place="in/here"))
        self.assertEqual(seen, [["a.csv", "a"], self.path("work/in/here"), ["done"] * 3])

    def test_originals_in_the_working_directory(self):
        seen = self.seen("print(json.dumps([look('in')[0], look('some'), os.environ['data'], os.environ['one']]))",
                         self.input("mount", place="in"), self.input("mount", "one", files=["b.csv"], single=True, place="some"))
        self.assertEqual(seen, [["a.csv", "a"], [["b.csv", "b"]], self.path("work/in"), self.path("work/some/b.csv")])
        self.assert_unchanged()

    @can_mount
    def test_a_folder_that_was_captured_is_covered(self):
        os.makedirs(self.path("work/in"))
        open(self.path("work/in/.gitkeep"), "w").close()
        seen = self.seen("print(json.dumps([look('in')[0], change('in')]))", self.input("mount", place="in"))
        self.assertEqual(seen, [["a.csv", "a"], ["Read-only file system"] * 3])

    @can_mount
    def test_an_absolute_place_is_the_runs_alone(self):
        places = [os.path.join(self.state.name, "at", name) for name in ("copy", "folder", "links")]
        seen = self.seen("print(json.dumps([[look(place)[0], change(place)] for place in sys.argv[1:]] + [os.environ['c']]))",
                         self.input("download", "c", place=places[0]), self.input("mount", "f", place=places[1]),
                         self.input("mount", "l", files=["a.csv", "b.csv"], place=places[2]), arguments=places)
        refused = [["a.csv", "a"], ["Read-only file system"] * 3]
        self.assertEqual(seen, [[["a.csv", "a"], ["done"] * 3], refused, refused, places[0]])
        self.assertEqual([os.listdir(place) for place in places], [[]] * 3)
        self.assert_unchanged()

    def test_a_link_is_the_folder_itself(self):
        self.seen("open('store/made.csv', 'w').write('made'); print(1)", self.input("link", place="store"))
        with open(os.path.join(self.data, "made.csv")) as file:
            self.assertEqual(file.read(), "made")

    def test_a_place_that_is_taken_is_refused(self):
        with open(self.path("work/taken"), "w") as file:
            file.write("mine")
        self.fails("'.*/work/taken' is there already, and is not a folder", self.input("download", place="taken"))

    def test_a_place_beyond_a_link_is_refused(self):
        os.symlink(self.data, self.path("work/out"))
        self.fails("'.*/work/out' is there already, and is not a folder", self.input("download", place="out/deeper"))
        self.assert_unchanged()

    def test_a_folder_that_is_not_empty_is_refused(self):
        self.fails("the folder '.*/record' is not empty", self.input("mount", place=os.path.join(self.run_dir, "record")))

    @needs_root
    def test_an_absolute_place_needs_a_kernel_that_allows_it(self):
        self.fails("cannot give the run its inputs where they are asked for: cannot make a namespace: operation not permitted",
                   self.input("download", place=os.path.join(self.state.name, "at")),
                   wrapper=["setpriv", "--bounding-set=-sys_admin", "--inh-caps=-sys_admin"])


if __name__ == "__main__":
    unittest.main()
