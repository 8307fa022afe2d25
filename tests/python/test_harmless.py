# SPDX-License-Identifier: Apache-2.0
"""A run's text on a terminal: colors stay, every other sequence goes, wherever the text is cut (tests/unit/cli/harmless_test.cpp)."""

import os
import sys
import unittest

PYTHON = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "python")
sys.path.insert(0, PYTHON)

from runyard._base.harmless import Harmless  # noqa: E402


class HarmlessText(unittest.TestCase):
    def shown(self, text):
        whole = Harmless().passed(text)
        for cut in range(len(text) + 1):
            one = Harmless()
            self.assertEqual(one.passed(text[:cut]) + one.passed(text[cut:]), whole, (text, cut))
        one = Harmless()
        self.assertEqual("".join(map(one.passed, text)), whole, text)
        return whole

    def test_text_line_ends_tabs_and_colors_stay(self):
        for text in ("", "a b\r\n\tc", "精度 é 😀", "\x1b[31mred\x1b[0m", "\x1b[m", "\x1b[1;38;5;9mx\x1b[38:2::1:2:3my"):
            self.assertEqual(self.shown(text), text)

    def test_what_does_more_than_print_goes_with_what_it_carries(self):
        for sequence in ("\x1b]52;c;aGk=\a", "\x1b]0;title\x1b\\", "\x1b]8;;http://x\a", "\x1bP1$r0m\x1b\\", "\x1b_x\x1b\\",
                         "\x1b^x\x1b\\", "\x1bXx\x1b\\", "\x1b[2J", "\x1b[?1049h", "\x1b[6n", "\x1b[>4;2m", "\x1b[?4m", "\x1b[1 q",
                         "\x1b[!p", "\x1b[\"m", "\x1bc", "\x1b7", "\x1b(0", "\x1b#8", "\x1b F", "\x1b]x\x18", "\x1b]x\x1a",
                         "\x1b\x1b[2J", "\x1b[2\x1b[2J", "\a", "\b", "\v", "\f", "\x0e", "\x7f", "\x9b2J", "\x9d52;c;x\x9c",
                         "\x90x\x1b\\", "\x9fx\x9c", "\x85", "\x8d", "\x1b]x\x9bx\a", "\x1b]精\a", "\0"):
            self.assertEqual(self.shown("a" + sequence + "b"), "ab", repr(sequence))
        self.assertEqual(self.shown("\x9b31mred"), "\x1b[31mred")
        self.assertEqual(self.shown("\x1b[" + "1" * 1000 + "mx"), "x")

    def test_what_is_broken_ends_and_the_text_goes_on(self):
        for text, shown in (("\x1b]0;never ended\nnext", "\nnext"), ("\x1b[31\nnext", "\nnext"), ("\x1b]x\x1b[31mred", "\x1b[31mred"),
                            ("\x1bé", "é"), ("\x1b[é", "é"), ("a\x1b", "a"), ("a\u202eb", "a\ufffdb")):
            self.assertEqual(self.shown(text), shown)


if __name__ == "__main__":
    unittest.main()
