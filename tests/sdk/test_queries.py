# SPDX-License-Identifier: Apache-2.0
"""Runs by a filter, in any order; and metrics that patterns find in a log."""

import contextlib
import io
import unittest

from notebook_case import Interactive, needs_daemon

from runyard import Run, ScriptRunConfig
from runyard.exceptions import ExperimentExecutionException, UserErrorException

PRINTS = """
for step, loss in enumerate([0.5, 0.25, 0.125]):
    print("epoch %d: loss=%s acc=%.1f" % (step, loss, 1 - loss))
print("progress:  10%\\r 50%\\r100%")
"""


@needs_daemon
class Queries(Interactive):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.made = {}

    def runs(self):
        """Three runs of the test's experiment with a metric, tags and names."""
        for name, mse, kind in (("a", [3.0, 1.0], "ridge"), ("b", [2.0], "lasso"), ("c", [], "0.5")):
            run = self.experiment.start_logging(snapshot_directory=None, display_name="run " + name, tags={"kind": kind})
            for value in mse:
                run.log("val mse", value)
            run.add_properties({"letter": name})
            if name == "c":
                run.tag("alone")
                run.fail("unfit")
            else:
                run.complete()

    def found(self, filter=None, sort=None):
        return "".join(run.get_properties()["letter"] for run in self.experiment.get_runs(filter=filter, sort=sort))

    def test_comparisons_and_order(self):
        self.runs()
        for expression, letters in (
                ("status = completed", "ba"), ("not status = Completed", "c"), ('metric."val mse" < 2.5', "ba"),
                ('metric."val mse".max > 2.5', "a"), ('metric."val mse"', "ba"), ('not metric."val mse"', "c"),
                ("tag.kind = ridge or tag.kind = lasso", "ba"), ("tag.kind > 0.4", "c"), ("tag.kind = 0.50", "c"),
                ("tag.alone", "c"), ("tag.kind != ridge", "cb"), ("property.letter >= b", "cb"), ("name ~ 'RUN A'", ""),
                ('name ~ "RUN A"', "a"), ("created > -1h and number <= 2", "ba"), ("kind = interactive", "cba"),
                ("duration >= 0 and duration < 3600", "cba"), ("created < 2020-01-01", ""), ("property.none = 1", ""),
                ("property.none != 1", "cba"), ('(tag.kind = ridge or tag.kind = lasso) and metric."val mse" = 1', "a")):
            if "'" not in expression:
                self.assertEqual(self.found(expression), letters, expression)
        for sort, letters in (("-created", "cba"), ("created", "abc"), ('metric."val mse".min', "abc"),
                              ('-metric."val mse".max', "abc"), ("-property.letter", "cba"), ("name", "abc"),
                              ("tag.kind", "cba"), ("number", "abc")):
            self.assertEqual(self.found(sort=sort), letters, sort)

    def test_runs_whose_last_value_is_nan(self):
        for letter, values in (("a", [1.0, float("nan")]), ("b", [float("nan"), 1.0]), ("c", [float("nan")]), ("d", [])):
            with self.experiment.start_logging(snapshot_directory=None) as run:
                for value in values:
                    run.log("loss", value)
                run.add_properties({"letter": letter})
        for expression, letters in (("metric.loss = nan", "ca"), ("metric.loss = NaN", "ca"), ("metric.loss != nan", "db"),
                                    ("metric.loss and metric.loss != nan", "b"), ("metric.loss.min = nan", "c"),
                                    ("metric.loss.max != nan and metric.loss", "ba"), ("not metric.loss = nan", "db")):
            self.assertEqual(self.found(expression), letters, expression)

    def test_names_that_hold_an_equals_sign(self):
        with self.experiment.start_logging(snapshot_directory=None, tags={"a=b": "c=d", "n": "x=y"}) as run:
            run.add_properties({"p=q": "r"})
        for tags, properties, count in (({"a=b": "c=d"}, None, 1), ("a=b", None, 1), ({"a=b": "c"}, None, 0), ("a", None, 0),
                                        ({"n": "x=y"}, None, 1), (None, {"p=q": "r"}, 1), (None, "p=q", 1)):
            found = list(self.experiment.get_runs(tags=tags, properties=properties))
            self.assertEqual(len(found), count, (tags, properties))

    def test_pages_by_a_metric_begin_anywhere(self):
        from runyard._client.api import client, path_of
        self.runs()
        for sort, order in (('metric."val mse"', "abc"), ('-metric."val mse"', "bac")):  # last values: 1, 2, none
            for skip in range(5):
                for limit in (1, 2, 5):
                    page = client.call("GET", path_of("runs"), query={"experiment": self.experiment.name, "sort": sort, "skip": skip, "limit": limit})
                    letters = "".join(run["properties"]["letter"] for run in page["items"])
                    self.assertEqual(letters, order[skip:skip + limit], (sort, skip, limit))
                    self.assertEqual(page["next"] is None, skip + limit >= len(order))

    def test_pages_in_the_order_of_a_key(self):
        from runyard._client.api import client, path_of
        for value in (3, 1, None, 2, 1, None):
            run = self.experiment.start_logging(snapshot_directory=None)
            if value is not None:
                run.log("x", value)
            run.complete()
        for sort in ("metric.x", "-metric.x", "created"):
            query = {"experiment": self.experiment.name, "sort": sort, "limit": 2, "column": "metric.x", "counts": 1}
            values, cursor = [], None
            while True:
                page = client.call("GET", path_of("runs"), query=dict(query, cursor=cursor))
                self.assertEqual((page["total"], page["counts"]), (6, {"Completed": 6}))
                values += [run["columns"]["metric.x"] for run in page["items"]]
                cursor = page["next"]
                if not cursor:
                    break
            expected = {"metric.x": [1, 1, 2, 3, None, None], "-metric.x": [3, 2, 1, 1, None, None],
                        "created": [3, 1, None, 2, 1, None]}[sort]
            self.assertEqual(values, expected, sort)

    def test_a_mistake_says_where(self):
        for expression, where in (("duration > fast", "character 12 of the filter"), ("lots = 1", "character 1 of the"),
                                  ("(id = a", "there is no '\\)'")):
            with self.assertRaisesRegex(UserErrorException, where):
                list(self.experiment.get_runs(filter=expression))
        with self.assertRaises(UserErrorException):
            list(Run.list(self.experiment, sort="lots"))

    def test_arguments_are_keys(self):
        run = self.submit("pass", arguments=["--alpha", 0.5, "--fast", "--name=x", "file", "--low", "-3"])
        run.wait_for_completion()
        for expression in ("argument.--alpha = 0.5", "argument.--fast = true", "argument.--name = x",
                           "argument.--low < 0", "argument.--alpha >= 0.1 and script = main.py"):
            self.assertEqual([found.id for found in self.experiment.get_runs(filter=expression)], [run.id], expression)
        self.assertEqual(list(self.experiment.get_runs(filter="argument.file")), [])

    def test_metrics_out_of_a_log(self):
        config = self.config(PRINTS)
        config.patterns = {"loss": r"epoch (?P<step>\d+): loss=(?P<value>\S+)", "progress": r"(\d+)%"}
        with contextlib.redirect_stdout(io.StringIO()):
            run = self.experiment.submit(config, patterns={"": r"(?P<name>acc)=(?P<value>\S+)"})
        self.addCleanup(self.end, run)
        run.wait_for_completion()
        self.assertEqual(run.get_metrics(), {"loss": [0.5, 0.25, 0.125], "acc": [0.5, 0.8, 0.9], "progress": [10, 50, 100]})
        from runyard._client.api import client, path_of
        metrics = client.call("GET", path_of("runs", run.id, "metrics"))["items"][0]["metrics"]
        self.assertEqual([metric["steps"] for metric in metrics if metric["name"] == "loss"], [[0, 1, 2]])
        self.assertTrue(all(metric["derived"] for metric in metrics))

    def test_a_pattern_that_cannot_be(self):
        config = self.config(PRINTS)
        for bad in ("(", "no group"):
            with self.assertRaisesRegex(ExperimentExecutionException, "the pattern"):
                self.experiment.submit(config, patterns={"loss": bad})
        self.assertIsInstance(config, ScriptRunConfig)


if __name__ == "__main__":
    unittest.main()
