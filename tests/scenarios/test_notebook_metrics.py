# SPDX-License-Identifier: Apache-2.0
"""Section 1 of the reference, row by row: what is logged, and what get_metrics returns; submitted and interactive.

The number in a test's name is the section's, then the row's (1.1: calls, 1.2: types, 1.3: what is returned).
"""

import contextlib
import io
import json
import os
import sys
import unittest

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "sdk"))
from notebook_case import Notebook, needs_daemon
from venvs import plotting_python

from runyard.exceptions import UserErrorException

# Logged by a script and, once more, by the process of the test. `png` is the smallest thing that is called an image.
EVERYTHING = """if True:
    import json, math
    from azureml.exceptions import AzureMLException, UserErrorException

    class Figure:
        def savefig(self, target, format):
            target.write(b"drawn")

    class Pyplot(Figure):
        def get_fignums(self):
            return []

    def refused(kind, call, *args, **kwargs):
        try:
            call(*args, **kwargs)
        except kind as error:
            said.append(str(error))
        else:
            said.append("nothing was refused")

    def everything(run):
        run.log(name="keywords", value=0.5, description="words", step=3)
        run.log("position", 1, "words", 4)
        run.log_metric("alias", 2)
        run.flush(timeout_seconds=1)
        for value in (0.5, 0.25, 0.125):
            run.log("again", value)
        for name, value in (("int", 3), ("str", "resnet 精"), ("bool", True), ("none", None), ("huge", 2 ** 70)):
            run.log(name, value)
        run.log("nan", float("nan")); run.log("inf", [float("inf")][0]); run.log("object", {"a": 1})
        run.log_list("generator", (n for n in (1, 2, 3)))
        run.log_list("one", [7]); run.log_list("empty", [])
        run.log_list("flat", [1, 2]); run.log_list("flat", [3]); run.log("flat", 4)
        run.log_list("long", range(700))
        run.log("widened", 1); run.log("widened", 1.5)
        run.log_row("row", "the description", angle=0.5, cos=0.877)
        run.log_row("rows", a=1); run.log_row("rows", a=2, b="x")
        run.log_row("rows", c=True)
        run.log_table("table", {"angle": [0, 1], "sine": [0, 0.84]})
        run.log_table("table1", {"angle": [0], "sine": 0.5})
        run.log_table("merged", {"a": [1, 2]}); run.log_row("merged", a=3, b=4)
        run.log_table(name="wide", value={"c%d" % n: [n] for n in range(40)})
        for number in range(120):
            run.log("name %d" % number, number)
        with open("figure.png", "wb") as file:
            file.write(b"from a file")
        run.log_image("by path", "figure.png", description="words")
        run.log_image("by plot", plot=Figure())
        run.log_image("ROC", Figure())
        run.log_image("twice", plot=Figure()); run.log_image("twice", plot=Figure())
        run.log_image("closed", Pyplot())
        run.log_confusion_matrix("cm", {"schema_type": "confusion_matrix", "schema_version": "v1", "data": {
            "class_labels": ["0", "1"], "matrix": [[5, 1], [2, 4]]}})
        run.log_accuracy_table("at", json.dumps({"schema_type": "accuracy_table"}))
        run.log_residuals("res", {"schema_type": "residuals"}, "words")
        run.log_predictions(name="pred", value='{"schema_type": "predictions"}')
        refused(AzureMLException, run.log_image, "x")
        refused(AzureMLException, run.log_image, "x", "figure.png", Figure())
        refused(UserErrorException, run.log_image, "x", "absent.png")
        refused(UserErrorException, run.log_confusion_matrix, "x", "{")
        refused(AzureMLException, run.log_list, "x", [object()])
        refused(AzureMLException, run.log_row, "x", a=[1])
        refused(AzureMLException, run.log_table, "x", [1])
        refused(AzureMLException, run.log_table, "x", {"A": [1, 2], "B": [1]})
        refused(UserErrorException, run.log, "", 1)

    said = []
"""
SCRIPT = EVERYTHING + """
    from azureml.core import Run
    run = Run.get_context()
    everything(run)
    run.log("refusals", json.dumps(said))
"""


