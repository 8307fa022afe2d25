# SPDX-License-Identifier: Apache-2.0
"""A real daemon on a state directory of its own, and everything a test does to it and asks of it."""

import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import unittest
import uuid
from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Sequence, Union
from urllib.parse import quote, urlencode

from processes import PATIENCE, describe, kill_quietly, living, read_bytes, wait_for

ROOT = os.path.realpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
BIN = os.path.realpath(os.environ.get("RUNYARD_BIN", os.path.join(ROOT, "build/dev/bin")))
SDK = os.path.join(ROOT, "python")
# What `runyard python enable` arranges for an interpreter: the SDK, and the hook that offers the azureml names.
ENABLED = {"PYTHONPATH": os.path.join(SDK, "hook") + ":" + SDK}
FINAL = ("Completed", "Failed", "Canceled")


def program(name: str) -> str:
    """The path of one of our programs in the build tree."""
    return os.path.join(BIN, name)


def needs(*names: str) -> Any:
    """A decorator that skips a test class until these programs have been built."""
    missing = [name for name in names if not os.access(program(name), os.X_OK)]
    return unittest.skipIf(missing, "not built in %s: %s" % (BIN, ", ".join(missing)))


class Answer(NamedTuple):
    """What the API answered: the status and the body as it came."""

    status: int
    body: bytes
    headers: Mapping[str, str]

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def message(self) -> str:
        """The sentence of an error."""
        return self.json["error"]["message"]


class Finished(NamedTuple):
    """A program that has ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class UnixConnection(http.client.HTTPConnection):
    """HTTP over a Unix socket."""

    def __init__(self, path: str, timeout: float = PATIENCE) -> None:
        super().__init__("localhost", timeout=timeout)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


def basic_environment(home: str) -> Dict[str, str]:
    """What a user's shell has at least."""
    return {"PATH": os.path.dirname(sys.executable) + ":/usr/local/bin:/usr/bin:/bin", "HOME": home, "LANG": "C.UTF-8"}


