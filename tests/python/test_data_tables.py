# SPDX-License-Identifier: Apache-2.0
"""Tables in files: how they are read, and what their columns are. What reads them needs pandas."""

import io
import os
import subprocess
import sys
import unittest
from unittest import mock

from data_case import PYTHON, Case

from runyard import Dataset
from runyard.exceptions import DatasetExecutionError
from runyard.tabular_dataset import DataType, PromoteHeadersBehavior

try:
    import pandas
except ImportError:
    pandas = None


class Tables(Case):
    def table(self, *contents, **options):
        """A table of these files."""
        for number, content in enumerate(contents):
            self.put("t/{}.csv".format(number), content)
        return Dataset.Tabular.from_delimited_files("t/*.csv", **options)

    def rows(self, *contents, **options):
        """Its columns and rows, missing cells as None."""
        frame = self.table(*contents, **options).to_pandas_dataframe()
        return [list(frame.columns)] + frame.astype(object).where(frame.notna(), None).values.tolist()

    def test_without_pandas_it_is_said(self):
        with mock.patch.dict(sys.modules, pandas=None):
            self.refused("pandas, which this Python cannot load.*pip install pandas",
                         self.table("x\n1\n").to_pandas_dataframe)

    def test_pandas_is_not_loaded_before_it_is_asked_for(self):
        script = "import sys\nfrom runyard import Dataset\n" \
                 "Dataset.Tabular.from_delimited_files(sys.argv[1]).take(1)\nassert 'pandas' not in sys.modules"
        subprocess.run([sys.executable, "-c", script, self.put("a.csv")], env=dict(os.environ, PYTHONPATH=PYTHON),
                       check=True)

    def test_options_that_are_wrong(self):
        self.refused("header must be True, False or a Promote", self.table, "x", header=3)
        self.refused("encoding must be one of utf8", self.table, "x", encoding="klingon")
        self.refused("separator must be a text", self.table, "x", separator="")
        self.refused("type of column 'x' must be a DataType", self.table, "x", set_column_types={"x": int})
        self.refused("columns must be a name", self.table("x").keep_columns, [])
        self.refused("decimal mark", DataType.to_float, ",")
        self.refused("a pandas data frame is needed, not 'list'", Dataset.Tabular.register_pandas_dataframe, [],
                     (self.store, "p"), "n")

    @unittest.skipUnless(pandas, "pandas is not installed")
    def test_files_are_one_table(self):
        self.assertEqual(self.rows("x,y\n1,a\n", "x,y\n2,\n"), [["x", "y"], [1, "a"], [2, None]])
        self.assertEqual(self.rows("x,y\n1,a\n", "x,y\n2,b\n", include_path=True),
                         [["Path", "x", "y"], ["/0.csv", 1, "a"], ["/1.csv", 2, "b"]])

    @unittest.skipUnless(pandas, "pandas is not installed")
    def test_headers_separators_encodings(self):
        self.assertEqual(self.rows("1;a\n", "2;b\n", header=False, separator=";"),
                         [["Column1", "Column2"], [1, "a"], [2, "b"]])
        only = PromoteHeadersBehavior.ONLY_FIRST_FILE_HAS_HEADERS
        self.assertEqual(self.rows("x,y\n1,a\n", "2,b\n", header=only), [["x", "y"], [1, "a"], [2, "b"]])
        self.assertEqual(self.rows("\ufeffx\n1\n", "x\n2\n"), [["x"], [1], [2]])
        with self.assertRaisesRegex(DatasetExecutionError, r"cannot read or write the table .*/0\.csv"):
            self.rows("x\n子\n", encoding="ascii")

    @unittest.skipUnless(pandas, "pandas is not installed")
    def test_types_of_columns(self):
        self.assertEqual(self.rows("x,y\n01,\n", infer_column_types=False), [["x", "y"], ["01", None]])
        types = {"zip": DataType.to_string(), "n": DataType.to_long(), "f": DataType.to_float(),
                 "b": DataType.to_bool(), "t": DataType.to_datetime(["%d.%m.%Y", "%Y-%m-%d"])}
        table = self.table("zip,n,f,b,t\n01,1,2,yes,01.02.2020\n02,x,?,no,2020-02-03\n", set_column_types=types)
        frame = table.to_pandas_dataframe()
        self.assertEqual({name: list(frame[name].isna()) for name in "nf"}, dict.fromkeys("nf", [False, True]))
        self.assertEqual([list(frame["zip"]), list(frame["b"])], [["01", "02"], [True, False]])
        self.assertEqual((frame["n"][0], frame["f"][0]), (1, 2.0))
        self.assertEqual([str(each.date()) for each in frame["t"]], ["2020-02-01", "2020-02-03"])
        with self.assertRaisesRegex(DatasetExecutionError, "column 'n' cannot be long"):
            table.to_pandas_dataframe(on_error="fail")
        self.refused("names the column 'q', which is not there; there are 'x'", self.table("x\n1\n", set_column_types={
            "q": DataType.to_long()}).to_pandas_dataframe)

    @unittest.skipUnless(pandas, "pandas is not installed")
    def test_a_part_of_a_table(self):
        table = self.table("x,y\n1,a\n2,b\n3,c\n")
        self.assertEqual(list(table.skip(1).take(1).keep_columns("x").to_pandas_dataframe()["x"]), [2])
        self.assertEqual(list(table.drop_columns(["x"]).to_pandas_dataframe().columns), ["y"])
        ours, others = table.random_split(0.4)
        rows = [row for part in (ours, others) for row in part.to_pandas_dataframe()["x"]]
        self.assertEqual(sorted(rows), [1, 2, 3])
        self.refused("no column 'z'; it has 'x', 'y'", table.keep_columns("z").to_pandas_dataframe)

    @unittest.skipUnless(pandas, "pandas is not installed")
    def test_json_lines(self):
        self.put("t.jsonl", '{"x": 1}\n{"x": 2}\n')
        self.assertEqual(list(Dataset.Tabular.from_json_lines_files("t.jsonl").to_pandas_dataframe()["x"]), [1, 2])

    @unittest.skipUnless(pandas, "pandas is not installed")
    def test_a_data_frame_is_registered(self):
        frame = pandas.DataFrame({"x": [1, 2]})
        if not _can_write(frame):
            self.skipTest("neither pyarrow nor fastparquet is installed")
        for version in (1, 2):
            made = Dataset.Tabular.register_pandas_dataframe(frame, (self.store, "frames"), "frame")
            self.assertEqual((made.version, made.to_pandas_dataframe().equals(frame)), (version, True))


def _can_write(frame):
    """Whether pandas has what Parquet needs."""
    try:
        frame.to_parquet(io.BytesIO())
        return True
    except ImportError:
        return False


if __name__ == "__main__":
    unittest.main()