class Rows:
    """One test a row of the tables; a class below says how the run was made."""

    def is_(self, name, value):
        """A metric has this value, and its type."""
        found = self.metrics[name]
        self.assertEqual(found, value)
        for one, other in zip(found, value) if isinstance(value, list) else [(found, value)]:
            self.assertIs(type(one), type(other))

    def refusal(self, number, text):
        """What the call of that number was refused with."""
        self.assertRegex(self.said[number], text)

    def address(self, name, artifact):
        """A metric is the address of an artifact whose name matches."""
        self.assertRegex(self.metrics[name], "^aml://artifactId/ExperimentRun/dcid.{}/{}$".format(self.run_.id, artifact))
        return self.metrics[name]

    def content(self, name):
        """What download_file writes for an artifact."""
        self.run_.download_file(name, os.path.join(self.top, "down", "file"))
        with open(os.path.join(self.top, "down", "file"), "rb") as file:
            return file.read()

    def test_1_1_01_log_by_keyword_and_by_position(self):
        self.is_("keywords", 0.5)
        self.is_("position", 1)

    def test_1_1_02_log_list_takes_any_iterable(self):
        self.is_("generator", [1, 2, 3])

    def test_1_1_03_log_row_takes_columns_as_keywords(self):
        self.is_("row", {"angle": 0.5, "cos": 0.877})

    def test_1_1_05_log_image_takes_exactly_one_of_path_and_plot(self):
        self.refusal(0, "two invalid parameter")
        self.refusal(1, "two invalid parameter")
        self.refusal(2, "absent.png is not there")

    def test_1_1_06_documents_must_be_json(self):
        self.refusal(3, "Invalid JSON provided")

    def test_1_1_07_log_metric_is_log(self):
        self.is_("alias", 2)

    def test_1_2_01_python_scalars_keep_their_types(self):
        for name, value in (("int", 3), ("str", "resnet 精"), ("bool", True), ("none", None)):
            self.is_(name, value)
        self.assertNotEqual(self.metrics["nan"], self.metrics["nan"])
        self.is_("inf", float("inf"))

    def test_1_2_02_what_is_no_scalar_becomes_text(self):
        self.is_("object", "{'a': 1}")

    def test_1_2_03_elements_of_lists_must_be_scalars(self):
        self.refusal(4, "Value of type .* is not supported, supported types include")

    def test_1_2_04_rows_hold_no_lists(self):
        self.refusal(5, "Row metrics cannot contain list values, column a contains a list value")

    def test_1_2_05_tables_are_dictionaries_of_equal_columns(self):
        self.refusal(6, "must be a dictionary")
        self.refusal(7, "Columns must have the same length, column A had length 2, however, column B had length 1")

    def test_1_2_07_a_huge_number_is_a_double(self):
        self.is_("huge", float(2 ** 70))

    def test_1_2_08_an_empty_list_is_nothing(self):
        self.assertNotIn("empty", self.metrics)

    def test_1_2_09_a_name_must_not_be_empty(self):
        self.refusal(8, "must not be empty")

    def test_1_3_01_name_gives_one_metric_or_nothing(self):
        self.assertEqual(self.run_.get_metrics("again"), {"again": [0.5, 0.25, 0.125]})
        self.assertEqual(self.run_.get_metrics(name="absent"), {})

    def test_1_3_02_recursive_is_by_run(self):
        found = self.run_.get_metrics(None, True)
        self.assertEqual((list(found), found[self.run_.id]["alias"]), ([self.run_.id], 2))
        self.assertEqual(self.run_.get_metrics(recursive=True, run_type="azureml.other"), {})
        self.assertEqual(list(self.run_.get_metrics(recursive=True, run_type=self.run_.type)), [self.run_.id])

    def test_1_3_03_log_twice_is_a_list_in_order(self):
        self.is_("again", [0.5, 0.25, 0.125])

    def test_1_3_04_a_list_of_one_is_a_scalar(self):
        self.is_("one", 7)

    def test_1_3_05_lists_and_values_are_one_flat_list(self):
        self.is_("flat", [1, 2, 3, 4])

    def test_1_3_06_rows_are_column_oriented(self):
        self.is_("rows", {"a": [1, 2, None], "b": [None, "x", None], "c": [None, None, True]})

    def test_1_3_07_tables_are_column_oriented_and_one_row_is_scalars(self):
        self.is_("table", {"angle": [0, 1], "sine": [0.0, 0.84]})
        self.is_("table1", {"angle": 0, "sine": 0.5})

    def test_1_3_08_rows_and_tables_merge(self):
        self.is_("merged", {"a": [1, 2, 3], "b": [None, None, 4]})

    def test_1_3_09_an_image_is_an_address(self):
        self.assertEqual(self.content(self.address("by path", "figure.png")), b"from a file")
        self.assertEqual(self.content(self.address("by plot", r"by plot_\d{10}.png")), b"drawn")
        self.assertEqual(self.content(self.address("ROC", r"ROC_\d{10}.png")), b"drawn")

    def test_1_3_10_images_of_one_name_are_a_list(self):
        self.assertEqual(len(set(self.metrics["twice"])), 2)
        for each in self.metrics["twice"]:
            self.assertRegex(each, r"/twice_\d{10}(_1)?.png$")
            self.assertEqual(self.content(each), b"drawn")

    def test_1_3_11_without_an_open_figure_nothing_is_stored(self):
        self.assertNotIn("closed", self.metrics)

    def test_1_3_12_documents_are_addresses_of_their_json(self):
        for name in ("cm", "at", "res", "pred"):
            self.address(name, name)
            self.assertIn(name, self.names)
        self.assertEqual(json.loads(self.content("cm").decode())["data"]["matrix"], [[5, 1], [2, 4]])

    def test_1_3_13_populate_gives_the_artifacts(self):
        found = self.run_.get_metrics(populate=True)
        self.assertEqual((found["by path"].data, found["by path"].filename, found["by path"].data_location),
                         (b"from a file", "figure.png", self.metrics["by path"]))
        self.assertEqual([each.data for each in found["twice"]], [b"drawn"] * 2)
        self.assertEqual(json.loads(found["pred"].data.decode()), {"schema_type": "predictions"})
        self.assertEqual(self.content(found["by path"]), b"from a file")

    def test_1_3_14_an_integer_beside_a_float_is_widened(self):
        self.is_("widened", [1.0, 1.5])

    def test_1_3_15_names_are_in_the_order_of_first_logging(self):
        self.assertEqual(list(self.metrics)[:4], ["keywords", "position", "alias", "again"])

    def test_1_5_01_none_of_the_limits(self):
        self.assertEqual(self.metrics["long"], list(range(700)))
        self.assertEqual(self.metrics["wide"], {"c%d" % n: n for n in range(40)})
        self.assertEqual([self.metrics["name %d" % n] for n in range(120)], list(range(120)))


