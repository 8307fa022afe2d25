# SPDX-License-Identifier: Apache-2.0
"""Every row of tests/sdk/rows.txt has tests that exist, and every numbered test is in the row of its number."""

import ast
import glob
import os
import re
import unittest

TESTS = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
ROW = re.compile(r"(\d+(?:\.\d+){1,2}) (\S.*)")
NUMBERED = re.compile(r"\w+\.test_(\d+(?:_\d+){1,2})_[a-z]")


def rows_of(text):
    """Number to what stands below it, in order. ValueError: a line is neither a row nor below one, or a number comes
    twice."""
    rows, below = {}, None
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        row = ROW.fullmatch(line)
        if row and row.group(1) not in rows:
            below = rows[row.group(1)] = []
        elif row or below is None or not line.startswith("    "):
            raise ValueError(line)
        else:
            below.append(line.strip())
    return rows


def tests_of(folder):
    """file.name of every test below a folder."""
    found = set()
    for path in glob.glob(os.path.join(folder, "*", "test_*.py")):
        with open(path, encoding="utf-8") as file:
            tree = ast.parse(file.read(), path)
        found |= {"{}.{}".format(os.path.basename(path)[:-3], node.name) for node in ast.walk(tree)
                  if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}
    return found


def complaints(rows, tests):
    """What is wrong, as sentences."""
    said = ["row {} has no test".format(number) for number, below in rows.items() if not below]
    for number, below in rows.items():
        said += ["row {} names {}, which does not exist".format(number, name) for name in below
                 if name not in tests and not name.startswith("open: ")]
    for name in sorted(tests):
        number = NUMBERED.match(name)
        if number and name not in rows.get(number.group(1).replace("_", "."), ()):
            said.append("{} is not in the row of its number".format(name))
    return said


class Rows(unittest.TestCase):
    def test_rows_and_tests_belong_together(self):
        with open(os.path.join(TESTS, "sdk", "rows.txt"), encoding="utf-8") as file:
            rows = rows_of(file.read())
        self.assertGreater(len(rows), 200)
        self.assertEqual(complaints(rows, tests_of(TESTS)), [])

    def test_what_does_not_belong_together_is_found(self):
        rows = rows_of("# words\n1.1.01 one row\n    test_a.test_1_1_01_it\n\n2.01 another\n    open: main\n2.02 third\n")
        self.assertEqual(rows, {"1.1.01": ["test_a.test_1_1_01_it"], "2.01": ["open: main"], "2.02": []})
        self.assertEqual(complaints(rows, {"test_a.test_1_1_01_it", "test_a.test_other"}), ["row 2.02 has no test"])
        self.assertEqual(complaints(dict(rows, **{"2.02": ["test_a.gone"]}), {"test_b.test_2_01_other"}), [
            "row 1.1.01 names test_a.test_1_1_01_it, which does not exist",
            "row 2.02 names test_a.gone, which does not exist",
            "test_b.test_2_01_other is not in the row of its number"])
        for wrong in ("words", "    test_a.test_b", "1.1 a\n1.1 b"):
            with self.assertRaises(ValueError):
                rows_of(wrong)


if __name__ == "__main__":
    unittest.main()
