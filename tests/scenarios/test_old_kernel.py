# SPDX-License-Identifier: Apache-2.0
"""A kernel, or the filter of a container, that lacks a call the daemon cannot do without: a filter of our own plays it."""

import ctypes
import errno
import os
import struct
import subprocess
import unittest

from daemon import Daemon, needs, program

PIDFD_OPEN, OPENAT2 = 434, 437  # the same on every architecture
PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS, SECCOMP_MODE_FILTER = 22, 38, 2
LOAD, JUMP_IF_EQUAL, RETURN = 0x20, 0x15, 0x06
ALLOW, REFUSE = 0x7FFF0000, 0x00050000 | errno.ENOSYS
LIBC = ctypes.CDLL(None, use_errno=True)


def refuse(call):
    """From here on, this process and what it starts get ENOSYS for a call."""
    lines = [(LOAD, 0, 0, 0), (JUMP_IF_EQUAL, 0, 1, call), (RETURN, 0, 0, REFUSE), (RETURN, 0, 0, ALLOW)]
    code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *line) for line in lines))
    program_of_filter = struct.pack("@HP", len(lines), ctypes.addressof(code))
    if LIBC.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or LIBC.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, program_of_filter, 0, 0):
        raise OSError(ctypes.get_errno(), "cannot set a filter")


@needs("runyardd")
class OldKernelTest(unittest.TestCase):
    def test_the_daemon_names_the_call_and_the_version_of_linux_that_it_needs(self):
        daemon = Daemon(start=False)
        self.addCleanup(daemon.close)
        for call, words in ((PIDFD_OPEN, "pidfd_open, which Linux has since 5.3"), (OPENAT2, "openat2, which Linux has since 5.6")):
            with self.subTest(words):
                done = subprocess.run([program("runyardd"), "--background"], stderr=subprocess.PIPE, preexec_fn=lambda: refuse(call),
                                      env={**os.environ, "RUNYARD_STATE": daemon.state})
                self.assertEqual(done.returncode, 1)
                self.assertEqual(done.stderr.decode(), "runyardd: cannot run on this kernel, Linux %s: it refuses %s: %s\n" % (
                    os.uname().release, words, "function not implemented"))
                self.assertFalse(os.path.exists(os.path.join(daemon.state, "daemon.json")))


if __name__ == "__main__":
    unittest.main()
