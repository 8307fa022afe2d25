# SPDX-License-Identifier: Apache-2.0
"""Parts of data sets by conditions and times, and tables as files. What reads tables needs pandas."""

import datetime
import os
import unittest

from data_case import Case

from runyard import Dataset
from runyard._data import expressions
from runyard.exceptions import DatasetExecutionError, DatasetTimestampMissingError

try:
    import pandas
except ImportError:
    pandas = None

PEOPLE = "name,age,born\nAnn,41,1980-05-01\nBob,25,1996-01-31\n,60,1961-07-07\n"


class Expressions(Case):
    def value(self, expression, **columns):
        """The value of an expression for one row."""
        return expressions.evaluate(expression.tree, lambda kind, name: columns[name])

    def test_operators(self):
        x, y = expressions.column("x"), expressions.column("y")
        for expression, expected in ((x == 7, True), (x != 7, False), (x < y, False), (x <= 7, True), (x > y, True),
                                     (x >= 8, False), (x + y, 9), (x - y, 5), (x * y, 14), (x / y, 3.5), (x // y, 3),
                                     (x % y, 1), (x ** y, 49), ((x > 1) & (y > 2), False), ((x > 1) | (y > 2), True),
                                     (~(x > 1), False)):
            self.assertEqual(self.value(expression, x=7, y=2), expected, expression)

    def test_functions_of_texts(self):
        x = expressions.column("x")
        for expression, expected in ((x.contains("b"), True), (x.starts_with("b"), False), (x.ends_with("c"), True),
                                     (x.substring(1), "bc"), (x.substring(0, 2), "ab"), (x.index_of("c"), 2),
                                     (x.length(), 3), (x.to_upper(), "ABC"), (x.to_lower(), "abc"), (x.is_null(), False)):
            self.assertEqual(self.value(expression, x="abc"), expected, expression)
        self.assertEqual([self.value(expression, x=float("nan")) for expression in (x.is_null(), x.is_error(), x.length())],
                         [True, True, None])

    def test_times_are_kept_without_their_offset(self):
        offset = datetime.timezone(datetime.timedelta(hours=2))
        for given in (datetime.datetime(2020, 1, 1, 2, tzinfo=offset), datetime.date(2020, 1, 1)):
            tree = (expressions.column("t") > given).tree
            self.assertEqual(tree[2], ["time", "2020-01-01T00:00:00"])
        exact = expressions.column("t") == datetime.datetime(2020, 1, 1, 2, 3, 4, 5)
        self.assertTrue(self.value(exact, t=datetime.datetime(2020, 1, 1, 2, 3, 4, 5)))

    def test_what_is_no_expression(self):
        data = Dataset.Tabular.from_delimited_files(self.put("a.csv", PEOPLE))
        self.refused("filter takes an expression, as .*not True", data.filter, True)
        self.refused("indexed by the name of a column, not by 3", lambda: data[3])
        self.refused("combine conditions with &", lambda: data["a"] > 1 and data["b"] > 2)
        self.refused("compared with a number, .* not \\[\\]", lambda: data["a"] == [])
        self.refused("operation 'new', which this version", expressions.evaluate, ["new"], None)


class Files(Case):
    def setUp(self):
        super().setUp()
        for name, content in (("2019/01/a.csv", "x"), ("2019/02/b.csv", "xxxx"), ("2020/01/c.txt", "xx")):
            self.put("d/" + name, content)
        self.data = Dataset.File.from_files("d/*/*/*", partition_format="{day:yyyy/MM}/{name}.{kind}")

    def test_by_the_columns_of_their_paths(self):
        data = self.data
        self.assertEqual(data.filter(data["day"] < datetime.datetime(2019, 2, 1)).to_path(), ["/2019/01/a.csv"])
        csv = data.filter((data["kind"] == "csv") & (data["name"] != "a"))
        self.assertEqual(csv.to_path(), ["/2019/02/b.csv"])
        self.assertEqual(csv.take(1)._for_run("mount")["files"], ["2019/02/b.csv"])
        self.refused("filter names the column 'none', .* has day, name, kind", data.filter(data["none"] == 1).to_path)

    def test_by_facts_about_them(self):
        data = self.data
        self.assertEqual(data.filter(data.file_metadata("Size") > 1).take(1).to_path(), ["/2019/02/b.csv"])
        self.assertEqual(data.filter(data.file_metadata("Extension") == ".txt").to_path(), ["/2020/01/c.txt"])
        self.assertEqual(data.filter(data.file_metadata("LastModifiedTime") < datetime.datetime(1990, 1, 1)).to_path(), [])
        self.refused("file_metadata knows CanSeek, .*, not 'Color'", data.file_metadata, "Color")
        with self.assertRaisesRegex(DatasetExecutionError, "cannot filter the file .*a.csv"):
            data.filter(data.file_metadata("Size") > "a").to_path()

    def test_partitions(self):
        self.assertEqual(self.data.partition_keys, ["day", "name", "kind"])
        self.assertEqual(self.data.get_partition_key_values(["kind"]), [{"kind": "csv"}, {"kind": "txt"}])
        self.assertEqual(len(self.data.get_partition_key_values()), 3)
        self.refused("no column 'none'; it has day, name, kind", self.data.get_partition_key_values, ["none"])
        self.assertEqual(Dataset.File.from_files("d").get_partition_key_values(), [])

    def test_an_upload_of_the_files_that_fit_a_pattern(self):
        with self.said():
            made = Dataset.File.upload_directory("d", (self.store, "up"), pattern="*.csv")
            self.assertEqual(made.to_path(), ["/2019/01/a.csv", "/2019/02/b.csv"])
            self.refused("no file in it fits the pattern '\\*.none'", Dataset.File.upload_directory, "d",
                         (self.store, "up"), "*.none")


class Times(Case):
    def setUp(self):
        super().setUp()
        self.data = Dataset.Tabular.from_delimited_files(self.put("a.csv", PEOPLE))

    def test_the_timestamp_columns(self):
        data = self.data.with_timestamp_columns("born", "age")
        self.assertEqual(data.timestamp_columns, ("born", "age"))
        self.assertEqual(self.data.with_timestamp_columns(fine_grain_timestamp="born").timestamp_columns, ("born", None))
        self.assertEqual(data.with_timestamp_columns(None), self.data)
        self.assertEqual(data.drop_columns("age").timestamp_columns, ("born", None))
        self.assertEqual(data.keep_columns(["age", "name"]).timestamp_columns, (None, None))
        self.refused("another column than timestamp", data.with_timestamp_columns, "a", "a")
        self.refused("another column than timestamp", data.with_timestamp_columns, None, "a")

    def test_without_a_timestamp_column_it_is_said(self):
        with self.assertRaisesRegex(DatasetTimestampMissingError, "time_before .* with_timestamp_columns"):
            self.data.time_before(datetime.datetime(1990, 1, 1))
        timed = self.data.with_timestamp_columns("born")
        self.refused("time_after takes a datetime, not '1990'", timed.time_after, "1990")
        self.refused("timedelta, not 3", timed.time_recent, 3)

    def test_spark_is_refused_in_words(self):
        self.refused("to_spark_dataframe is not part of Runyard.*to_pandas_dataframe", self.data.to_spark_dataframe)


@unittest.skipUnless(pandas, "pandas is not installed")
class Tables(Case):
    def setUp(self):
        super().setUp()
        self.data = Dataset.Tabular.from_delimited_files(self.put("a.csv", PEOPLE))

    def names(self, data):
        """The ages in a table, which are different."""
        return data.to_pandas_dataframe()["age"].tolist()

    def test_rows_by_a_condition(self):
        data = self.data
        self.assertEqual(self.names(data.filter(data["age"] > 30)), [41, 60])
        self.assertEqual(self.names(data.filter((data["age"] > 30) & data["name"].starts_with("A"))), [41])
        self.assertEqual(self.names(data.filter(~data["name"].contains("n"))), [25, 60])
        self.assertEqual(self.names(data.filter(data["name"].is_null() | (data["age"] * 2 == 50))), [25, 60])
        self.assertEqual(self.names(data.filter(data["age"] > 30).skip(1)), [60])
        self.assertEqual(self.names(data.filter(data["name"] == data["name"])), [41, 25])

    def test_what_cannot_be_compared(self):
        self.refused("filter names the column 'none', which is not there; there are 'name', 'age', 'born'",
                     self.data.filter(self.data["none"] > 1).to_pandas_dataframe)
        with self.assertRaisesRegex(DatasetExecutionError, "cannot filter a data set by Expression"):
            self.data.filter(self.data["name"] > 3).to_pandas_dataframe()

    def test_rows_by_their_time(self):
        data, day = self.data.with_timestamp_columns("born"), datetime.datetime(1980, 5, 1)
        self.assertEqual(self.names(data.time_before(day)), [41, 60])
        self.assertEqual(self.names(data.time_before(day, include_boundary=False)), [60])
        self.assertEqual(self.names(data.time_after(day)), [41, 25])
        self.assertEqual(self.names(data.time_between(day, datetime.datetime(1990, 1, 1), include_boundary=False)), [])
        self.assertEqual(self.names(data.time_recent(datetime.timedelta(days=1))), [])

    def test_a_filter_is_kept_by_the_registry(self):
        self.data.filter(self.data["age"] > 30).register(self.workspace, "old")
        self.assertEqual(self.names(Dataset.get_by_name(self.workspace, "old")), [41, 60])

    def test_a_schema_that_changed_is_said(self):
        kept = self.data.filter(self.data["age"] > 30)
        self.put("a.csv", "name,years\nAnn,41\n")
        self.refused("filter names the column 'age', which is not there; there are 'name', 'years'",
                     kept.to_pandas_dataframe)

    def test_a_table_as_files(self):
        made = self.data.filter(self.data["age"] > 30).keep_columns("age").to_csv_files(separator=";")
        self.assertEqual(made.to_path(), ["/part-00000.csv"])
        self.assertEqual(self.read(made._files()[0].path), "age\n41\n60\n")
        self.assertEqual(self.data.keep_columns("age").to_csv_files(), self.data.keep_columns("age").to_csv_files())
        self.assertEqual(len(os.listdir(os.path.join(self.top, "state", "datastores", ".converted"))), 2)
        self.refused("a single character, not ', '", self.data.to_csv_files, ", ")

    def test_a_table_as_a_parquet_file(self):
        try:
            import pyarrow  # noqa: F401
        except ImportError:
            self.skipTest("pyarrow is not installed")
        made = self.data.to_parquet_files()
        self.assertEqual(self.names(Dataset.Tabular.from_parquet_files(made._definition["paths"])), [41, 25, 60])


if __name__ == "__main__":
    unittest.main()
