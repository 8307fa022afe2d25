# SPDX-License-Identifier: Apache-2.0
"""The shim (shim.c) as tests use it: built once a process, given to a daemon, its rules changed while it is loaded."""

import atexit
import functools
import mmap
import os
import shutil
import struct
import subprocess
import tempfile
import unittest
from typing import Dict

from oracle import HERE

from daemon import Daemon, basic_environment

NEVER = (1 << 64) - 1


@functools.lru_cache(maxsize=None)
def library() -> str:
    """The path of the built library. SkipTest: there is no C compiler."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if not compiler:
        raise unittest.SkipTest("no C compiler is installed")
    folder = tempfile.mkdtemp(prefix="ry-shim-")
    atexit.register(shutil.rmtree, folder)
    path = os.path.join(folder, "shim.so")
    subprocess.run([compiler, "-std=gnu17", "-O2", "-fPIC", "-shared", "-Wall", "-Wextra", "-Werror", "-o", path,
                    os.path.join(HERE, "shim.c"), "-ldl"], check=True)
    return path


class Rule:
    """Calls of one kind that fail when the test says so. `path` is where the shim and the test share three numbers."""

    def __init__(self, op: str, pattern: str, error: str) -> None:
        self.words = "%s of %s with %s" % (op, pattern, error)
        handle, self.path = tempfile.mkstemp(prefix="ry-rule-")
        os.write(handle, struct.pack("<3Q", 0, NEVER, NEVER))
        self.memory = memoryview(mmap.mmap(handle, 24)).cast("Q")
        os.close(handle)
        atexit.register(os.unlink, self.path)
        self.text = "%s:%s:%s@%s" % (op, pattern, error, self.path)

    @property
    def seen(self) -> int:
        """How many calls of this kind there were since the last `fail` or `rest`."""
        return self.memory[0]

    @property
    def used_up(self) -> bool:
        return self.memory[0] + 1 >= self.memory[2]

    def fail(self, first: int, end: int = 0) -> None:
        """From now on the calls `first` to `end` - 1 fail, counted from 1; without `end` that one alone."""
        self.memory[1] = self.memory[2] = NEVER
        self.memory[0] = 0
        self.memory[2] = end or first + 1
        self.memory[1] = first

    def fail_next(self) -> None:
        self.fail(1)

    def fail_all(self) -> None:
        self.fail(1, NEVER)

    def rest(self) -> None:
        self.fail(NEVER, NEVER)


def environment(home: str, *rules: Rule, only: str = "", **more: str) -> Dict[str, str]:
    """What a daemon is started with, so that it and its launchers load the shim."""
    variables = dict(basic_environment(home), LD_PRELOAD=library(), ASAN_OPTIONS="verify_asan_link_order=0")
    variables.update(more)
    if rules:
        variables["RUNYARD_SHIM"] = ";".join(rule.text for rule in rules)
    if only:
        variables["RUNYARD_SHIM_ONLY"] = only
    return variables


class ShimmedDaemon(Daemon):
    """A daemon whose daemon and launchers load the shim."""

    def __init__(self, *rules: Rule, only: str = "", start: bool = True, **more: str) -> None:
        super().__init__(start=False)
        self.environment.update(environment(self.home, *rules, only=only, **more))
        if start:
            self.start()
