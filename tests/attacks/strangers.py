# SPDX-License-Identifier: Apache-2.0
"""Asking as another user or from another network namespace, and a daemon that belongs to another user."""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from typing import Any, Iterator, List, Sequence

import wire  # noqa: F401  finds daemon.py and its neighbors

from processes import read_bytes, wait_for
from daemon import Daemon, program

STRANGER = 65534  # a uid that owns no file
ANOTHER_USER = 65533  # a uid that needs no account

PROGRAM = """
import ctypes, os, socket, struct, sys
uid, where, ending, rounds, tunnel = int(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4]), sys.argv[5] == "tunnel"
requests = sys.stdin.buffer.read().split(bytes(1))
os.setgroups([]); os.setgid(uid); os.setuid(uid)
if not tunnel:  # the kernel hides a process that has changed its user; one that was begun by this user is not hidden
    ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)  # PR_SET_DUMPABLE

def connect():
    if where.startswith('/'):
        one = socket.socket(socket.AF_UNIX)
        one.connect(where)
        return one
    host, port = where.rsplit(':', 1)
    one = socket.socket(socket.AF_INET6 if ':' in host else socket.AF_INET)
    one.connect((host, int(port)))
    return one

for data in requests * rounds:
    try:
        one = connect()
        one.sendall(data)
    except OSError as error:
        print('cannot', error)
        continue
    if ending == 'exit':
        os._exit(0)
    if ending == 'reset':
        one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
    if ending == 'read':
        sys.stdout.buffer.write(one.makefile('rb').read())
    one.close()
"""

LISTENER = """
import os, socket, sys, threading
uid, where = int(sys.argv[1]), sys.argv[2]
os.setgroups([]); os.setgid(uid); os.setuid(uid)
listener = socket.socket(socket.AF_UNIX if where.startswith('/') else socket.AF_INET)
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(where if where.startswith('/') else ('127.0.0.1', int(where)))
if where.startswith('/'): os.chmod(where, 0o666)
listener.listen()
print('ready', flush=True)
BODY = b'{"version": "0.1.0", "pid": 1, "state_dir": "/", "url": "http://127.0.0.1:1", "runs": {}, "items": [], "id": "evil"}'
ANSWER = b'HTTP/1.1 200 OK\\r\\nConnection: close\\r\\nContent-Length: %d\\r\\n\\r\\n%b' % (len(BODY), BODY)

def serve(taken):
    with taken:
        while True:
            data = taken.recv(1 << 16)
            sys.stdout.buffer.write(data)
            sys.stdout.flush()
            if not data:
                return
            if data.endswith((b'\\r\\n\\r\\n', b'}')):
                taken.sendall(ANSWER)

while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
"""

HOLD = """
import os, resource, socket, sys
resource.setrlimit(resource.RLIMIT_NOFILE, (2000, 2000))
os.setuid(int(sys.argv[1]))
held = [socket.socket() for _ in range(600)]
for one in held: one.connect(('127.0.0.1', int(sys.argv[2])))
print('held', flush=True)
sys.stdin.read()
"""

needs_root = unittest.skipIf(os.geteuid() != 0, "only root can become another user")


def ask_as(uid: int, where: str, data: bytes, ending: str = "read", rounds: int = 1, before: Sequence[str] = (),
           tunnel: bool = False) -> str:
    """What `uid` is told at `where` (a path, or HOST:PORT). `ending`: read, close, reset, or exit right after sending.

    Requests with a NUL byte between them go out on a connection each. `tunnel`: as sshd sends what comes from the other end of a tunnel.
    """
    command = [*before, sys.executable, "-c", PROGRAM, str(uid), where, ending, str(rounds), "tunnel" if tunnel else "own"]
    done = subprocess.run(command, input=data, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120)
    if done.returncode:
        raise AssertionError(done.stderr.decode())
    return done.stdout.decode("utf-8", "replace")


