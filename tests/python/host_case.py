# SPDX-License-Identifier: Apache-2.0
"""A test of the host of a service, with a scoring script, and asked by HTTP on its unix socket."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

PYTHON = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "python"))
PATH = os.pathsep.join([PYTHON, os.path.join(PYTHON, "runyard", "_names")])
JSON = {"Content-Type": "application/json"}


class Connection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=60)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(60)
        self.sock.connect(self.path)


class Host:
    """A host in a folder of its own."""

    def __init__(self, source, files=None, variables=None, python=sys.executable, **settings):
        self.folder = tempfile.mkdtemp()
        self.path = os.path.join(self.folder, "s")
        work = os.path.join(self.folder, "work")
        for name, text in dict(files or {}, **({} if source is None else {"score.py": source})).items():
            place = os.path.join(work, name)
            os.makedirs(os.path.dirname(place), exist_ok=True)
            with open(place, "w") as file:
                file.write(text)
        os.makedirs(work, exist_ok=True)
        self.work = work
        env = {**os.environ, "PYTHONPATH": PATH, "RUNYARD_SERVICE_SOCKET": self.path, "PYTHONFAULTHANDLER": "",
               "RUNYARD_SERVICE": json.dumps({"entry_script": "score.py", **settings}),
               "RUNYARD_RUN_ID": "service-run", "RUNYARD_RUN_NUMBER": "1",
               "RUNYARD_JOURNAL": os.path.join(self.folder, "journal"), **(variables or {})}
        os.mkdir(env["RUNYARD_JOURNAL"])
        self.log = os.path.join(self.folder, "log")
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen([python, "-m", "runyard._service.host"], cwd=work, env=env,
                                            stdout=log, stderr=subprocess.STDOUT)

    def said(self):
        with open(self.log, encoding="utf-8") as file:
            return file.read()

    def until(self, condition):
        """Wait until a condition holds."""
        end = time.monotonic() + 60
        while not condition():
            if time.monotonic() > end:
                raise AssertionError("waited in vain; the host said: " + self.said())
            time.sleep(0.02)

    def until_healthy(self):
        self.until(lambda: self.process.poll() is not None or (os.path.exists(self.path) and self.ask("GET", "/")[0] == 200))

    def ask(self, method="POST", path="/score", body=None, headers=JSON):
        """Status, body and headers of an answer; a body that is no text or bytes is sent as JSON."""
        connection = Connection(self.path)
        try:
            if not isinstance(body, (str, bytes, type(None))):
                body = json.dumps(body)
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, answer.read().decode("utf-8", "replace"), answer.headers
        except ConnectionRefusedError:
            return 0, "", {}
        finally:
            connection.close()

    def score(self, body, **more):
        """Status and value of an answer of /score."""
        status, text, _ = self.ask(body=body, **more)
        return status, json.loads(text)

    def end(self):
        """Stop it. Returns its exit code and what it said."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60), self.said()


class HostCase(unittest.TestCase):
    def host(self, source, **settings):
        host = Host(source, **settings)
        self.addCleanup(host.end)
        host.until_healthy()
        return host

    def refused(self, source, **settings):
        """The exit code and the words of a host that cannot start."""
        host = Host(source, **settings)
        self.addCleanup(host.end)
        return host.process.wait(60), host.said()