@needs_daemon
class Submitted(Rows, Notebook):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.run_ = None

    def setUp(self):
        super().setUp()
        if not type(self).run_:
            type(self).run_ = self.finished(SCRIPT)
            type(self).metrics = self.run_.get_metrics()
            type(self).said = json.loads(self.metrics["refusals"])
            type(self).names = self.run_.get_file_names()


@needs_daemon
class Interactive(Rows, Notebook):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.run_ = None

    def setUp(self):
        super().setUp()
        if not type(self).run_:
            names = {}
            exec(EVERYTHING, names)
            with self.experiment.start_logging(snapshot_directory=None) as run, self.assertLogs("runyard"):
                names["everything"](run)
                type(self).metrics = run.get_metrics()
            type(self).run_, type(self).said = run, names["said"]
            type(self).names = run.get_file_names()


@needs_daemon
class AfterTheEnd(Interactive):
    def setUp(self):
        Notebook.setUp(self)
        if not type(self).run_:
            names = {}
            exec(EVERYTHING, names)
            run = self.experiment.start_logging(snapshot_directory=None)
            run.complete()
            with self.assertLogs("runyard"):
                names["everything"](run)
            type(self).run_, type(self).said, type(self).metrics = run, names["said"], run.get_metrics()
            type(self).names = run.get_file_names()


@needs_daemon
class Libraries(Notebook):
    def test_1_2_10_numpy_pandas_matplotlib_and_pillow(self):
        try:
            python = plotting_python()
        except RuntimeError as error:
            self.skipTest("no environment with matplotlib could be made: " + str(error)[-300:])
        run = self.submit("""if True:
            import matplotlib
            matplotlib.use("Agg")
            import matplotlib.pyplot as plt, numpy as np, pandas as pd
            from PIL import Image
            from azureml.core import Run
            run = Run.get_context()
            run.log("float32", np.float32(0.5)); run.log("bool", np.bool_(True)); run.log("str", np.str_("x"))
            run.log("long", np.longdouble(0.5))
            run.log_list("array", np.arange(3)); run.log_list("unique", pd.Series([2, 2, 1]).unique())
            run.log_row("row", a=np.int64(3)); run.log_table("frame", pd.DataFrame({"a": [1, 2], "b": [0.5, 1.5]}))
            run.log_image("none open", plt)
            plt.plot([1, 2]); run.log_image("ROC", plt)
            run.log("still open", len(plt.get_fignums()))
            figure, axes = plt.subplots(); axes.plot([2, 1]); plt.close(figure)
            run.log_image("closed figure", plot=figure); run.log_image("axes", axes)
            run.log_image("picture", Image.new("CMYK", (4, 4))); run.log_image("array image", plot=np.ones((4, 5, 3)))
            run.log_image("gray", np.eye(4))
        """, python=python)
        with contextlib.redirect_stdout(io.StringIO()) as said:
            run.wait_for_completion(show_output=True)
        self.assertIn("no figure is open: the image 'none open' is not stored", said.getvalue())
        found = run.get_metrics(populate=True)
        images = {name: found.pop(name) for name in ("ROC", "closed figure", "axes", "picture", "array image", "gray")}
        self.assertEqual(found, {"float32": 0.5, "bool": True, "str": "x", "long": 0.5, "array": [0, 1, 2],
                                 "unique": [2, 1], "row": {"a": 3}, "frame": {"a": [1, 2], "b": [0.5, 1.5]},
                                 "still open": 1})
        for image in images.values():
            self.assertEqual(image.data[:8], b"\x89PNG\r\n\x1a\n")
            self.assertIn(image.path, run.get_file_names())
        with self.assertRaises(UserErrorException):
            run.download_file("aml://artifactId/ExperimentRun/dcid.{}/absent".format(run.id))


if __name__ == "__main__":
    unittest.main()
