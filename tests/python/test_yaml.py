# SPDX-License-Identifier: Apache-2.0
"""The part of YAML that configurations use: what is read, what is refused where, and that what is written is read."""

import math
import os
import random
import sys
import tempfile
import unittest

PYTHON = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "python"))
sys.path.insert(0, PYTHON)

from runyard._config import yaml_text  # noqa: E402
from runyard.exceptions import UserErrorException  # noqa: E402

READ = [
    ("", None),
    ("# nothing but a comment\n---\n", None),
    ("a: 1\nb: -2.5e3\nc: 0x1f\nd: .inf\ne: 3.6.2\nf: '1.0'\n",
     {"a": 1, "b": -2500.0, "c": 31, "d": math.inf, "e": "3.6.2", "f": "1.0"}),
    ("a: true\nb: False\nc: TRUE\nd: null\ne: ~\nf:\ng: None\nh: yes\n",
     {"a": True, "b": False, "c": True, "d": None, "e": None, "f": None, "g": "None", "h": "yes"}),
    ("a:\n- x\n- y: 2\n  z: 3\n-   - q\n    - r\n-\n  - s\n", {"a": ["x", {"y": 2, "z": 3}, ["q", "r"], ["s"]]}),
    ("a: [1, 'two', {k: v, w: [3]}, \"x # y\", ]\nb: {}\nc: []\n", {"a": [1, "two", {"k": "v", "w": [3]}, "x # y"],
                                                                     "b": {}, "c": []}),
    ("a: [\n  1, # one\n  {\n  b: 2\n  }\n]\nc:\n- d: {\n    e: 3\n  }\n", {"a": [1, {"b": 2}], "c": [{"d": {"e": 3}}]}),
    ("{\n  \"a\": [\n    1\n  ]\n}\n", {"a": [1]}),
    ("a:\n# at the left\n  b: 1 # behind\n  # further\n  c: x#y\n", {"a": {"b": 1, "c": "x#y"}}),
    ("a: \"long\n  text\"\nb: plain text\n  that goes on\nc: [1,\n  2]\n",
     {"a": "long text", "b": "plain text that goes on", "c": [1, 2]}),
    ("a: |\n  FROM x\n    RUN y\n\n  RUN z\nb: |-\n  x\nc: >-\n  fold me\n  please\n\n  next\n",
     {"a": "FROM x\n  RUN y\n\nRUN z\n", "b": "x", "c": "fold me please\nnext"}),
    ("u: https://host/x#y\nspark.app.name: Azure ML\n'q k': 'it''s'\n\"a\\tb\": \"\\u00e9\\x41\"\n",
     {"u": "https://host/x#y", "spark.app.name": "Azure ML", "q k": "it's", "a\tb": "éA"}),
    ("- python=3.6\n- pip:\n  - a==1\n  - --index-url https://x\n  - -r r.txt\n",
     ["python=3.6", {"pip": ["a==1", "--index-url https://x", "-r r.txt"]}]),
]

REFUSED = [
    ("a: 1\na: 2", 2, "'a' is there twice"), ("a: [1, 2\nb: 3", 1, "has no end"), ("a: 'x\nb: 2", 1, "has no end"),
    ("a:\n\tb: 1", 2, "a tab"), ("a: &x 1", 1, "anchors are not read"), ("a: *x", 1, "aliases are not read"),
    ("a: !!int 1", 1, "tags are not read"), ("a: b: c", 1, "needs quotes"), ("\n\na: [1] x", 3, "behind the end"),
    ("- a\nb: 1", 2, "does not belong"), ("a: {b c: [}", 1, "a comma or ']' is expected"),
    ("a: \"\\q\"", 1, "an escape that is not known"), ("a:\n  b: 1\n c: 2", 3, "further right"),
    ("a: 1\nb", 2, "no 'key: value'"),
    ("a: 1\n\"\\q\": 2", 2, "an escape that is not known"), ("a: " + "[" * 5000, 1, "nested too deeply"),
]


class Yaml(unittest.TestCase):
    def test_what_is_read(self):
        for text, value in READ:
            with self.subTest(text):
                self.assertEqual(yaml_text.load(text, "f.yml"), value)

    def test_what_is_refused_and_where(self):
        for text, line, why in REFUSED:
            with self.subTest(text):
                with self.assertRaises(UserErrorException) as caught:
                    yaml_text.load(text, "f.yml")
                self.assertTrue(caught.exception.message.startswith("f.yml, line {}: ".format(line)), caught.exception)
                self.assertIn(why, caught.exception.message)

    def test_what_is_written_is_read_again(self):
        chance = random.Random(7)
        for _ in range(3000):
            value = self.value(chance)
            text = yaml_text.dump(value)
            self.assertEqual(yaml_text.load(text, "f"), value, text)

    def test_rubbish_is_read_or_refused_in_words(self):
        chance = random.Random(8)
        for _ in range(3000):
            text = "".join(chance.choice("ab: -#'\"\\[]{},&*!|>%@`~.\n\n  \t=é?") for _ in range(chance.randrange(40)))
            try:
                yaml_text.load(text, "f")
            except UserErrorException as error:
                self.assertRegex(error.message, "^f, line [0-9]+: ")

    def value(self, chance, depth=0):
        """Any value."""
        kind = chance.randrange(8 if depth < 4 else 5)
        if kind == 0:
            return chance.choice([None, True, False, 0, -5, 1.5, 1e300, math.inf])
        if kind < 5:
            return "".join(chance.choice("abAB01 -#:'\"\\[]{},&*!|>%@`~.\n\t=é\u2028\x07/?") for _ in
                           range(chance.randrange(9)))
        if kind < 7:
            return {"".join(chance.choice("ab: #-'\"x.é") for _ in range(chance.randrange(1, 6))):
                    self.value(chance, depth + 1) for _ in range(chance.randrange(4))}
        return [self.value(chance, depth + 1) for _ in range(chance.randrange(4))]

    def test_files_that_cannot_be_read(self):
        with tempfile.TemporaryDirectory() as top:
            path = os.path.join(top, "odd.yml")
            with self.assertRaisesRegex(UserErrorException, "cannot read the thing {}: No such file".format(path)):
                yaml_text.read(path, "thing")
            with open(path, "wb") as file:
                file.write(b"a: \xff")
            with self.assertRaisesRegex(UserErrorException, "cannot read the thing {}: .*utf-8".format(path)):
                yaml_text.read(path, "thing")


if __name__ == "__main__":
    unittest.main()
