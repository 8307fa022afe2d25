# SPDX-License-Identifier: Apache-2.0
"""The view of a sweep in a notebook."""

import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "python"))

from runyard._runs import sweep_view  # noqa: E402


def child(number, values, **more):
    known = [value for value in values if value == value]
    return dict({"id": "HD_%d" % number, "n": number, "display_name": None, "state": "Completed", "message": None,
                 "hyperparameters": {"--lr": number / 10.0}, "min": min(known, default=None), "max": max(known, default=None),
                 "points": [[place, 100.0 + place, value] for place, value in enumerate(values)]}, **more)


def sweep(*children, goal="minimize"):
    return {"metric": "loss", "goal": goal, "children": list(children)}


class View(unittest.TestCase):
    def test_the_best_child_depends_on_the_goal(self):
        children = child(0, [0.5, 0.4]), child(1, [0.9, 0.1]), child(2, [])
        self.assertEqual(sweep_view.best(sweep(*children)), "Best child run: HD_1, loss = 0.1, --lr 0.1")
        self.assertEqual(sweep_view.best(sweep(*children, goal="maximize")), "Best child run: HD_1, loss = 0.9, --lr 0.1")
        self.assertEqual(sweep_view.best(sweep(child(0, []))), "")

    def test_the_table_has_the_best_first_and_the_reason_of_a_stop(self):
        shown = sweep_view.html(sweep(child(0, [0.5]), child(1, [], state="Canceled", message="<slow>"), child(2, [0.25])),
                                "http://host/runs/")
        self.assertEqual([shown.index(text) for text in ("HD_2</a>", "HD_0</a>", "HD_1</a>", "Canceled: &lt;slow&gt;")],
                         sorted(shown.index(text) for text in ("HD_2</a>", "HD_0</a>", "HD_1</a>", "Canceled: &lt;slow&gt;")))
        self.assertIn('href="http://host/runs/HD_2"', shown)

    def test_a_line_for_each_child_that_has_finite_values(self):
        shown = sweep_view.html(sweep(child(0, [0.5, 0.25]), child(1, [float("nan"), 1.0]), child(2, [])), "")
        self.assertEqual(shown.count("<polyline"), 2)
        self.assertNotIn("<svg", sweep_view.html(sweep(child(0, [0.5])), ""))

    def test_of_many_children_a_part_is_shown(self):
        self.assertIn("and 10 more", sweep_view.html(sweep(*(child(number, [1.0]) for number in range(60))), ""))


if __name__ == "__main__":
    unittest.main()