class Daemon:
    """Owned by one test (or class of tests), which must call `close`. Never shared between processes.

    `root` is a short path (Unix sockets allow 107 bytes): `state` is the daemon's, `home` stands for the user's home,
    `sources` holds source folders. Whatever this state directory's daemon and runs start has `state` in its
    environment, and `close` asserts that nothing of it is left.
    """

    def __init__(self, environment: Optional[Mapping[str, str]] = None, start: bool = True) -> None:
        self.root = tempfile.mkdtemp(prefix="ry-", dir="/tmp")
        self.state = os.path.join(self.root, "state")
        self.home = os.path.join(self.root, "home")
        self.sources = os.path.join(self.root, "src")
        for folder in (self.state, self.home, self.sources):
            os.mkdir(folder, 0o700)
        self.environment = dict(basic_environment(self.home) if environment is None else environment)
        self.environment["RUNYARD_STATE"] = self.state
        self.wrapper: Sequence[str] = ()  # a command that becomes the daemon: unshare, prlimit, ...
        self.process: Optional["subprocess.Popen[bytes]"] = None
        self.rebuilds = True  # whether the database can be made again of the files: not where a test takes some away
        self.words = os.path.join(self.root, "daemon.words")
        if start:
            self.start()

    # The daemon

    def start(self, *arguments: str, patience: float = PATIENCE) -> None:
        """Start the daemon in the foreground of a process of ours, and wait until it answers."""
        self.process = self.spawn_daemon(*arguments)
        wait_for("the daemon's first answer", self.answers_or_died, patience)

    def spawn_daemon(self, *arguments: str) -> "subprocess.Popen[bytes]":
        """The bare daemon process; its words are appended to `self.words`."""
        with open(self.words, "ab") as words:
            return subprocess.Popen([*self.wrapper, program("runyardd"), *arguments], env=self.environment, cwd="/",
                                    stdin=subprocess.DEVNULL, stdout=words, stderr=words)

    def answers_or_died(self) -> bool:
        assert self.process is not None
        if self.process.poll() is not None:
            raise AssertionError("the daemon ended with %d: %s" % (self.process.returncode, self.said()))
        return self.published().get("pid") == self.process.pid and self.answers()

    def published(self) -> Dict[str, Any]:
        """daemon.json, or nothing."""
        text = read_bytes(os.path.join(self.state, "daemon.json"))
        return json.loads(text) if text else {}

    def answers(self) -> bool:
        try:
            return self.api("GET", "/status").status == 200
        except (OSError, http.client.HTTPException):
            return False

    def said(self) -> str:
        """What the daemon printed so far."""
        return read_bytes(self.words).decode("utf-8", "replace")

    def kill(self) -> None:
        """SIGKILL for the daemon."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        """SIGTERM for the daemon; its exit status."""
        assert self.process is not None
        self.process.terminate()
        return self.process.wait(PATIENCE)

    def restart(self) -> None:
        """SIGKILL, then a new daemon on the same state."""
        self.kill()
        self.start()

    def close(self) -> None:
        """End all runs, then the daemon, and assert that both ended well and left nothing behind."""
        try:
            self.end_runs()
            self.end_daemon()
            wait_for("the end of every process", lambda: not living(self.state), 15)
        finally:
            left = [describe(pid) for pid in living(self.state)]
            for pid in living(self.state):
                kill_quietly(pid)
            said = self.said()
            shutil.rmtree(self.root, ignore_errors=True)
            if left:
                print("left behind: %s; the daemon said:\n%s" % (", ".join(left), said[-4000:]), file=sys.stderr)

    def end_runs(self) -> None:
        if not self.process or self.process.poll() is not None or not self.answers():
            return
        for status in ("Queued", "Preparing", "Running", "Finalizing", "CancelRequested"):
            for run in self.get("/runs", status=status, children=1, limit=1000)["items"]:
                self.api("POST", "/runs/%s/cancel" % quote(run["id"]), {"grace_seconds": 0})
                if run["kind"] != "interactive":
                    self.wait(run["id"])

    def end_daemon(self) -> None:
        if self.process and self.process.poll() is None:
            code = self.stop()
            if code != 0:
                raise AssertionError("the daemon ended with %d: %s" % (code, self.said()[-4000:]))
            self.assert_rebuilds()
        for mark in ("ERROR: AddressSanitizer", "ERROR: LeakSanitizer", "WARNING: ThreadSanitizer", "runtime error:"):
            if mark in self.said():
                raise AssertionError("the daemon said: " + self.said()[-8000:])

    def assert_rebuilds(self) -> None:
        """The database made of the files has the rows of the one that the daemon wrote."""
        if not self.rebuilds:
            return
        done = self.execute([program("runyardd"), "--check", "--json"], code=None)
        findings = [finding for finding in done.json["findings"] if finding["remedy"].startswith("the database is made again")]
        if findings:
            raise AssertionError("the files say something else than the database: " + json.dumps(findings, indent=2)[:8000])

    # The API

    def connection(self, timeout: float = PATIENCE) -> http.client.HTTPConnection:
        known = self.published()
        if known.get("socket"):
            return UnixConnection(known["socket"], timeout)
        if not known:
            raise ConnectionRefusedError("there is no daemon.json")
        return http.client.HTTPConnection(known["host"], known["port"], timeout=timeout)

    def api(self, method: str, path: str, body: Any = None, kind: str = "application/json",
            headers: Optional[Mapping[str, str]] = None) -> Answer:
        """One request below /api/v1. A body that is not bytes is sent as JSON."""
        connection = self.connection()
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        if data is None and method in ("POST", "PUT"):
            data = b"{}"
        try:
            connection.request(method, "/api/v1" + path, data, {**({"Content-Type": kind} if data is not None else {}),
                                                                **(headers or {})})
            response = connection.getresponse()
            return Answer(response.status, response.read(), dict(response.getheaders()))
        finally:
            connection.close()

    def get(self, path: str, **query: Any) -> Any:
        """The JSON of a GET that must succeed."""
        answer = self.api("GET", path + ("?" + urlencode(query, doseq=True) if query else ""))
        if answer.status != 200:
            raise AssertionError("GET %s answered %d: %r" % (path, answer.status, answer.body[:500]))
        return answer.json

    # Runs

    def folder(self, files: Union[str, Mapping[str, Union[str, bytes]]], name: Optional[str] = None) -> str:
        """A new source folder; a bare text becomes its main.py."""
        root = os.path.join(self.sources, name or uuid.uuid4().hex[:8])
        for path, content in ({"main.py": files} if isinstance(files, str) else files).items():
            whole = os.path.join(root, path)
            os.makedirs(os.path.dirname(whole), exist_ok=True)
            with open(whole, "wb") as file:
                file.write(content.encode() if isinstance(content, str) else content)
        return root

    def request(self, folder: Optional[str], **fields: Any) -> Dict[str, Any]:
        """The body of a submit, as a client would send it; `fields` override."""
        body: Dict[str, Any] = {
            "submission_id": str(uuid.uuid4()), "experiment": "scenario", "kind": "script", "script": "main.py",
            "arguments": [], "interpreter": sys.executable, "environ": basic_environment(self.home), "umask": 0o22,
            "grace_seconds": 0.5, "sdk_path": SDK, "source": None,
        }
        if folder is not None:
            about = os.stat(folder)
            body["source"] = {"directory": folder, "device": about.st_dev, "inode": about.st_ino}
        body.update(fields)
        return body

    def post_run(self, body: Mapping[str, Any]) -> Answer:
        return self.api("POST", "/runs", dict(body))

    def submit(self, files: Union[str, Mapping[str, Union[str, bytes]]], **fields: Any) -> str:
        """Submit a script that must be accepted; the id of the run."""
        answer = self.post_run(self.request(self.folder(files), **fields))
        if answer.status not in (200, 201):
            raise AssertionError("a submit was answered %d: %r" % (answer.status, answer.body[:1000]))
        return answer.json["id"]

    def run(self, run_id: str) -> Dict[str, Any]:
        return self.get("/runs/" + quote(run_id))

    def status(self, run_id: str) -> str:
        return self.run(run_id)["status"]

    def wait(self, run_id: str, patience: float = 2 * PATIENCE) -> Dict[str, Any]:
        """The run, once it has ended."""
        path = "/runs/%s/wait?timeout=5" % quote(run_id)

        def ended() -> Optional[Dict[str, Any]]:
            run = self.api("GET", path).json
            return run if run.get("status") in FINAL else None

        return wait_for("the end of run " + run_id, ended, patience)

    def finish(self, files: Union[str, Mapping[str, Union[str, bytes]]], **fields: Any) -> Dict[str, Any]:
        """Submit and wait."""
        return self.wait(self.submit(files, **fields))

    def wait_status(self, run_id: str, *statuses: str) -> None:
        wait_for("%s of %s" % (" or ".join(statuses), run_id), lambda: self.status(run_id) in statuses)

    def log(self, run_id: str) -> bytes:
        return self.api("GET", "/runs/%s/log" % quote(run_id)).body

    def wait_log(self, run_id: str, text: str) -> None:
        """Wait until the log holds `text`."""
        wait_for("%r in the log" % text, lambda: text.encode() in read_bytes(self.attempt(run_id, "log")))

    def metrics(self, run_id: str) -> Dict[str, Dict[str, Any]]:
        """A run's metrics by name."""
        items = self.get("/runs/%s/metrics" % quote(run_id))["items"]
        return {metric["name"]: metric for item in items for metric in item["metrics"]}

    def values(self, run_id: str, name: str) -> List[Any]:
        return self.metrics(run_id).get(name, {}).get("values", [])

    def files(self, run_id: str) -> List[str]:
        return [file["name"] for file in self.get("/runs/%s/files" % quote(run_id))["items"]]

    def attempt(self, run_id: str, *names: str) -> str:
        """A path below a run's attempt."""
        return os.path.join(self.state, "runs", run_id, "attempt-1", *names)

    def ending(self, run_id: str) -> Dict[str, Any]:
        """The run's exit.json."""
        return json.loads(read_bytes(self.attempt(run_id, "exit.json")))

    def holder(self, run_id: str, who: str) -> int:
        """The process id of a run's guard or worker, from the attempt's lock file."""
        return json.loads(wait_for("the lock file's content", lambda: read_bytes(self.attempt(run_id, "lock"))))[who]["pid"]

    def left_of(self, run_id: str) -> List[int]:
        """Living processes of one run, without its launcher's, which end a moment after they have recorded the ending.

        One whose command line is empty by now has just ended: it may have been the launcher.
        """
        lines = [(pid, read_bytes("/proc/%d/cmdline" % pid)) for pid in living("/runs/" + run_id)]
        return [pid for pid, line in lines if line and b"runyard-launcher" not in line]

    # Programs

    def cli(self, *arguments: str, code: Optional[int] = 0, cwd: Optional[str] = None, stdin: bytes = b"",
            environment: Optional[Mapping[str, str]] = None) -> Finished:
        """Run `runyard ...`; `code` is the exit status it must have (None: any)."""
        return self.execute([program("runyard"), *arguments], code, cwd, stdin, environment)

    def python(self, source: str, *arguments: str, code: Optional[int] = 0, cwd: Optional[str] = None,
               python: str = sys.executable, environment: Optional[Mapping[str, str]] = None) -> Finished:
        """Run a program that uses the SDK."""
        command = [python, "-c", source, *arguments]
        return self.execute(command, code, cwd, b"", {**ENABLED, **(environment or {})})

    def execute(self, command: Sequence[str], code: Optional[int] = 0, cwd: Optional[str] = None, stdin: bytes = b"",
                environment: Optional[Mapping[str, str]] = None) -> Finished:
        done = subprocess.run(list(command), input=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=300,
                              cwd=cwd or self.sources, env={**basic_environment(self.home), "RUNYARD_STATE": self.state,
                                                            **(environment or {})})
        result = Finished(done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace"))
        if code is not None and result.code != code:
            raise AssertionError("%s ended with %d\n%s%s" % (" ".join(command[:4]), result.code, result.out, result.err))
        return result


class DaemonTest(unittest.TestCase):
    """A test with a daemon of its own for each method."""

    daemon: Daemon

    def setUp(self) -> None:
        self.daemon = self.make_daemon()

    def make_daemon(self, **options: Any) -> Daemon:
        daemon = Daemon(**options)
        self.addCleanup(daemon.close)
        return daemon


class SharedDaemonTest(unittest.TestCase):
    """Tests that do not disturb each other, around one daemon."""

    daemon: Daemon

    @classmethod
    def setUpClass(cls) -> None:
        cls.daemon = Daemon()
        cls.addClassCleanup(cls.daemon.close)
