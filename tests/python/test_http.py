# SPDX-License-Identifier: Apache-2.0
"""The HTTP reader over real sockets, and where the daemon is looked for."""

import contextlib
import io
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from unittest import mock

PYTHON = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "python"))
sys.path.insert(0, PYTHON)

from runyard._client import daemon, peer, state_directory  # noqa: E402
from runyard._client.api import Client, encode  # noqa: E402
from runyard._client.daemon import Endpoint  # noqa: E402
from runyard._client.http import Broken, Connection, Stream  # noqa: E402
from runyard.exceptions import ServiceException, UserErrorException  # noqa: E402


@contextlib.contextmanager
def listening(family=socket.AF_INET, host="127.0.0.1"):
    """A listener at a free port, which it gives; it accepts no connection."""
    with socket.socket(family) as listener:
        if family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        listener.bind((host, 0))
        listener.listen(1)
        yield listener.getsockname()[1]


@contextlib.contextmanager
def accepting(family, host):
    """The same; it accepts one connection and waits for its end."""
    with socket.socket(family) as listener:
        listener.bind((host, 0))
        listener.listen(1)

        def accept():
            with listener.accept()[0] as taken:
                taken.recv(1)
        thread = threading.Thread(target=accept)
        thread.start()
        yield listener.getsockname()[1]
        thread.join()


@contextlib.contextmanager
def held_lock(folder):
    """Another process holds the daemon's lock of a state directory."""
    code = "import fcntl, sys; f = open(sys.argv[1], 'w'); fcntl.lockf(f, fcntl.LOCK_EX); print(flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", code, os.path.join(folder, "lock")], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE) as holder:
        holder.stdout.readline()
        yield
        holder.stdin.close()


