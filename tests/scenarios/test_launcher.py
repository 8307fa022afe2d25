# SPDX-License-Identifier: Apache-2.0
"""Every way a run can end while its launcher lives."""

import os
import signal
import subprocess
import sys
import time
import unittest

from launcher_case import LauncherCase
from processes import PATIENCE, living, wait_for


class LauncherTest(LauncherCase):
    def test_completed(self):
        end = self.finish("print('hello'); open('outputs/m.txt','w').write('abc'); os.symlink('/nowhere','outputs/l')")
        self.assertEqual((end["outcome"], end["code"], end["reason"]), ("completed", 0, "exited"), end)
        self.assertEqual(self.read("log"), b"hello\n")
        self.assertEqual(end["seal"]["attempt-1/log"], 6)
        with open(os.path.join(self.run_dir, "artifacts/outputs/m.txt")) as file:
            self.assertEqual(file.read(), "abc")
        self.assertFalse(os.path.lexists(os.path.join(self.run_dir, "artifacts/outputs/l")))

    def test_exit_code(self):
        end = self.finish("sys.exit(3)")
        self.assertEqual((end["outcome"], end["code"]), ("failed", 3), end)

    def test_signal(self):
        end = self.finish("os.kill(os.getpid(), signal.SIGSEGV)")
        self.assertEqual((end["outcome"], end["reason"], end["signal"]), ("failed", "signalled", 11), end)

    def test_exception_sentence(self):
        end = self.finish("json.dump({'type': 'ValueError', 'message': 'no', 'traceback': 't'}, open(os.path.join("
                          "os.environ['RUNYARD_JOURNAL'], f'error-{os.getpid()}.json'), 'w')); sys.exit(1)")
        self.assertEqual(end["message"], f"User program failed with ValueError: no (interpreter {sys.executable})")

    def test_exception_without_a_hook_is_read_from_the_log(self):
        end = self.finish("import no_such_module_here")
        self.assertEqual(end["error"]["type"], "ModuleNotFoundError", end)
        self.assertEqual(end["message"], "User program failed with ModuleNotFoundError: No module named "
                         f"'no_such_module_here' (interpreter {sys.executable})")
        self.assertTrue(end["error"]["traceback"].startswith("Traceback (most recent call last):\n"))

    def test_double_fork_leaves_nothing(self):
        self.finish("if os.fork() == 0:\n  os.setsid()\n  if os.fork() == 0: time.sleep(1000)\n  os._exit(0)\nos.wait()")
        self.assertEqual(living(self.mark), [])

    def test_cancel_with_sigterm_ignored(self):
        process = self.start("signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready', flush=True); time.sleep(1000)")
        worker = self.holders()["worker"]["pid"]
        self.request_stop()
        os.kill(worker, signal.SIGUSR1)
        self.assertEqual(process.wait(PATIENCE), 0)
        end = self.ending()
        self.assertEqual((end["outcome"], end["reason"]), ("canceled", "cancelled"), end)
        self.assert_nothing_left()

    def test_timed_out(self):
        self.assertEqual(self.finish("time.sleep(1000)", max_seconds=0.3)["reason"], "timed_out")

    def test_told_to_stop(self):
        process = self.start("print('ready', flush=True); time.sleep(1000)")
        self.holders()
        process.terminate()
        self.assertEqual(self.ending()["reason"], "stopped")

    def test_what_is_left_behind_is_asked_then_killed(self):
        end = self.finish("if os.fork() == 0:\n  signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
                          "  open('deaf', 'w').close()\n  time.sleep(1000)\n"
                          "while not os.path.exists('deaf'): time.sleep(0.01)")
        self.assertEqual(end["outcome"], "completed", end)
        warning, = self.facts("warning")
        self.assertIn("killed after the end of the program", warning["v"])
        self.assertEqual(living(self.mark), [])

    def test_what_is_left_behind_and_ends_when_asked(self):
        self.finish("if os.fork() == 0:\n  def bye(*_):\n    print('bye', flush=True); os._exit(0)\n"
                    "  signal.signal(signal.SIGTERM, bye)\n  open('there', 'w').close()\n  time.sleep(1000)\n"
                    "while not os.path.exists('there'): time.sleep(0.01)")
        warning, = self.facts("warning")
        self.assertEqual(self.read("log"), b"bye\n")
        self.assertRegex(warning["v"], r"^ended with the program, which left them running: pid \d+ \(python[\d.]*, state \w\)$")

    def test_a_hundred_processes(self):
        process = self.start("for i in range(100):\n  if os.fork() == 0:\n    signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
                             "    if i % 3 == 0: os.setsid()\n    time.sleep(1000)\nprint('ready', flush=True)\ntime.sleep(1000)")
        worker = self.holders()["worker"]["pid"]
        self.assertEqual(len(living(self.mark)), 101)
        self.request_stop()
        os.kill(worker, signal.SIGUSR1)
        self.assertEqual(process.wait(PATIENCE), 0)
        self.assertEqual(living(self.mark), [])

    def own_cgroup(self):
        """The run's cgroup, as the lock file names it; none where the launcher could not make one."""
        path = self.holders()["cgroup"]
        if path is None:
            self.skipTest("no cgroup v2 can be made here")
        return path

    def test_a_cgroup_holds_the_run_from_birth_and_goes_with_it(self):
        process = self.start("if os.fork() == 0:\n  os.setsid()\n  signal.signal(signal.SIGTERM, signal.SIG_IGN)\n  time.sleep(1000)\n"
                             "print('ready', flush=True)\ntime.sleep(1000)")
        group = self.own_cgroup()
        with open(os.path.join(group, "cgroup.procs")) as file:
            self.assertEqual(sorted(map(int, file.read().split())), sorted(living(self.mark)))
        process.terminate()
        self.assertEqual(self.ending()["reason"], "stopped")
        process.wait(PATIENCE)
        self.assertFalse(os.path.exists(group))

    @unittest.skipUnless(os.geteuid() == 0, "hiding the cgroups needs root")
    def test_without_a_cgroup_everything_works(self):
        self.prepare("if os.fork() == 0:\n  os.setsid()\n  signal.signal(signal.SIGTERM, signal.SIG_IGN)\n  time.sleep(1000)\n"
                     "print('ready', flush=True)\ntime.sleep(1000)")
        hide = ["unshare", "--mount", "sh", "-c", "umount -a -l -t cgroup2 && exec \"$0\" \"$@\""]
        if subprocess.run([*hide, "true"], stderr=subprocess.DEVNULL).returncode != 0:
            self.skipTest("no mount namespace can be made here")
        process = self.launch(*hide)
        self.assertIsNone(self.holders()["cgroup"])
        process.terminate()
        self.assertEqual(self.ending()["reason"], "stopped")
        self.assertEqual(living(self.mark), [])

    def test_flood_without_a_newline(self):
        end = self.finish("block = b'x' * (1 << 20)\nfor _ in range(64): os.write(1, block)")
        self.assertEqual((end["outcome"], end["seal"]["attempt-1/log"]), ("completed", 64 << 20), end)
        self.assertEqual(self.read("log").count(b"x"), 64 << 20)

    def test_closed_output(self):
        end = self.finish("print('last', flush=True)\nos.close(1); os.close(2)\ntime.sleep(0.2)\nos._exit(4)")
        self.assertEqual((end["code"], end["message"]), (4, "User program exited with status 4"), end)
        self.assertEqual(self.read("log"), b"last\n")

    def test_in_place_collects_what_changed(self):
        root = self.source({"job.py": "open('outputs/new', 'w').write('new'); open('logs/l', 'w').write('l')",
                            "outputs/old": "old"})
        old = os.path.join(root, "outputs/old")
        wait_for("the clock to go on", lambda: time.time() > os.stat(old).st_ctime + 0.2)
        end = self.finish("", script="job.py", source={"directory": root, "in_place": True, "links": []})
        self.assertEqual(end["outcome"], "completed", self.read("log"))
        self.assertEqual(sorted(fact["n"] for fact in self.facts("collected")), ["logs/l", "outputs/new"])
        self.assertEqual(sorted(os.listdir(os.path.join(root, "outputs"))), ["new", "old"])
        with open(os.path.join(self.run_dir, "artifacts/outputs/new")) as file:
            self.assertEqual(file.read(), "new")

    def test_a_taken_name_is_skipped(self):
        os.makedirs(os.path.join(self.run_dir, "artifacts/outputs"))
        self.write("artifacts/outputs/m", "first")
        self.assertEqual(self.finish("open('outputs/m', 'w').write('second')")["outcome"], "completed")
        self.assertEqual([fact["n"] for fact in self.facts("skipped")], ["outputs/m"])
        self.assertEqual(self.facts("collected"), [])

    def test_second_claim(self):
        self.assertEqual(self.finish("print('once')")["outcome"], "completed")
        before = self.read("exit.json")
        second = self.launch()
        self.assertEqual(second.wait(PATIENCE), 3)
        self.assertIn(b"cannot claim the attempt", second.stderr.read())
        self.assertEqual((self.read("exit.json"), self.read("log")), (before, b"once\n"))


if __name__ == "__main__":
    unittest.main()
