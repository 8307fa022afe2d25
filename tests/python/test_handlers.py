# SPDX-License-Identifier: Apache-2.0
"""Whether a caller is prepared for an exception, in the code of each Python."""

import unittest

import data_case  # noqa: F401
from runyard._base.handlers import is_caller_prepared


def asked(code):
    """The answer in a cell of a notebook."""
    found = []
    exec(compile(code, "cell", "exec"), {"ask": lambda: found.append(is_caller_prepared())})
    return found


class Handlers(unittest.TestCase):
    def test_a_caller_with_a_handler_is_prepared(self):
        for code in ("try:\n    ask()\nexcept Exception:\n    pass", "try:\n    if ask:\n        ask()\nfinally:\n    pass",
                     "import contextlib\nwith contextlib.suppress(KeyError):\n    ask()",
                     "def found():\n    ask()\ntry:\n    found()\nexcept Exception:\n    pass",
                     "def found():\n    try:\n        ask()\n    except KeyError:\n        pass\nfound()"):
            self.assertEqual(asked(code), [True], code)

    def test_another_one_is_not(self):
        for code in ("ask()", "for _ in range(1):\n    ask()", "def found():\n    ask()\nfound()",
                     "try:\n    pass\nexcept Exception:\n    pass\nask()",
                     "ask()\ntry:\n    pass\nexcept Exception:\n    pass"):
            self.assertEqual(asked(code), [False], code)


if __name__ == "__main__":
    unittest.main()
