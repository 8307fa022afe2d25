# SPDX-License-Identifier: Apache-2.0
"""A run as a notebook and a terminal show it."""

import json
import os
import re
import sys
import unittest

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
sys.path.insert(0, os.path.join(ROOT, "python"))

from runyard._runs import view  # noqa: E402
from runyard.exceptions import UserErrorException  # noqa: E402
from runyard._own_runs.offline import _OfflineRun  # noqa: E402
from runyard.widgets import RunDetails  # noqa: E402


def example(**more):
    """The run in the page of the API, and its metrics."""
    with open(os.path.join(ROOT, "docs", "formats", "http-api.md"), encoding="utf-8") as file:
        blocks = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", file.read(), re.S)]
    (run,) = [block for block in blocks if "number" in block]
    (metrics,) = [block for block in blocks if isinstance(block, list)]
    return {"run": dict(run, **more), "metrics": metrics, "children": [], "log": ""}


class View(unittest.TestCase):
    def test_everything_is_escaped(self):
        bad = "<script>alert('&')</script>"
        seen = example(display_name=bad, error={"message": bad}, tags={bad: bad}, waiting=bad)
        seen["metrics"] = [{"name": bad, "kind": "scalar", "values": [bad, bad]},
                           {"name": "t", "kind": "table", "columns": {bad: [1]}, "rows": 1}]
        seen["children"] = [dict(seen["run"], id=bad, display_name=None, status=bad)]
        seen["log"] = bad
        self.assertNotIn("<script", view.html(seen))
        self.assertGreaterEqual(view.html(seen).count("&lt;script&gt;"), 8)

    def test_metrics_have_their_last_value_and_a_line(self):
        shown = view.html(example())
        self.assertIn("0.25 (2 values)", shown)
        self.assertIn("table of 2 rows: angle, cos", shown)
        self.assertEqual(shown.count("<polyline"), 1)
        self.assertIn("ROC_1790000000.png", shown)

    def test_values_that_cannot_be_drawn_are_not_in_the_line(self):
        self.assertEqual(view._line([1]), "")
        self.assertEqual(view._line(["a", None, float("nan"), float("inf"), 1.0]), "")
        self.assertEqual(view._line([5, 5]).count("23.0"), 2)
        self.assertLess(len(view._line(list(range(100000)))), 6000)

    def test_progress_bars_show_their_last_state(self):
        self.assertIn(">\n100%\nb</pre>", view._log("\n 1%\r100%\r\nb"))

    def test_the_text_of_a_terminal(self):
        shown = view.text(example(error={"message": "why"}, status="Failed"))
        self.assertIn("Status: Failed\n", shown)
        self.assertIn("Duration: 0:00:12\n", shown)
        self.assertIn("Error: why\nloss = 0.25 (2 values)\n", shown)
        self.assertIn("Web View: http://127.0.0.1:7471/runs/", shown)

    def test_the_data_of_the_widget(self):
        found = view.widget_data(example(), {"a": 1})
        json.dumps(found)
        self.assertEqual((found["status"], found["run_id"], found["widget_settings"]),
                         ("Running", example()["run"]["id"], {"a": 1}))
        self.assertEqual(found["run_metrics"][0], {"name": "loss", "run_id": found["run_id"], "categories": [0, 1],
                                                   "series": [{"data": [0.5, 0.25]}]})
        self.assertEqual((found["run_properties"]["script_name"], found["run_properties"]["arguments"]),
                         ("train.py", "--alpha 0.5"))

    def test_what_is_no_run_is_refused_and_an_offline_run_is_harmless(self):
        with self.assertRaisesRegex(UserErrorException, "RunDetails takes a run, not str"):
            RunDetails("run")
        self.assertEqual(RunDetails(_OfflineRun()).get_widget_data()["status"], "Running")


if __name__ == "__main__":
    unittest.main()
