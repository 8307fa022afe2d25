# SPDX-License-Identifier: Apache-2.0
"""Event files, byte by byte."""

import math
import os
import struct
import sys
import unittest

sys.path.insert(0, os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "python")))

from runyard._runs import event_file  # noqa: E402
from runyard._runs.event_file import Scalar, blocks  # noqa: E402


class Format(unittest.TestCase):
    def records(self, scalars):
        """The data of each record."""
        found = []
        for block in blocks(scalars, 1790000000.0):
            length = struct.unpack_from("<Q", block)[0]
            self.assertEqual(len(block), 8 + 4 + length + 4)
            found.append(block[12:-4])
        return found

    def test_the_checksum_is_a_masked_crc_32c(self):
        crc = 0xE3069283  # of these digits, in every table of check values
        masked = ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF
        self.assertEqual(event_file._checksum(b"123456789"), struct.pack("<I", masked))

    def test_a_file_begins_as_those_of_tensorflow_do(self):
        first = next(blocks([], 1.0))
        self.assertEqual(first[:12], b"\x18\0\0\0\0\0\0\0\xa3\x7fK\"")
        self.assertEqual(first[12:-4], b"\x09" + struct.pack("<d", 1.0) + b"\x1a\x0dbrain.Event:2")

    def test_a_scalar_is_an_event_with_time_step_and_value(self):
        value = b"\x0a\x04loss\x15" + struct.pack("<f", 0.5)
        summary = b"\x0a" + bytes([len(value)]) + value
        self.assertEqual(self.records([Scalar("loss", 0.5, 300, 2.5)])[1],
                         b"\x09" + struct.pack("<d", 2.5) + b"\x10\xac\x02\x2a" + bytes([len(summary)]) + summary)

    def test_odd_values_and_names_can_be_written(self):
        big, small, nothing, negative = self.records([
            Scalar("损失", 10 ** 400, 0, 1.0), Scalar("a", -1e300, 1, 1.0), Scalar("x" * 300, math.nan, 2, 1.0),
            Scalar("a", 1, -1, 1.0)])[1:]
        self.assertTrue(big.endswith("损失".encode() + b"\x15" + struct.pack("<f", math.inf)))
        self.assertTrue(small.endswith(struct.pack("<f", -math.inf)))
        self.assertIn(b"\x0a\xac\x02" + b"x" * 300, nothing)
        self.assertIn(b"\x10" + b"\xff" * 9 + b"\x01", negative)


if __name__ == "__main__":
    unittest.main()
