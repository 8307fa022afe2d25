# SPDX-License-Identifier: Apache-2.0
"""What the calls of section 1 write: values of every library, images, documents. Libraries take part where they are."""

import glob
import io
import json
import logging
import os
import sys
import tempfile
import unittest
from unittest import mock

PYTHON = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "python"))
sys.path.insert(0, PYTHON)

from runyard._client import files  # noqa: E402
from runyard._report import blobs, images, values  # noqa: E402
from runyard._runs import metrics  # noqa: E402
from runyard.exceptions import AzureMLException, UserErrorException  # noqa: E402
from runyard.run import Run  # noqa: E402

try:
    import numpy
except ImportError:
    numpy = None
try:
    import pandas
except ImportError:
    pandas = None


class Figure:
    """Draws as a figure does: into a file, in a format."""

    def savefig(self, target, format):
        target.write(b"drawn as " + format.encode())


class Pyplot(Figure):
    """The state machine around figures: how many are open, and which one counts."""

    def __init__(self, *figures):
        self.figures = figures

    def get_fignums(self):
        return list(range(len(self.figures)))

    def gcf(self):
        return self.figures[-1]


class Axes:
    """Knows its figure."""

    def get_figure(self):
        return Figure()


class Case(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.where = folder.name
        patch = mock.patch.dict(os.environ, RUNYARD_RUN_ID="r1", RUNYARD_JOURNAL=self.where)
        patch.start()
        self.addCleanup(patch.stop)
        self.run_ = Run.get_context()
        self.addCleanup(self.run_._journal.close)

    def lines(self):
        """The lines so far, without the first."""
        (path,) = glob.glob(os.path.join(self.where, "*.jsonl"))
        with open(path, encoding="utf-8") as reader:
            return [json.loads(line) for line in reader][1:]

    def kept(self, line):
        """The content of the file that a line of kind `file` reports."""
        with open(os.path.join(self.where, line["p"]), "rb") as reader:
            return reader.read()


class Values(Case):
    def test_lists_take_whatever_can_be_gone_through(self):
        for given in ([1, 2], (1, 2), range(1, 3), (n for n in (1, 2)), {1: 0, 2: 0}.keys(), iter([1, 2])):
            self.run_.log_list("l", given)
        self.assertEqual([line["v"] for line in self.lines()], [[1, 2]] * 6)

    def test_a_step_can_be_given_to_every_kind_and_is_a_column_of_a_row(self):
        self.run_.log("s", 1, step=3)
        self.run_.log_list("l", [1], step=4)
        self.run_.log_table("t", {"a": [1]}, "words", 5)
        self.run_.log_row("r", step=6, loss=0.5)
        self.assertEqual([line.get("s") for line in self.lines()], [3, 4, 5, None])
        self.assertEqual(self.lines()[3]["v"], {"step": 6, "loss": 0.5})

    def test_a_step_that_is_no_integer_of_64_bits_is_dropped_with_a_warning(self):
        wrong = [1 << 63, -1 << 63, 10 ** 30, float("inf"), "three"]
        for step in wrong:
            with self.assertLogs("runyard", logging.WARNING) as said:
                self.run_.log("s", 1, step=step)
            self.assertIn("step {!r} is not an integer of 64 bits".format(step), said.output[0])
        for step in ((1 << 63) - 1, 1 - (1 << 63)):
            self.run_.log("s", 1, step=step)
        self.assertEqual([line.get("s") for line in self.lines()],
                         [None] * len(wrong) + [(1 << 63) - 1, 1 - (1 << 63)])

    def test_columns_of_a_table_may_be_anything_iterable_or_one_cell(self):
        self.run_.log_table("t", {"a": range(2), "b": (n * 0.5 for n in range(2))})
        self.run_.log_table("t", {"a": 2, "b": "x"})
        self.assertEqual([line["v"] for line in self.lines()],
                         [{"a": [0, 1], "b": [0.0, 0.5]}, {"a": [2], "b": ["x"]}])

    def test_what_no_cell_can_hold_is_refused_in_lists_rows_and_tables(self):
        for call in (lambda: self.run_.log_list("l", [object()]), lambda: self.run_.log_row("r", a=object()),
                     lambda: self.run_.log_table("t", {"a": [{}]}), lambda: self.run_.log_table("t", {"a": {"b": 1}})):
            with self.assertRaisesRegex(AzureMLException, "is not supported, supported types include"):
                call()

    def test_two_columns_of_one_name_are_refused(self):
        class Frame:
            columns = ["a", "b", "a"]
            to_dict = dict

            def __getitem__(self, name):
                return [["a", "a"]] if name == "a" else [1]
        for given in (Frame(), {1: [1], "1": [2]}):
            with self.assertRaisesRegex(AzureMLException, "different names, [a1] comes more than once"):
                self.run_.log_table("t", given)

    def test_what_is_no_scalar_is_logged_as_its_text_with_a_warning(self):
        with self.assertLogs("runyard", logging.WARNING) as said:
            self.run_.log("x", [1, 2])
        self.assertEqual((self.lines()[0]["v"], len(said.output)), ("[1, 2]", 1))
        self.assertIn("Converted key x of value [1, 2] to str", said.output[0])

    @unittest.skipIf(numpy is None, "this interpreter has no numpy")
    def test_numpy_scalars_and_arrays(self):
        for kind in ("bool_", "int8", "int16", "int32", "int64", "uint8", "uint64", "float16", "float32", "float64",
                     "longdouble", "str_"):
            self.run_.log(kind, getattr(numpy, kind)(1))
        self.run_.log_list("l", numpy.array([1, 2]))
        self.run_.log_list("one", numpy.array(7))
        self.run_.log_row("r", a=numpy.float32(0.5))
        self.run_.log_table("t", {"a": numpy.arange(2), "b": numpy.array([0.5, float("nan")])})
        found = [line["v"] for line in self.lines()]
        self.assertEqual(found[:12], [True, 1, 1, 1, 1, 1, 1, 1.0, 1.0, 1.0, 1.0, "1"])
        self.assertEqual([type(value) for value in found[:12]], [bool] + [int] * 6 + [float] * 4 + [str])
        self.assertEqual(found[12:], [[1, 2], [7], {"a": 0.5}, {"a": [0, 1], "b": [0.5, {"$": "nan"}]}])
        with self.assertRaises(AzureMLException):
            self.run_.log_row("r", a=numpy.arange(2))

    @unittest.skipIf(numpy is None, "this interpreter has no numpy")
    def test_dates_of_numpy_are_texts_or_refused(self):
        for made in (numpy.datetime64("2020-01-01", "ns"), numpy.timedelta64(5, "ns")):
            with self.assertLogs("runyard", logging.WARNING):
                self.run_.log("x", made)
            for given in ([made], numpy.array([made]), numpy.array(made)):
                with self.assertRaisesRegex(AzureMLException, "is not supported"):
                    self.run_.log_list("l", given)
        self.assertEqual([type(line["v"]) for line in self.lines()], [str, str])

    @unittest.skipIf(pandas is None, "this interpreter has no pandas")
    def test_pandas_columns_and_frames(self):
        frame = pandas.DataFrame({"a": [1, 2], "b": ["x", None]})
        self.run_.log_list("l", frame["a"])
        self.run_.log_list("u", frame["a"].unique())
        self.run_.log_table("t", frame)
        self.run_.log_table("t", {"a": frame["a"], "b": pandas.array([1, None], dtype="Int64")})
        self.assertEqual([line["v"] for line in self.lines()],
                         [[1, 2], [1, 2], {"a": [1, 2], "b": ["x", None]}, {"a": [1, 2], "b": [1, None]}])

    def test_a_tensor_is_its_number(self):
        class Tensor:
            dtype = "torch.float32"

            def item(self):
                return 0.5
        self.assertEqual(values.cell("x", Tensor()), "0.5")


class Images(Case):
    def image(self, *args, **kwargs):
        """Log an image; the lines that this wrote."""
        before = len(self.lines()) if glob.glob(os.path.join(self.where, "*.jsonl")) else 0
        self.run_.log_image(*args, **kwargs)
        return self.lines()[before:]

    def test_a_path_is_kept_as_given(self):
        path = os.path.join(self.where, "figs", "ROC.png")
        os.makedirs(os.path.dirname(path))
        with open(path, "wb") as writer:
            writer.write(b"png")
        here = os.getcwd()
        os.chdir(self.where)
        try:
            file, image = self.image("ROC", "./figs/ROC.png", description="words", step=2)
        finally:
            os.chdir(here)
        self.assertEqual((file["k"], file["n"], self.kept(file)), ("file", "figs/ROC.png", b"png"))
        self.assertEqual((image["k"], image["n"], image["f"], image["d"], image["s"]),
                         ("image", "ROC", "figs/ROC.png", "words", 2))
        file, image = self.image("ROC", path=path)
        self.assertEqual(image["f"], path.lstrip("/"))

    def test_figures_axes_and_pyplot_in_either_place(self):
        for given in ({"plot": Figure()}, {"path": Figure()}, {"plot": Pyplot(Figure())}, {"path": Axes()}):
            with mock.patch("time.time", return_value=1790000000.5):
                file, image = self.image("ROC 图", **given)
            self.assertEqual(self.kept(file), b"drawn as png")
            self.assertEqual(file["n"], image["f"])
        names = [line["f"] for line in self.lines() if line["k"] == "image"]
        self.assertEqual(names, ["ROC 图_1790000000.png"] + ["ROC 图_1790000000_%d.png" % n for n in (1, 2, 3)])

    def test_pyplot_without_a_figure_is_a_warning_and_nothing_else(self):
        with self.assertLogs("runyard", logging.WARNING) as said:
            self.run_.log_image("ROC", plot=Pyplot())
        self.assertIn("no figure is open: the image 'ROC' is not stored", said.output[0])
        self.assertEqual(glob.glob(os.path.join(self.where, "*.jsonl")), [])

    def test_exactly_one_of_path_and_plot(self):
        for given in ({}, {"path": "a.png", "plot": Figure()}):
            with self.assertRaisesRegex(AzureMLException, "two invalid parameter"):
                self.run_.log_image("ROC", **given)

    def test_what_is_no_image_is_refused_in_words(self):
        class Broken:
            def savefig(self, target, format):
                raise ValueError("no canvas")
        for given, said in ((3, "from int: the path of a file, a matplotlib figure"), (Broken(), "no canvas"),
                            ("absent.png", "absent.png is not there"), (self.where, "is a folder")):
            with self.assertRaisesRegex(UserErrorException, "cannot log (an )?image.*" + said):
                self.run_.log_image("ROC", given)

    def test_the_name_of_an_artifact_stays_inside_of_the_run(self):
        self.assertEqual([blobs.inside(path, "image") for path in ("../a.png", "/a/b.png", "a/./b//c.png", "a/../b.png")],
                         ["a.png", "a/b.png", "a/b/c.png", "b.png"])

    @unittest.skipIf(numpy is None, "this interpreter has no numpy")
    def test_arrays_become_png_files(self):
        shapes = {(4, 5): (5, 4, 0), (4, 5, 1): (5, 4, 0), (4, 5, 3): (5, 4, 2), (4, 5, 4): (5, 4, 6), (3, 8, 9): (9, 8, 2)}
        for shape, (width, height, color) in shapes.items():
            for kind in ("uint8", "float32", "int64", "bool"):
                data = images.rendered("x", numpy.ones(shape).astype(kind))
                self.assertEqual((data[:8], int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big"), data[25]),
                                 (b"\x89PNG\r\n\x1a\n", width, height, color))
        for wrong in (numpy.ones(3), numpy.ones((5, 6, 7)), numpy.ones((0, 3)), numpy.array([["a"]])):
            with self.assertRaises(UserErrorException):
                images.rendered("x", wrong)

    @unittest.skipIf(numpy is None, "this interpreter has no numpy")
    def test_values_of_arrays_have_their_usual_ranges(self):
        def scaled(values, shape):
            return images._bytes_of(numpy.array(values).reshape(shape)).ravel().tolist()
        self.assertEqual(scaled([0.0, 0.5, 1.0], (1, 1, 3)), [0, 128, 255])
        self.assertEqual(scaled([0.0, 128.0, 255.0], (1, 1, 3)), [0, 128, 255])
        self.assertEqual(scaled([-1.0, 0.0, 1.0, float("nan")], (2, 2)), [0, 128, 255, 128])
        self.assertEqual(scaled([300, 200], (1, 2)), [255, 0])
        self.assertEqual(scaled([True, False], (1, 2)), [255, 0])
        self.assertEqual(scaled([float("inf")] * 2, (1, 2)), [0, 0])


class Documents(Case):
    SCHEMAS = ("confusion_matrix", "accuracy_table", "residuals", "predictions")

    def test_dictionaries_and_texts_are_kept_as_json(self):
        for number, schema in enumerate(self.SCHEMAS):
            log = getattr(self.run_, "log_" + schema)
            log(schema, {"schema_type": schema, "data": {"类": [1, 2]}})
            log(schema, '{"schema_type": "%s"}' % schema, "words")
            first, document, second, again = self.lines()[4 * number:]
            self.assertEqual(json.loads(self.kept(first).decode("utf-8"))["data"], {"类": [1, 2]})
            self.assertEqual(self.kept(second), b'{"schema_type": "%s"}' % schema.encode())
            self.assertEqual((document["k"], document["n"], document["f"], document["schema"]),
                             ("document", schema, schema, schema))
            self.assertEqual((again["f"], again["d"]), (schema + "_1", "words"))

    def test_what_is_no_json_is_refused(self):
        for given in ("{", "[1]", 3, None, {"a": object()}, {"a": {1, 2}}):
            for schema in self.SCHEMAS:
                with self.assertRaisesRegex(UserErrorException, "Invalid JSON provided"):
                    getattr(self.run_, "log_" + schema)("x", given)

    @unittest.skipIf(numpy is None, "this interpreter has no numpy")
    def test_arrays_in_dictionaries_are_lists(self):
        self.run_.log_confusion_matrix("cm", {"data": {"matrix": numpy.eye(2, dtype=int), "n": numpy.int64(3)}})
        self.assertEqual(json.loads(self.kept(self.lines()[0]).decode()), {"data": {"matrix": [[1, 0], [0, 1]], "n": 3}})


class Artifacts(unittest.TestCase):
    def test_an_address_leads_back_to_run_and_name(self):
        for given in (files.artifact_uri("r2", "a/ROC.png"), files.Artifact("r2", "a/ROC.png")):
            self.assertEqual(files.artifact_of(given, "r1"), ("r2", "a/ROC.png"))
        self.assertEqual(files.artifact_of("a/ROC.png", "r1"), ("r1", "a/ROC.png"))

    def test_populated_metrics_are_objects(self):
        found = metrics.shaped([{"name": "ROC", "kind": "image", "values": ["a/ROC_1.png"]}], "r1", populate=True)["ROC"]
        self.assertEqual((found.path, found.filename, found.data_location),
                         ("a/ROC_1.png", "ROC_1.png", "aml://artifactId/ExperimentRun/dcid.r1/a/ROC_1.png"))


class Uploads(Case):
    def test_a_folder_is_no_file(self):
        with self.assertRaisesRegex(UserErrorException, "it is a folder, which upload_folder takes"):
            self.run_.upload_file("x", self.where)

    def test_a_stream_is_kept_from_where_it_stands(self):
        stream = io.BytesIO(b"abcdef")
        stream.seek(2)
        self.run_.upload_file("x", stream)
        self.assertEqual(self.kept(self.lines()[0]), b"cdef")


if __name__ == "__main__":
    unittest.main()