class Reading(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = os.path.join(folder.name, "s")
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(self.path)
        self.listener.listen(1)
        self.addCleanup(self.listener.close)
        self.got = b""

    def ask(self, *pieces, until=b"\r\n\r\n", **more):
        """Send a request to a peer that reads up to `until`, says these bytes, each in a write of its own, and
        closes; the answer."""
        def peer():
            taken, _ = self.listener.accept()
            with taken:
                while until not in self.got:
                    self.got += taken.recv(65536)
                for piece in pieces:
                    taken.sendall(piece)
        thread = threading.Thread(target=peer)
        thread.start()
        self.addCleanup(thread.join)
        connection = Connection(Endpoint(self.path, "127.0.0.1", 0, 1, ""), 10.0)
        self.addCleanup(connection.close)
        connection.send("GET", "/x", {}, **more)
        return connection.answer()

    def test_a_signal_that_interrupts_no_read_is_handled_during_it(self):
        beside = threading.Thread(target=time.sleep, args=(0.2,))
        connection = Connection(Endpoint(self.path, "127.0.0.1", 0, 1, ""), None)
        self.addCleanup(connection.close)
        taken, _ = self.listener.accept()
        self.addCleanup(taken.close)
        before = signal.signal(signal.SIGUSR1, signal.default_int_handler)
        self.addCleanup(signal.signal, signal.SIGUSR1, before)
        connection.send("GET", "/x", {})

        def send_signal():  # to another thread: the read of this one goes on
            beside.start()
            signal.pthread_kill(beside.ident, signal.SIGUSR1)
        threading.Timer(0.1, send_signal).start()
        with self.assertRaises(KeyboardInterrupt):
            connection.answer()

    def test_a_read_ends_after_its_timeout_and_not_before(self):
        connection = Connection(Endpoint(self.path, "127.0.0.1", 0, 1, ""), 0.2)
        self.addCleanup(connection.close)
        taken, _ = self.listener.accept()
        self.addCleanup(taken.close)
        with mock.patch("runyard._client.http._SLICE", 0.05):
            connection.send("GET", "/x", {})
            begun = time.monotonic()
            self.assertRaises(socket.timeout, connection.answer)
        self.assertGreaterEqual(time.monotonic() - begun, 0.19)

    def test_a_body_of_known_length(self):
        answer = self.ask(b"HTTP/1.1 200 OK\r\nContent-", b"Length: 5\r\nX-A:b\r\n\r\nhe", b"llo")
        self.assertEqual((answer.status, answer.all(), answer.headers["x-a"], answer.reusable()),
                         (200, b"hello", "b", True))
        self.assertTrue(self.got.startswith(b"GET /x HTTP/1.1\r\nHost: localhost\r\n"))

    def test_chunks_come_as_they_are_sent(self):
        answer = self.ask(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4;a=b\r\nab", b"cd\r\n",
                          b"3\r\nefg\r", b"\n0\r\n", b"T: x\r\n\r\n")
        self.assertEqual((answer.all(), answer.finished, answer.reusable()), (b"abcdefg", True, True))

    def test_interim_answers_are_passed_over(self):
        answer = self.ask(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n")
        self.assertEqual((answer.status, answer.all()), (204, b""))

    def test_a_body_without_length_lasts_until_the_end(self):
        answer = self.ask(b"HTTP/1.1 200 OK\r\n\r\nall", b" of it")
        self.assertEqual((answer.all(), answer.reusable()), (b"all of it", False))

    def test_an_end_in_the_middle_is_an_error(self):
        for text in (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf",
                     b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nab"):
            self.got = b""
            answer = self.ask(text)
            with self.assertRaises(Broken):
                answer.all()

    def test_what_is_not_http_is_an_error(self):
        for text in (b"", b"hello\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"):
            self.got = b""
            with self.assertRaises(Broken):
                self.ask(text)

    def test_a_stream_is_sent_block_by_block(self):
        answer = self.ask(b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n", until=b"\r\n\r\nabc",
                          body=Stream(3, [b"a", b"bc"]))
        self.assertEqual((answer.status, answer.all(), answer.reusable()), (201, b"", True))
        self.assertIn(b"Content-Length: 3\r\n", self.got)

    def test_a_body_that_is_refused_early_has_its_answer_read(self):
        blocks = [b"x" * (1 << 20)] * 16
        answer = self.ask(b"HTTP/1.1 409 Conflict\r\nContent-Length: 5\r\n\r\ntaken",
                          body=Stream(sum(map(len, blocks)), blocks))
        self.assertEqual((answer.status, answer.all(), answer.reusable()), (409, b"taken", False))

    def test_the_port_is_asked_only_where_no_socket_is_named(self):
        with listening() as port:
            self.listener.close()
            with self.assertRaises(ConnectionRefusedError):
                Connection(Endpoint(self.path, "127.0.0.1", port, 1, ""), 5.0)
            os.unlink(self.path)
            with self.assertRaises(FileNotFoundError):
                Connection(Endpoint(self.path, "127.0.0.1", port, 1, ""), 5.0)

    def test_the_owner_of_a_port_is_known_once_it_has_accepted(self):
        for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::ffff:127.0.0.1")):
            with listening(family, host) as port, socket.create_connection(("127.0.0.1", port)) as waiting:
                self.assertIsNone(peer._tcp_owner(waiting))
            with accepting(family, host) as port:
                Connection(Endpoint(None, "127.0.0.1", port, 1, ""), 5.0).close()

    def test_nothing_is_sent_where_the_owner_is_not_known(self):
        with listening() as port, mock.patch.object(peer, "_ACCEPT", 0.1):
            with self.assertRaisesRegex(ServiceException, "port {} belongs to a user that the kernel does not name, so "
                                                          "nothing was sent".format(port)):
                Connection(Endpoint(None, "127.0.0.1", port, 1, ""), 5.0)


class Saying(unittest.TestCase):
    def test_a_name_that_is_not_utf8_leaves_the_body_valid(self):
        self.assertEqual(encode({"精": ["cannot read " + os.fsdecode(b"a\xff")]}), '{"精": ["cannot read a?"]}'.encode("utf-8"))
        self.assertEqual(encode(None), b"{}")

    def test_a_number_without_a_word_in_json_is_refused(self):
        for wrong in (float("nan"), float("inf")):
            with self.assertRaisesRegex(UserErrorException, "cannot hold this: .*JSON"):
                encode({"grace_seconds": wrong})


class Asking(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = os.path.join(folder.name, "s")
        with open(os.path.join(folder.name, "daemon.json"), "w") as file:
            json.dump({"socket": self.path, "protocol": 1}, file)
        patch = mock.patch.dict(os.environ, {"RUNYARD_STATE": folder.name})
        patch.start()
        self.addCleanup(patch.stop)
        lock = held_lock(folder.name)
        lock.__enter__()
        self.addCleanup(lock.__exit__, None, None, None)

    def test_an_answer_that_is_cut_is_asked_for_again(self):
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(self.path)
            listener.listen(1)

            def peer():
                for body in (b"", b"[1, ", b"[1, 2]"):
                    taken, _ = listener.accept()
                    with taken:
                        got = b""
                        while b"\r\n\r\n{}" not in got:
                            got += taken.recv(65536)
                        taken.sendall(b"HTTP/1.1 200 X\r\nContent-Length: 6\r\n\r\n" + body)
            thread = threading.Thread(target=peer)
            thread.start()
            client = Client()
            self.addCleanup(client.close)
            self.assertEqual(client.call("POST", "/x"), [1, 2])
            thread.join()

    def test_an_error_leaves_the_connection_fit_for_the_next_request(self):
        said = [b'{"error":{"code":"not_found","message":"there is no run x","details":{"a":1}}}', b"[1]"]
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(self.path)
            listener.listen(1)

            def peer():
                taken, _ = listener.accept()
                with taken:
                    for status, body in zip((404, 200), said):
                        got = b""
                        while b"\r\n\r\n" not in got:
                            got += taken.recv(65536)
                        taken.sendall(b"HTTP/1.1 %d X\r\nContent-Length: %d\r\n\r\n%b" % (status, len(body), body))
            thread = threading.Thread(target=peer)
            thread.start()
            client = Client()
            self.addCleanup(client.close)
            with self.assertRaises(ServiceException) as caught:
                client.call("GET", "/x")
            self.assertIsInstance(caught.exception, UserErrorException)
            self.assertEqual((str(caught.exception), caught.exception.status_code, caught.exception.details),
                             ("there is no run x", 404, {"a": 1}))
            self.assertEqual(client.call("GET", "/y"), [1])
            thread.join()


class Finding(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.top = folder.name
        patch = mock.patch.dict(os.environ, {"RUNYARD_STATE": self.top})
        patch.start()
        self.addCleanup(patch.stop)

    def test_the_state_directory(self):
        os.environ.pop("RUNYARD_RUN_ID", None)
        self.assertEqual(state_directory.path(), self.top)
        del os.environ["RUNYARD_STATE"]
        os.environ["XDG_STATE_HOME"] = "/x"
        self.assertEqual(state_directory.path(), "/x/runyard")
        del os.environ["XDG_STATE_HOME"]
        os.environ["HOME"] = "/h"
        self.assertEqual(state_directory.path(), "/h/.local/state/runyard")

    def publish(self, text):
        with open(os.path.join(self.top, "daemon.json"), "w") as file:
            file.write(text)

    def test_what_daemon_json_says(self):
        self.assertIsNone(daemon.find())
        with held_lock(self.top):
            self.assertIsNone(daemon.find())
            self.publish('{"socket":')
            self.assertIsNone(daemon.find())
            self.publish(json.dumps({"pid": 1, "boot_id": "b", "socket": None, "host": "127.0.0.1", "port": 7471, "url": "u",
                                     "version": "0.1.0", "protocol": 1}))
            self.assertEqual(daemon.find(), Endpoint(None, "127.0.0.1", 7471, 1, "0.1.0"))
            self.publish('{"port": 7471, "protocol": "2.7"}')
            self.assertEqual(daemon.find().protocol, 2)
        self.assertIsNone(daemon.find())  # of a daemon that is gone

    def test_a_daemon_json_that_is_a_link_is_refused(self):
        self.publish('{"port": 7471, "protocol": 1}')
        os.rename(os.path.join(self.top, "daemon.json"), os.path.join(self.top, "other"))
        os.symlink("other", os.path.join(self.top, "daemon.json"))
        with self.assertRaisesRegex(UserErrorException, "cannot read .*daemon.json: it is a symbolic link; remove it"):
            daemon.find()

    def test_another_protocol_is_refused_in_words(self):
        daemon.check_protocol(Endpoint(None, "h", 1, 1, "0.1.0"))
        with self.assertRaisesRegex(ServiceException, r"is 9\.0 \(protocol 2\), .* \(protocol 1\): restart the kernel"):
            daemon.check_protocol(Endpoint(None, "h", 1, 2, "9.0"))
        with self.assertRaisesRegex(ServiceException, r"is 0\.0 \(protocol 0\), .*: restart the daemon"):
            daemon.check_protocol(Endpoint(None, "h", 1, 0, "0.0"))

    def test_an_older_daemon_is_named_once_outside_of_runs(self):
        said = io.StringIO()
        with contextlib.redirect_stderr(said), mock.patch.object(daemon, "_said_version", False):
            for version in (daemon.__version__, "99.0.0", "", "0.0.9", "0.0.9"):
                daemon.say_if_older(Endpoint(None, "h", 1, 1, version))
            with mock.patch.object(daemon, "_said_version", False), mock.patch.dict(os.environ, RUNYARD_RUN_ID="r"):
                daemon.say_if_older(Endpoint(None, "h", 1, 1, "0.0.9"))
        self.assertRegex(said.getvalue(), r"^runyard: the daemon is runyard 0\.0\.9, and this is [^\n]+ runs go on\n$")

    def test_a_run_waits_for_the_daemon_with_one_line(self):
        said, answers = io.StringIO(), iter([False, False, True])
        with contextlib.redirect_stderr(said):
            daemon.wait_in_run(answers.__next__)
        self.assertEqual(list(answers), [])
        with contextlib.redirect_stderr(said), mock.patch.object(daemon, "_WAIT_IN_RUN", 0.1):
            with self.assertRaisesRegex(ServiceException, "did not answer .*" + self.top):
                daemon.wait_in_run(lambda: False)
        self.assertEqual(said.getvalue().count("waiting for it"), 2)

    def test_the_programs_of_a_wheel_are_found_wherever_pip_put_them(self):
        for site, programs in (("lib/python3.11/site-packages", "bin"), ("lib64/python3.9/site-packages", "bin"),
                               ("local/lib/python3.11/dist-packages", "local/bin"), ("share/runyard/python", "bin"),
                               ("a target", "a target/bin")):
            package = os.path.join(self.top, site, "runyard", "_client", "daemon.py")
            with self.subTest(site), mock.patch.object(daemon, "__file__", package):
                self.assertEqual(daemon._beside()[-1], os.path.join(self.top, programs))

    def test_the_program_is_looked_for_in_this_order(self):
        places = [os.path.join(self.top, name) for name in ("home/bin", "lib/runyard/python/bin", "lib/../bin",
                                                            "path")]
        os.environ.update(RUNYARD_HOME=os.path.join(self.top, "home"), PATH=os.path.join(self.top, "path"))
        package = os.path.join(self.top, "lib", "runyard", "python", "runyard", "_client", "daemon.py")
        os.makedirs(os.path.join(self.top, "lib"))
        with mock.patch.object(daemon, "__file__", package):
            with self.assertRaises(ServiceException) as caught:
                daemon.program()
            for place in places:
                self.assertIn(os.path.normpath(place), str(caught.exception))
            self.assertNotIn("build", str(caught.exception))  # no source tree around it
            for place in reversed(places):
                os.makedirs(place)
                path = os.path.join(os.path.normpath(place), "runyardd")
                with open(path, "w") as file:
                    file.write("#!/bin/sh\necho no state here >&2; exit 1\n")
                os.chmod(path, 0o755)
                self.assertEqual(daemon.program(), path)
            with self.assertRaisesRegex(ServiceException, "cannot start Runyard's daemon with .*: no state here"):
                daemon.start(lambda: True)

    def test_a_program_that_may_not_be_executed_is_named(self):
        path = os.path.join(self.top, "bin/runyardd")
        os.mkdir(os.path.dirname(path))
        with open(path, "w"):
            pass
        with mock.patch.object(daemon, "_folders", lambda: ["/nowhere", os.path.dirname(path)]):
            with self.assertRaisesRegex(ServiceException, "the program %s cannot be executed; check its permissions" % path):
                daemon.program()


if __name__ == "__main__":
    unittest.main()