@contextlib.contextmanager
def idle_connections_of(uid: int, port: int) -> Iterator[None]:
    """600 connections that say nothing, of a process that has changed its user to `uid`, as sshd does."""
    with subprocess.Popen([sys.executable, "-c", HOLD, str(uid), str(port)], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None and holder.stdout.readline() == b"held\n"
        yield
        holder.communicate()


def ways(port: int) -> List[str]:
    """Every loopback address that a daemon can be reached at."""
    return ["127.0.0.1:%d" % port, "::ffff:127.0.0.1:%d" % port] + (["::1:%d" % port]
                                                                    if read_bytes("/proc/net/if_inet6") else [])


class Listener:
    """A server of ANOTHER_USER at `where` (a port of 127.0.0.1, or a path), which answers everything. Use as a context."""

    def __init__(self, where: Any) -> None:
        self.where = str(where)

    def __enter__(self) -> "Listener":
        self._told = tempfile.TemporaryFile()
        self._process = subprocess.Popen([sys.executable, "-c", LISTENER, str(ANOTHER_USER), self.where], stdout=self._told)
        wait_for("a stranger's server", lambda: self._said().startswith(b"ready\n") or self._process.poll() is not None)
        self.pid = self._process.pid
        return self

    def _said(self) -> bytes:
        return os.pread(self._told.fileno(), 1 << 24, 0)

    @property
    def heard(self) -> bytes:
        """What it was told so far."""
        return self._said()[len(b"ready\n"):]

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        self._told.close()


class DaemonOfAnother(Daemon):
    """A daemon whose daemon runs as ANOTHER_USER and answers no other user, not even root. It gets no runs."""

    def __init__(self) -> None:
        self.programs = tempfile.mkdtemp(prefix="ry-bin-",
                                         dir="/tmp")  # ANOTHER_USER can reach them, wherever the build lies
        os.chmod(self.programs, 0o755)
        for name in ("runyardd", "runyard-launcher"):
            shutil.copy(program(name), self.programs)
        super().__init__()
        self.rebuilds = False  # not by us, to whom it does not belong

    def spawn_daemon(self, *arguments: str) -> "subprocess.Popen[bytes]":
        for folder in (self.root, self.state, self.home, self.sources):
            os.chown(folder, ANOTHER_USER, ANOTHER_USER)
        become = ["setpriv", "--reuid", str(ANOTHER_USER), "--regid", str(ANOTHER_USER), "--clear-groups"]
        with open(self.words, "ab") as words:
            return subprocess.Popen([*become, os.path.join(self.programs, "runyardd"), *arguments],
                                    env=self.environment, cwd="/",
                                    stdin=subprocess.DEVNULL, stdout=words, stderr=words)

    def answers(self) -> bool:
        asked = wire.request("GET", "/api/v1/status", "Connection: close")
        return ask_as(ANOTHER_USER, "127.0.0.1:%d" % self.published()["port"], asked).startswith("HTTP/1.1 200")

    def end_runs(self) -> None:
        pass

    def close(self) -> None:
        super().close()
        shutil.rmtree(self.programs, ignore_errors=True)


class RemoteDaemon(Daemon):
    """A daemon whose daemon has a network namespace of its own, and a second one from which its port can be reached.

    As it is with containers and forwarded addresses, the kernel there cannot say who opened a connection. `far` is the
    beginning of a command that runs in the second namespace. Raises SkipTest where the kernel gives none.
    """

    def __init__(self) -> None:
        self.far: List[str] = []
        self.sleepers: List[Any] = []
        super().__init__(start=False)
        try:
            self.near = self.namespace()
            self.far = self.namespace()
            self.join()
        except (OSError, subprocess.CalledProcessError) as error:
            super().close()
            self.release()
            raise unittest.SkipTest("no network namespaces here: %s" % error) from None
        self.start()

    def namespace(self) -> List[str]:
        sleeper = subprocess.Popen(["unshare", "--net", "sleep", "1000"])
        self.sleepers.append(sleeper)
        own, other = os.readlink("/proc/self/ns/net"), "/proc/%d/ns/net" % sleeper.pid
        wait_for("a network namespace", lambda: sleeper.poll() is not None or os.readlink(other) != own)
        return ["nsenter", "--net=" + other]

    def join(self) -> None:
        """A cable between the two, on which the far one finds 127.0.0.1 at the near one."""
        for where, command in (
                (self.near, "ip link set lo up"),
                (self.near, "ip link add cable type veth peer name cable netns %d" % self.sleepers[1].pid),
                (self.near, "ip addr add 10.99.0.1/24 dev cable"), (self.far, "ip addr add 10.99.0.2/24 dev cable"),
                (self.near, "ip link set cable up"), (self.far, "ip link set cable up"),
                (self.near, "sysctl -qw net.ipv4.conf.cable.route_localnet=1"),
                (self.far, "sysctl -qw net.ipv4.conf.cable.route_localnet=1"),
                (self.far, "ip route add 127.0.0.1/32 via 10.99.0.1 dev cable src 10.99.0.2")):
            subprocess.run([*where, *command.split()], check=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def spawn_daemon(self, *arguments: str) -> "subprocess.Popen[bytes]":
        with open(self.words, "ab") as words:
            return subprocess.Popen([*self.near, program("runyardd"), *arguments], env=self.environment, cwd="/",
                                    stdin=subprocess.DEVNULL, stdout=words, stderr=words)

    def release(self) -> None:
        for sleeper in self.sleepers:
            sleeper.kill()
            sleeper.wait()

    def close(self) -> None:
        super().close()
        self.release()
