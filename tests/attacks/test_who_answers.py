# SPDX-License-Identifier: Apache-2.0
"""Clients ask who answers before they send anything, and whose a state directory is before they believe what it holds."""

import json
import os
import tempfile
import unittest

import wire  # noqa: F401  finds daemon.py and its neighbors

from processes import free_port, read_bytes
from strangers import ANOTHER_USER, Listener, needs_root
from daemon import Daemon, DaemonTest, needs, program

SECRETS = {"AWS_SECRET_ACCESS_KEY": "canary-of-a-cloud", "GITHUB_TOKEN": "canary-of-a-forge"}
SUBMIT = """
from azureml.core import Experiment, ScriptRunConfig, Workspace
run = Experiment(Workspace.create("w", exist_ok=True), "e").submit(ScriptRunConfig(".", script="main.py"))
run.wait_for_completion()
print(run.get_status())
"""
SET_SECRET = """
from runyard._config.workspace_file import Identity
from runyard.keyvault import Keyvault
Keyvault(Identity("local", "local", "w")).set_secret("password", "canary-of-a-vault")
"""


class Case(DaemonTest):
    def publish(self, **changes):
        """Change what daemon.json says."""
        known = self.daemon.published()
        with open(os.path.join(self.daemon.state, "daemon.json"), "w") as file:
            json.dump({**known, **changes}, file)

    def status(self, code=1, state=None):
        """What `runyard status` says on stderr."""
        environment = {**SECRETS, "RUNYARD_STATE": state or self.daemon.state}
        return self.daemon.cli("status", code=code, environment=environment).err

    def sdk(self, source, state=None, code=1):
        """The last line of stdout, or of the traceback, of a program that uses the SDK."""
        environment = {**SECRETS, "RUNYARD_STATE": state or self.daemon.state}
        done = self.daemon.python(source, code=code, environment=environment, cwd=self.daemon.folder("print('here')"))
        return (done.err if code else done.out).strip().splitlines()[-1]

    def submit_both_ways(self):
        """Submit as the command line and the SDK do; they start a daemon of ours where none runs."""
        try:
            folder = self.daemon.folder("print('here')")
            self.assertIn("here", self.daemon.cli("submit", "-f", "main.py", cwd=folder, environment=SECRETS).out)
            self.assertEqual(self.sdk(SUBMIT, code=0), "Completed")
        finally:
            self.daemon.cli("down")


@needs("runyardd", "runyard")
@needs_root
class PortOfAnother(Case):
    def test_of_a_daemon_that_was_killed(self):
        self.daemon.kill()
        with Listener(self.daemon.published()["port"]) as stranger:
            self.publish(pid=stranger.pid)
            self.assertIn("no daemon is running", self.status(code=3))
            self.submit_both_ways()
            self.assertEqual(stranger.heard, b"")

    def test_of_a_daemon_whose_socket_is_gone(self):
        os.unlink(self.daemon.published()["socket"])
        with Listener(free_port()) as stranger:
            self.publish(port=int(stranger.where))
            self.assertIn("runyardd.sock", self.status(code=3))
            self.assertEqual(stranger.heard, b"")
        self.daemon.stop()


@needs("runyardd", "runyard")
@needs_root
class NoSocket(Case):
    """The path of the state directory is too long for a socket: the port is the only way."""

    def make_daemon(self):
        daemon = Daemon(start=False)
        self.addCleanup(daemon.close)
        daemon.state = daemon.environment["RUNYARD_STATE"] = os.path.join(daemon.root, "state" * 20)
        daemon.start()
        self.assertIsNone(daemon.published()["socket"])
        return daemon

    def test_our_own_daemon_is_talked_to(self):
        self.status(code=0)
        self.assertEqual(self.sdk(SUBMIT, code=0), "Completed")

    def test_the_daemon_was_killed(self):
        self.daemon.kill()
        with Listener(self.daemon.published()["port"]) as stranger:
            self.publish(pid=stranger.pid)
            self.assertIn("is gone", self.status(code=3))
            self.submit_both_ways()
            self.assertEqual(stranger.heard, b"")

    def test_another_user_listens_although_the_daemon_lives(self):
        port = self.daemon.published()["port"]
        with Listener(free_port()) as stranger:
            self.publish(port=int(stranger.where))
            why = "what listens at port %s belongs to another user (uid %d), so nothing was sent" % (stranger.where, ANOTHER_USER)
            self.assertIn(why, self.status())
            self.assertIn(why, self.sdk(SUBMIT))
            self.assertEqual(stranger.heard, b"")
        self.publish(port=port)


