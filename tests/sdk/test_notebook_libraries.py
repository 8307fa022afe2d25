# SPDX-License-Identifier: Apache-2.0
"""Section 1 of the reference with values of numpy, pandas, matplotlib and Pillow, where the interpreter has them.

`scripts/pythons` names interpreters with and without them.
"""

import contextlib
import importlib.util
import io
import unittest

from notebook_case import Notebook, needs_daemon

from runyard.exceptions import UserErrorException

MISSING = [name for name in ("numpy", "pandas", "matplotlib", "PIL") if importlib.util.find_spec(name) is None]
BEGIN = """
import matplotlib
matplotlib.use("Agg")
import matplotlib.pyplot as plt, numpy as np, pandas as pd
from PIL import Image
from azureml.core import Run
run = Run.get_context()
"""
SCALARS = ("bool_", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float16", "float32",
           "float64", "longdouble", "str_")


@needs_daemon
@unittest.skipIf(MISSING, "this interpreter has no " + ", ".join(MISSING))
class Libraries(Notebook):
    def logged(self, script):
        """What a script logged; what it printed is kept in `said`."""
        self.run_ = self.submit(BEGIN + script)
        with contextlib.redirect_stdout(io.StringIO()) as out:
            self.run_.wait_for_completion(show_output=True)
        self.said = out.getvalue()
        return self.run_.get_metrics(populate=True)

    def png(self, artifact):
        """An image is a PNG file among the files of the run."""
        self.assertEqual(artifact.data[:8], b"\x89PNG\r\n\x1a\n")
        self.assertIn(artifact.path, self.run_.get_file_names())

    def test_1_2_10_scalars_of_numpy_are_pythons(self):
        found = self.logged("for name in {!r}:\n    run.log(name, getattr(np, name)(1))".format(SCALARS))
        self.assertEqual([found[name] for name in SCALARS], [True] + [1] * 8 + [1.0] * 4 + ["1"])
        self.assertEqual([type(found[name]) for name in SCALARS], [bool] + [int] * 8 + [float] * 4 + [str])

    def test_1_2_06_arrays_are_lists_and_columns(self):
        found = self.logged("run.log_list('array', np.arange(3)); run.log_row('row', a=np.int64(3))\n"
                            "run.log_table('table', {'a': np.arange(2), 'b': np.array([0.5, 1.5])})")
        self.assertEqual(found, {"array": [0, 1, 2], "row": {"a": 3}, "table": {"a": [0, 1], "b": [0.5, 1.5]}})

    def test_1_2_13_columns_and_frames_of_pandas(self):
        found = self.logged("run.log_list('unique', pd.Series([2, 2, 1]).unique())\n"
                            "run.log_table('frame', pd.DataFrame({'a': [1, 2], 'b': ['x', None]}))")
        self.assertEqual(found, {"unique": [2, 1], "frame": {"a": [1, 2], "b": ["x", None]}})

    def test_1_3_18_the_current_figure_is_saved_and_stays_open(self):
        found = self.logged("run.log_image('none open', plt)\nplt.plot([1, 2])\nrun.log_image('ROC', plt)\n"
                            "run.log('still open', len(plt.get_fignums()))")
        self.assertIn("no figure is open: the image 'none open' is not stored", self.said)
        self.png(found.pop("ROC"))
        self.assertEqual(found, {"still open": 1})

    def test_1_3_20_figures_pictures_and_arrays_are_images(self):
        found = self.logged("figure, axes = plt.subplots(); axes.plot([2, 1]); plt.close(figure)\n"
                            "run.log_image('closed figure', plot=figure); run.log_image('axes', axes)\n"
                            "run.log_image('picture', Image.new('CMYK', (4, 4)))\n"
                            "run.log_image('array', plot=np.ones((4, 5, 3))); run.log_image('gray', np.eye(4))")
        self.assertEqual(list(found), ["closed figure", "axes", "picture", "array", "gray"])
        for image in found.values():
            self.png(image)
        with self.assertRaises(UserErrorException):
            self.run_.download_file("aml://artifactId/ExperimentRun/dcid.{}/absent".format(self.run_.id))

    def test_1_2_14_documents_may_hold_arrays(self):
        found = self.logged("run.log_confusion_matrix('cm', {'data': {'matrix': np.eye(2), 'n': np.int64(2)}})")
        self.assertEqual(found["cm"].data, b'{"data": {"matrix": [[1.0, 0.0], [0.0, 1.0]], "n": 2}}')


if __name__ == "__main__":
    unittest.main()
