# SPDX-License-Identifier: Apache-2.0
"""S4: there is no way to make the daemon listen beyond loopback."""

import contextlib
import os
import re
import socket

import wire  # noqa: F401  finds daemon.py and its neighbors

from processes import read_bytes
from daemon import SharedDaemonTest, DaemonTest, needs, program

LOOPBACK = {"127.0.0.1", "::1"}


def listening(pid):
    """The addresses on which a process waits for TCP connections."""
    links = []
    for fd in os.listdir("/proc/%d/fd" % pid):
        with contextlib.suppress(FileNotFoundError):  # closed meanwhile
            links.append(os.readlink("/proc/%d/fd/%s" % (pid, fd)))
    inodes = {link[8:-1] for link in links if link.startswith("socket:[")}
    addresses = set()
    for table, family in (("tcp", socket.AF_INET), ("tcp6", socket.AF_INET6)):
        for row in read_bytes("/proc/%d/net/%s" % (pid, table)).decode().splitlines()[1:]:
            fields = row.split()
            if fields[3] == "0A" and fields[9] in inodes:
                raw = bytes.fromhex(fields[1].split(":")[0])
                addresses.add(socket.inet_ntop(family, b"".join(raw[at:at + 4][::-1] for at in range(0, len(raw), 4))))
    return addresses


@needs("runyardd", "runyard")
class Options(SharedDaemonTest):
    def test_none_of_the_daemon_names_an_address(self):
        for words in (("--host", "0.0.0.0"), ("--bind", "0.0.0.0"), ("--listen", "0.0.0.0:80"), ("--address", "::"),
                      ("--port", "0.0.0.0:7471"),
                      ("--ip", "0.0.0.0"), ("--allow-remote",), ("--insecure",)):
            with self.subTest(words):
                done = self.daemon.execute([program("runyardd"), *words], code=None)
                self.assertNotEqual(done.code, 0)
                self.assertIn(words[0], done.err)
        usage = self.daemon.execute([program("runyardd"), "--help"]).out
        self.assertEqual(set(re.findall(r"--[a-z-]+", usage)), {"--help", "--version", "--background", "--rebuild",
                                                                "--check", "--fix", "--json", "--port"})
        self.assertIn("loopback port", usage)

    def test_it_waits_on_loopback_only(self):
        self.assertTrue(listening(self.daemon.process.pid))
        self.assertLessEqual(listening(self.daemon.process.pid), LOOPBACK)
        self.assertEqual(self.daemon.published()["host"], "127.0.0.1")


@needs("runyardd")
class Variables(DaemonTest):
    def test_none_of_its_environment_changes_that(self):
        names = ("HOST", "BIND", "LISTEN", "ADDRESS", "ADDR", "LISTEN_ADDRESS", "URL")
        environment = {"PATH": os.environ["PATH"], **{"RUNYARD_" + name: "0.0.0.0" for name in names},
                       "HOST": "0.0.0.0"}
        self.daemon.environment.update(environment)
        self.daemon.restart()
        self.assertLessEqual(listening(self.daemon.process.pid), LOOPBACK)