@needs("runyardd", "runyard")
@needs_root
class SocketOfAnother(Case):
    def test_nothing_is_sent(self):
        own = self.daemon.published()["socket"]
        folder = tempfile.mkdtemp(prefix="ry-", dir="/tmp")
        self.addCleanup(os.rmdir, folder)
        os.chmod(folder, 0o777)
        path = os.path.join(folder, "s")
        with Listener(path) as stranger:
            self.publish(socket=path)
            why = "what listens at %s belongs to another user (uid %d), so nothing was sent" % (path, ANOTHER_USER)
            self.assertIn(why, self.status())
            self.assertIn(why, self.sdk(SUBMIT))
            self.assertEqual(stranger.heard, b"")
        os.unlink(path)
        self.publish(socket=own)


@needs("runyardd", "runyard")
@needs_root
class DirectoryOfAnother(Case):
    """Another user was first to make the folder that RUNYARD_STATE names."""

    def make_daemon(self):
        daemon = super().make_daemon(start=False)
        self.theirs = os.path.join(daemon.root, "theirs")
        os.chmod(daemon.root, 0o755)
        self.make(self.theirs)
        return daemon

    def make(self, path):
        os.mkdir(path)
        os.chown(path, ANOTHER_USER, ANOTHER_USER)
        os.chmod(path, 0o777)

    def background(self, state):
        environment = {"RUNYARD_STATE": state, "HOME": self.daemon.home}
        return self.daemon.execute([program("runyardd"), "--background"], code=1, environment=environment).err

    def assert_refused(self, why, state):
        self.assertIn(why, self.status(state=state))
        self.assertIn(why, self.sdk(SUBMIT, state))
        self.assertIn(why, self.background(state))

    def test_its_daemon_is_not_believed(self):
        with Listener(free_port()) as stranger:
            with open(os.path.join(self.theirs, "daemon.json"), "w") as file:
                json.dump({"version": "0.1.0", "protocol": 1, "pid": stranger.pid, "socket": None, "host": "127.0.0.1",
                           "port": int(stranger.where), "url": "http://127.0.0.1:1"}, file)
            self.assert_refused("it belongs to another user (uid %d); use a directory of your own" % ANOTHER_USER, self.theirs)
            self.assertEqual(stranger.heard, b"")

    def test_no_secret_is_written_there(self):
        vaults = self.theirs
        for name in ("keyvaults", "local", "local"):
            vaults = os.path.join(vaults, name)
            self.make(vaults)
        before = os.path.join(vaults, "w.json.new")
        with open(before, "w"):
            os.chmod(before, 0o666)
        self.assertIn("belongs to another user", self.sdk(SET_SECRET, self.theirs))
        self.assertEqual([read_bytes(os.path.join(vaults, name)) for name in os.listdir(vaults)], [b""])

    def test_the_log_leads_to_no_file_of_ours(self):
        diary = os.path.join(self.daemon.home, "diary")
        with open(diary, "w") as file:
            file.write("mine")
        for state, why in ((self.theirs, "belongs to another user"), (self.daemon.state, "daemon.log': it is a symbolic link")):
            os.symlink(diary, os.path.join(state, "daemon.log"))
            self.assertIn(why, self.background(state))
            self.assertEqual(read_bytes(diary), b"mine")

    def test_a_link_is_followed_when_it_is_ours(self):
        link = self.daemon.state + "-link"
        os.symlink(self.daemon.state, link)
        self.daemon.cli("up", environment={"RUNYARD_STATE": link})
        try:
            self.assertEqual(self.sdk(SUBMIT, link, code=0), "Completed")
        finally:
            self.daemon.cli("down", environment={"RUNYARD_STATE": link})
        os.lchown(link, ANOTHER_USER, ANOTHER_USER)
        self.assert_refused("the symbolic link belongs to another user (uid %d)" % ANOTHER_USER, link)

    def test_one_of_ours_to_which_others_may_write_is_refused(self):
        os.chmod(self.daemon.state, 0o777)
        self.assert_refused("other users may write to it (mode 0777)", self.daemon.state)
        self.assertEqual(os.listdir(self.daemon.state), [])
        os.chmod(self.daemon.state, 0o700)


if __name__ == "__main__":
    unittest.main()
