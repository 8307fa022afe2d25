# SPDX-License-Identifier: Apache-2.0
"""Writes numbered lines as fast as it can, and keeps in the file "written" how many write() calls have returned."""
import mmap
import os

fd = os.open("written", os.O_RDWR | os.O_CREAT, 0o600)
os.ftruncate(fd, 8)
written = memoryview(mmap.mmap(fd, 8)).cast("Q")
number = 0
while True:
    os.write(1, b"line %08d\n" % number)
    number += 1
    written[0] = number
