# SPDX-License-Identifier: Apache-2.0
"""Tables in files: how they are read, and what their columns are. What reads them needs pandas."""

import contextlib
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
    def table(self, *texts, **options):
        """A table of these files."""
        for number, text in enumerate(texts):
            self.put("t/{}.csv".format(number), text)
        return Dataset.Tabular.from_delimited_files("t/*.csv", **options)

    def rows(self, *texts, **options):
        """Its columns and rows, missing cells as None."""
        frame = self.table(*texts, **options).to_pandas_dataframe()
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
        self.refused("invalid_lines is error or drop, not 'x'", Dataset.Tabular.from_json_lines_files, self.put("j"),
                     invalid_lines="x")
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
        self.assertEqual([str(day.date()) for day in frame["t"]], ["2020-02-01", "2020-02-03"])
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
        self.put("t.jsonl", '{"x": 1, "date": 5, "zip": "007"}\n\n{"x": 2, "date": 6, "zip": "8"}\n')
        frame = Dataset.Tabular.from_json_lines_files("t.jsonl").to_pandas_dataframe()
        self.assertEqual(frame.values.tolist(), [[1, 5, "007"], [2, 6, "8"]])
        self.put("bad.jsonl", '{"x": 1}\nbad\n[2]\n{"x": 3}')
        dropped = Dataset.Tabular.from_json_lines_files("bad.jsonl", invalid_lines="drop").to_pandas_dataframe()
        self.assertEqual(list(dropped["x"]), [1, 3])
        with self.assertRaisesRegex(DatasetExecutionError, r"/bad\.jsonl: line 2 is not valid JSON"):
            Dataset.Tabular.from_json_lines_files("bad.jsonl").to_pandas_dataframe()

    def dates(self, *cells, **options):
        """A column of texts as it is read: its cells as texts where it holds times, else None."""
        rows = ["x,y"] + ['"{}",1'.format(cell) for cell in cells]
        column = self.table("\n".join(rows) + "\n", **options).to_pandas_dataframe()["x"]
        return [str(cell) for cell in column] if "datetime" in str(column.dtype) else None

    @unittest.skipUnless(pandas, "pandas is not installed")
    def test_columns_of_dates_are_times(self):
        day, next_day = "2020-01-02 00:00:00", "2020-12-31 00:00:00"
        for cells in (("2020-01-02", "2020-12-31"), ("2020-1-2", "2020-12-31"), ("2020/01/02", "2020/12/31 "),
                      ("01/02/2020", "12/31/2020"), ("02.01.2020", "31.12.2020"), ("1/2/20", "12/31/20"),
                      ("2 Jan 2020", "31 Dec 2020"), ("January 2, 2020", "December 31, 2020"),
                      ("2020-01-02T00:00:00Z", "2020-12-31 02:00:00.000+02:00"), ("2020-01-02", "2020-12-31 00:00"),
                      ("1/2/2020 12:00 AM", "12/31/2020 12:00 AM"), ("02-01-2020 00:00:00", "31-12-2020 00:00:00")):
            self.assertEqual(self.dates(*cells), [day, next_day], cells)
        self.assertEqual(self.dates("", "2020-01-02", empty_as_string=True), ["NaT", day])
        for cells in (("2020-01-02", "later"), ("01/13/2020", "13/01/2020"), ("2020-02-30",), ("1.2.3",), ("12:30",),
                      ("10.1.2020.5",), ("2020-01-02", "2020")):
            self.assertIsNone(self.dates(*cells), cells)
        self.assertIsNone(self.dates("2020-01-02", infer_column_types=False))
        self.assertIsNone(self.dates("2020-01-02", set_column_types={"x": DataType.to_string()}))

    @unittest.skipUnless(pandas, "pandas is not installed")
    def test_of_ambiguous_dates_the_month_is_first(self):
        with self.assertWarnsRegex(UserWarning, r"inferred for columns \['x'\] are resolved as \"month-day\""):
            self.assertEqual(self.dates("01/02/2020"), ["2020-01-02 00:00:00"])

    @unittest.skipUnless(pandas, "pandas is not installed")
    def test_columns_in_paths_come_first(self):
        self.put("p/A/2020/02/d.csv", "x\n1\n2\n")
        self.put("p/B/2020/03/d.csv", "x\n3\n")
        form = "/{Department}/{Month:yyyy/MM}/*.csv"
        frame = Dataset.Tabular.from_delimited_files("p", partition_format=form, include_path=True).to_pandas_dataframe()
        self.assertEqual(list(frame.columns), ["Path", "Department", "Month", "x"])
        self.assertEqual([list(frame["Department"]), [day.month for day in frame["Month"]], list(frame["x"])],
                         [["A", "A", "B"], [2, 2, 3], [1, 2, 3]])
        lost = Dataset.Tabular.from_delimited_files("p", validate=False, partition_format="{x}/q.csv")
        with self.assertRaisesRegex(DatasetExecutionError, "does not fit the path .*/A/2020/02/d.csv"):
            lost.to_pandas_dataframe()

    @unittest.skipUnless(pandas, "pandas is not installed")
    def test_a_data_frame_is_registered(self):
        frame = pandas.DataFrame({"x": [1, 2]})
        if not _can_write(frame):
            self.skipTest("neither pyarrow nor fastparquet is installed")
        for version in (1, 2):
            made = Dataset.Tabular.register_pandas_dataframe(frame, (self.store, "frames"), "frame")
            self.assertEqual((made.version, made.to_pandas_dataframe().equals(frame)), (version, True))

    @unittest.skipUnless(pandas, "pandas is not installed")
    def test_a_table_is_partitioned_by_columns_and_read_from_there(self):
        frame = pandas.DataFrame({"x": [1, 2, 3], "country": ["精", "b", "精"], "year": [2020, 2021, 2020],
                                  "day": pandas.to_datetime(["2020-01-02 00:00:00", "2020-01-02 03:04:05", "2020-01-02 00:00:00"])})
        stack = parquet_or_pickle(frame)
        self.addCleanup(stack.close)
        table = Dataset.Tabular.register_pandas_dataframe(frame, self.store, "frame")
        keys = ["country", "day", "year"]
        made = table.partition_by(keys, (self.store, "parts"), name="by country")
        self.assertEqual((made.partition_keys, made.name, made.version), (keys, "by country", 1))
        found = made.to_pandas_dataframe()[["x", "country", "year", "day"]].sort_values("x").reset_index(drop=True)
        self.assertEqual(found.astype(str).values.tolist(), frame.astype(str).values.tolist())
        self.assertEqual([found[name].dtype.kind for name in ("year", "day")], ["i", "M"])
        files = table.partition_by("country", self.store, partition_as_file_dataset=True)
        self.assertEqual(sorted(path.split("/")[1] for path in files.to_path()), ["b", "精"])

    @unittest.skipUnless(pandas, "pandas is not installed")
    def test_partition_keys_that_cannot_be_folders_are_refused_before_anything_is_written(self):
        for why, keys, text in (("are invalid partition keys", ["z"], "x,y\n1,2\n"),
                                ("cannot have duplicates", ["x", "x"], "x,y\n1,2\n"),
                                ("columns must be a name", [], "x,y\n1,2\n"),
                                ("no partition key is needed", ["x"], "x\n1\n"),
                                ("must not have '{', '}' or ':'", ["a:b"], "a:b,y\n1,2\n"),
                                ("the value nan cannot be the name", ["x"], "x,y\n1,1\n,2\n"),
                                ("the value 'a/b' cannot be the name", ["x"], "x,y\na/b,1\n")):
            with self.subTest(why):
                self.refused(why, self.table(text).partition_by, keys, (self.store, "never"))
        self.assertFalse(os.path.exists(str(self.store.path("never"))))


def parquet_or_pickle(frame):
    """Files of pickle in the place of Parquet, where pandas lacks what Parquet needs."""
    stack = contextlib.ExitStack()
    if not _can_write(frame):
        stack.enter_context(mock.patch.object(pandas.DataFrame, "to_parquet",
                                              lambda self, place, **options: self.to_pickle(place)))
        stack.enter_context(mock.patch.object(pandas, "read_parquet", pandas.read_pickle))
    return stack


def _can_write(frame):
    """Whether pandas has what Parquet needs."""
    try:
        frame.to_parquet(io.BytesIO())
        return True
    except ImportError:
        return False


if __name__ == "__main__":
    unittest.main()
