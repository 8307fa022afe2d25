# SPDX-License-Identifier: Apache-2.0
"""The process that starts the controller again when it is killed."""

import os
import signal
import subprocess
import sys
import tempfile
import unittest

PYTHON = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "python")
HEAD = """
import os, signal, sys, time
sys.path.insert(0, {!r})
from runyard._controller.supervise import Stopped, supervised
def times():
    with open(sys.argv[1], "a+") as file:
        file.write("x")
        file.seek(0)
        return len(file.read())
""".format(PYTHON)


class Supervised(unittest.TestCase):
    def process(self, source):
        with tempfile.NamedTemporaryFile(delete=False) as file:
            self.addCleanup(os.unlink, file.name)
        self.file = file.name
        return subprocess.Popen([sys.executable, "-c", HEAD + source, file.name], stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE)

    def times(self):
        with open(self.file) as file:
            return len(file.read())

    def test_the_exit_code_is_that_of_the_work(self):
        process = self.process("sys.exit(supervised(lambda: times() + 6))")
        process.communicate()
        self.assertEqual((process.returncode, self.times()), (7, 1))

    def test_work_that_is_killed_is_done_again(self):
        process = self.process("""
def work():
    if times() < 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return 0
sys.exit(supervised(work))""")
        said = process.communicate()[1].decode()
        self.assertEqual((process.returncode, self.times()), (0, 3))
        self.assertIn("runyard: the controller was killed by signal 9; it is started again\n", said)

    def test_work_that_is_killed_again_and_again_is_given_up(self):
        process = self.process("supervised.__globals__['_PAUSE'] = 0\n"
                               "sys.exit(supervised(lambda: times() and os.kill(os.getpid(), signal.SIGKILL)))")
        said = process.communicate()[1].decode()
        self.assertEqual((process.returncode, self.times()), (137, 5))
        self.assertIn("killed 5 times in a minute; it is not started again", said)

    def test_an_error_is_printed_and_ends_it(self):
        process = self.process("def work():\n    times()\n    raise ValueError('broken')\nsys.exit(supervised(work))")
        said = process.communicate()[1].decode()
        self.assertEqual((process.returncode, self.times()), (1, 1))
        self.assertIn("ValueError: broken", said)

    def test_a_stop_reaches_the_work_once(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            process = self.process("""
def work():
    try:
        print("ready", flush=True)
        while True:
            time.sleep(60)
    except Stopped:
        for _ in range(3):
            os.kill(os.getpid(), signal.SIGTERM)
        times()
        return Stopped.CODE
sys.exit(supervised(work))""")
            self.assertEqual(process.stdout.readline(), b"ready\n")
            process.send_signal(number)
            process.communicate()
            self.assertEqual((process.returncode, self.times()), (143, 1))

    def test_a_stop_is_a_request_only_while_the_supervisor_lives(self):
        source = """
def work():
    try:
        print(os.getpid(), flush=True)
        while True:
            time.sleep(60)
    except Stopped as stopped:
        print(stopped.is_request, flush=True)
        return Stopped.CODE
sys.exit(supervised(work))"""
        for is_alive in (True, False):
            process = self.process(source)
            work = int(process.stdout.readline())
            if not is_alive:
                process.kill()
                process.wait()
            os.kill(work, signal.SIGTERM)
            self.assertEqual(process.stdout.readline(), b"%r\n" % is_alive)
            process.wait()
            process.communicate()


if __name__ == "__main__":
    unittest.main()
