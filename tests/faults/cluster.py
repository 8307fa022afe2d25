# SPDX-License-Identifier: Apache-2.0
"""Slurm on this machine alone: munged, slurmctld and slurmd of one node, on loopback, in a folder of their own.

Nothing is installed here. What decides whether an acknowledged job survives (how and when StateSaveLocation is written)
is as Slurm has it by default; jobs are looked at as often as Slurm allows, since one that ran is not lost.
"""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from typing import Callable, Dict, List, Optional, Set

import oracle  # noqa: F401  (the path of what it shares with the scenarios)

from processes import PATIENCE, kill_quietly, living, read_bytes, wait_for

PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "squeue", "scontrol", "sinfo")
PATH = os.environ["PATH"] + ":/usr/sbin:/sbin"  # where Debian has the daemons
CONFIGURATION = """\
ClusterName=beside
SlurmctldHost=localhost(127.0.0.1)
SlurmctldPort={controller_port}
SlurmdPort={node_port}
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
AuthInfo=socket={root}/munge.sock
StateSaveLocation={root}/state
SlurmdSpoolDir={root}/spool
SlurmctldPidFile={root}/slurmctld.pid
SlurmdPidFile={root}/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=sched_interval=1,batch_sched_delay=0,sched_min_interval=0,bf_interval=2
MinJobAge=86400
SlurmdParameters=config_overrides
NodeName=localhost NodeAddr=127.0.0.1 CPUs={slots} RealMemory=1000 State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""


def missing() -> List[str]:
    """The programs that are needed and not there."""
    return [name for name in PROGRAMS if not shutil.which(name, path=PATH)]


def free_ports(count: int) -> List[int]:
    """Ports of loopback that no process listens on."""
    listeners = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [listener.getsockname()[1] for listener in listeners]
    for listener in listeners:
        listener.close()
    return ports


class Cluster:
    """Owned by one script, which must call `close`: then no process of it is left. Its files may lie below `root`."""

    def __init__(self, slots: int) -> None:
        self.root = tempfile.mkdtemp(prefix="slurm-", dir="/tmp")
        self.environment = {"PATH": PATH, "LANG": "C.UTF-8", "SLURM_CONF": self.path("slurm.conf")}
        self.daemons: Dict[str, "subprocess.Popen[bytes]"] = {}
        try:
            self.configure(slots)
            self.start_all()
        except BaseException:
            self.close()
            raise

    def path(self, name: str) -> str:
        return os.path.join(self.root, name)

    def configure(self, slots: int) -> None:
        controller, node = free_ports(2)
        with open(self.path("slurm.conf"), "w") as file:
            file.write(CONFIGURATION.format(root=self.root, user=pwd.getpwuid(os.geteuid()).pw_name, slots=slots,
                                            controller_port=controller, node_port=node))
        with open(os.open(self.path("munge.key"), os.O_WRONLY | os.O_CREAT, 0o600), "wb") as key:
            key.write(os.urandom(128))
        for folder in ("state", "spool"):
            os.mkdir(self.path(folder))

    def start_all(self) -> None:
        self.spawn("munged", "--foreground", "--force", "--key-file=" + self.path("munge.key"),
                   "--socket=" + self.path("munge.sock"), "--pid-file=" + self.path("munged.pid"),
                   "--log-file=" + self.path("munged.log"), "--seed-file=" + self.path("munge.seed"))
        self.wait_for_daemon("munged", lambda: os.path.exists(self.path("munge.sock")))
        self.start_controller()
        self.spawn("slurmd", "-D")
        self.wait_for_daemon("slurmd", lambda: self.ask("sinfo", "-h", "-o", "%T").strip() == "idle")

    def spawn(self, name: str, *arguments: str) -> None:
        """In a session of its own, so that Ctrl-C at a terminal leaves its end to `close`."""
        with open(self.path(name + ".words"), "ab") as words:
            self.daemons[name] = subprocess.Popen([name, *arguments], env=self.environment, cwd=self.root,
                                                  stdin=subprocess.DEVNULL, stdout=words, stderr=words,
                                                  start_new_session=True)

    def wait_for_daemon(self, name: str, ready: Callable[[], bool]) -> None:
        def ready_or_ended() -> bool:
            code = self.daemons[name].poll()
            if code is not None:
                words = read_bytes(self.path(name + ".words")).decode("utf-8", "replace")
                raise AssertionError("%s ended with %d: %s" % (name, code, words[-4000:]))
            return ready()
        wait_for(name + " to be ready", ready_or_ended, pause=0.02)

    def start_controller(self) -> None:
        """Start it, and wait until it answers."""
        self.spawn("slurmctld", "-D")
        self.wait_for_daemon("slurmctld", lambda: " is UP" in self.ask("scontrol", "ping", code=None))

    def kill_controller(self) -> None:
        """SIGKILL."""
        self.daemons["slurmctld"].kill()
        self.daemons["slurmctld"].wait()

    def version(self) -> str:
        return self.ask("slurmctld", "-V").strip()

    def ask(self, *command: str, code: Optional[int] = 0) -> str:
        """What one of Slurm's programs prints; `code` is the exit status it must have (None: any)."""
        done = subprocess.run(command, env=self.environment, cwd=self.root, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120)
        words = done.stdout.decode("utf-8", "replace")
        if code is not None and done.returncode != code:
            raise AssertionError("%s ended with %d: %s" % (" ".join(command), done.returncode, words))
        return words

    def submit(self, name: str, command: str) -> None:
        """Returns when the controller has acknowledged the job."""
        self.ask("sbatch", "--parsable", "-o", "/dev/null", "-J", name, "--wrap", command)

    def known(self) -> Set[str]:
        """Names of all jobs that the controller knows, also of those that have ended. (A number may be given twice.)"""
        return set(self.ask("squeue", "-h", "-t", "all", "-o", "%j").split())

    def wait_idle(self, patience: float) -> None:
        """Until no job waits or runs; AssertionError after `patience` seconds."""
        wait_for("the end of all jobs", lambda: not self.ask("squeue", "-h").strip(), patience, pause=0.5)

    def close(self) -> None:
        for name in ("slurmctld", "slurmd", "munged"):
            if name in self.daemons:
                self.daemons[name].terminate()
                self.daemons[name].wait(PATIENCE)
        for pid in living(self.root):
            kill_quietly(pid)
        wait_for("the end of every process of Slurm", lambda: not living(self.root))
        shutil.rmtree(self.root, ignore_errors=True)
