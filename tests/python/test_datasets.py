# SPDX-License-Identifier: Apache-2.0
"""Data sets: paths and patterns, parts, names and versions."""

import datetime
import json
import os
import subprocess
import sys
import unittest
from unittest import mock

from data_case import PYTHON, Case

from runyard import Dataset
from runyard._data import workspace_folder
from runyard._data.partitions import PartitionFormat
from runyard.data_reference import DataPath
from runyard.dataset_consumption_config import DatasetConsumptionConfig
from runyard.exceptions import DatasetValidationError

REGISTER = "import sys\nfrom runyard import Dataset, Workspace\nfrom runyard._config import workspace_file\n" \
           "workspace = Workspace._existing(workspace_file.Identity('s', 'r', 'w'))\n" \
           "for number in range(20):\n" \
           "    Dataset.File.from_files(sys.argv[1]).register(workspace, 'shared', create_new_version=True)\n"


class Sets(Case):
    def setUp(self):
        super().setUp()
        for name in ("a.csv", "b.csv", "deep/c.csv", "deep/note.txt", "[odd].csv"):
            self.put("data/" + name, "x,y\n1,2\n")
        self.store.upload("data", "d")

    def names(self, *path, **more):
        """The files that from_files finds."""
        return Dataset.File.from_files(*path, **more).to_path()

    def test_paths_and_patterns(self):
        everything = ["/[odd].csv", "/a.csv", "/b.csv", "/deep/c.csv", "/deep/note.txt"]
        for path in ("data", "data/", "data/**", "data/**/*", (self.store, "d"), (self.store, "/d/**"),
                     DataPath(self.store, "d"), self.store.path("d"), os.path.abspath("data")):
            self.assertEqual(self.names(path), everything, path)
        self.assertEqual(self.names("data/*.csv"), ["/[odd].csv", "/a.csv", "/b.csv"])
        self.assertEqual(self.names("data/**/*.csv"), ["/[odd].csv", "/a.csv", "/b.csv", "/deep/c.csv"])
        self.assertEqual(self.names("data/[odd].csv"), ["/[odd].csv"])
        self.assertEqual(self.names((self.store, "d/deep/c.csv")), ["/c.csv"])
        self.assertEqual(self.names((self.store, ["d/a.csv", "d/deep/*.csv"])), ["/a.csv", "/deep/c.csv"])
        self.assertEqual(self.names(["data/a.csv", "data/deep", "data/deep/c.csv"]),
                         ["/a.csv", "/deep/c.csv", "/deep/note.txt"])

    def test_what_is_printed(self):
        files = Dataset.File.from_files("data/a.csv")
        self.assertEqual(json.loads(repr(files)), {"source": [os.path.abspath("data/a.csv")]})
        self.assertEqual(str(files), "FileDataset\n" + repr(files))
        registered = files.register(self.workspace, "mine", tags={"a": "b"})
        self.assertEqual(json.loads(repr(registered))["registration"], {
            "id": registered.id, "name": "mine", "version": 1, "tags": {"a": "b"}, "workspace": repr(self.workspace)})

    def test_what_is_no_path(self):
        with self.assertRaisesRegex(DatasetValidationError, r"there is no file .*/data/\*\.none"):
            self.names(["data/a.csv", "data/*.none"])
        self.assertEqual(self.names("data/*.none", validate=False), [])
        self.assertEqual(self.names("none/deeper/*", validate=False), [])
        self.refused("only http and https addresses are fetched", self.names, "wasbs://host/a.csv")
        self.refused("needs at least one path", self.names, [])
        self.refused("must be a path, not 3", self.names, 3)
        self.refused("the path of a data set is empty", self.names, "")
        self.refused("a tuple must be", self.names, ("a", "b", "c"))
        self.refused("a datastore is needed", self.names, ("data/a.csv", "data/b.csv"))
        self.refused('Invalid partition_format "x". There must be at least one', self.names, "data",
                     partition_format="x")
        with self.assertRaisesRegex(DatasetValidationError, "does not fit the path of 3 files, as .*/data/.odd"):
            self.names("data", partition_format="data/{folder}/{file}.{kind}")
        self.refused("not made by its constructor", type(Dataset.File.from_files("data")))

    def test_columns_in_paths(self):
        def values(form, path):
            return PartitionFormat(form).values(path)

        day = datetime.datetime(2019, 1, 31)
        self.assertEqual(values("/{Department}/{Day:yyyy/MM/dd}/data.csv", "/x/Accounts/2019/01/31/data.csv"),
                         {"Department": "Accounts", "Day": day})
        self.assertEqual(values("{at:yyyyMMdd-HHmmss}_*.c[s]v", "/x/20190131-102030_any.thing.c[s]v"),
                         {"at": day.replace(hour=10, minute=20, second=30)})
        self.assertEqual(values("year={year:yyyy}/{{{name}}}", "/a/year=2019/{n}"),
                         {"year": datetime.datetime(2019, 1, 1), "name": "n"})
        for form, path in (("{a}/x", "/y/z"), ("{a:yyyy/MM/dd}/x", "/2019/02/31/x"), ("{a}.csv", "/d/a.csv.gz")):
            self.assertIsNone(values(form, path), form)
        for form, why in (("{}", "name is not specified"), ("{a:MM}", "'yyyy' must be"), ("{a", "in pairs"),
                          ("{a:yyyy}{b:yyyy}", "more than one date"), ("{a}{a}", "'a' occurs twice")):
            self.refused(why, PartitionFormat, form)

    def test_files_that_come_later_are_seen(self):
        data = Dataset.File.from_files("data/*.csv")
        self.put("data/z.csv")
        self.assertIn("/z.csv", data.to_path())

    def test_a_part_of_a_set(self):
        data = Dataset.File.from_files("data")
        everything = data.to_path()
        self.assertEqual(data.skip(1).take(2).to_path(), everything[1:3])
        ours, others = data.random_split(0.5, seed=3)
        self.assertEqual(sorted(ours.to_path() + others.to_path()), everything)
        self.assertEqual(data.take_sample(0.5, seed=3).to_path(), ours.to_path())
        self.assertEqual((data.take_sample(1).to_path(), data.take_sample(0.0).to_path()), (everything, []))
        self.refused("take needs a whole number of 1 or more, not 0", data.take, 0)
        self.refused("from 0 to 1, not 30", data.random_split, 30)

    def test_a_download_is_whole_or_refused(self):
        data = Dataset.File.from_files((self.store, "d/deep"))
        paths = data.download("down")
        self.assertEqual(paths, [os.path.abspath("down/c.csv"), os.path.abspath("down/note.txt")])
        self.refused("2 files are there already", data.download, "down")
        self.assertEqual(data.download("down", overwrite=True), paths)
        self.assertEqual([os.path.basename(path) for path in data.download()], ["c.csv", "note.txt"])

    def test_what_a_run_is_given(self):
        def given(data, mode="mount"):
            made = data._for_run(mode)
            return made["source"], made["files"], made["single"]

        folder = os.path.abspath("data")
        for mode in ("mount", "download"):
            self.assertEqual(given(Dataset.File.from_files("data"), mode), (folder, None, False))
            self.assertEqual(given(Dataset.File.from_files("data/a.csv"), mode), (folder, ["a.csv"], True))
            self.assertEqual(given(Dataset.File.from_files(["data/*.csv", "data/deep"]).skip(1), mode),
                             (folder, ["a.csv", "b.csv", "deep/c.csv", "deep/note.txt"], False))
        os.mkdir("empty")
        empty = Dataset.File.from_files("empty", validate=False)
        self.assertEqual(given(empty), (os.path.abspath("empty"), None, False))
        self.refused("cannot download a data set without files", empty._for_run, "download")

    def test_path_on_compute(self):
        data = Dataset.File.from_files("data").as_named_input("x")
        for given, place in (("in//here/", "in/here"), ("//tmp/x/../y", "/tmp/y"), (None, None)):
            self.assertEqual(data.as_mount(given)._for_run()["place"], place)
        for wrong in ("", ".", "..", "../x", "a/../..", "/", 3):
            self.refused("path_on_compute must be", data.as_download(wrong)._for_run)
        self.refused("is direct: it has no files", DatasetConsumptionConfig("x", data.dataset, "direct", "in")._for_run)

    def test_mounts(self):
        with Dataset.File.from_files((self.store, "d")).mount() as mounted:
            self.assertEqual(mounted.mount_point, str(self.store.path("d")))
        context = Dataset.File.from_files("data/*.csv").mount("on")
        context.start()
        self.assertEqual(sorted(os.listdir("on")), ["[odd].csv", "a.csv", "b.csv"])
        self.refused("cannot mount on .*/on: the folder is not empty",
                     Dataset.File.from_files("data").mount("on").start)
        context.stop()
        self.assertFalse(os.path.exists("on"))
        self.assertTrue(os.path.exists("data/a.csv"))

    def test_a_mount_without_a_place_leaves_nothing_when_its_process_has_ended(self):
        script = ("import os, sys\nfrom runyard import Dataset\n"
                  "mounted = Dataset.File.from_files('data/*.csv').mount().mount_point\n"
                  "if not os.fork(): sys.exit()\nos.wait()\nassert 'a.csv' in os.listdir(mounted)\nprint(mounted)")
        done = subprocess.run([sys.executable, "-c", script], env=dict(os.environ, PYTHONPATH=PYTHON), check=True,
                              stdout=subprocess.PIPE)
        mounted = os.fsdecode(done.stdout.strip())
        self.assertIn("runyard-mount-", mounted)
        self.assertFalse(os.path.exists(mounted), mounted)

    def test_inputs(self):
        data = Dataset.File.from_files("data").as_named_input("mnist")
        self.assertEqual((data.name, data.mode, str(data)), ("mnist", "direct", "DatasetConsumptionConfig:mnist"))
        self.assertEqual((data.as_mount("/tmp/x").mode, data.path_on_compute), ("mount", "/tmp/x"))
        self.assertEqual(data.as_download().mode, "download")
        for name in ("1a", "a-b", "", None, "a b", "a\n"):
            self.refused("the name of an input must be", data.dataset.as_named_input, name)
        self.refused("the mode of an input is direct, mount or download, not 'eat'", DatasetConsumptionConfig, "a",
                     data.dataset, "eat")
        self.refused("takes a FileDataset or a TabularDataset", DatasetConsumptionConfig, "a", "data")
        table = Dataset.Tabular.from_delimited_files("data/*.csv").as_named_input("t")
        self.refused("'t' cannot be used as mount: it is a TabularDataset", table.as_mount)


class Registered(Case):
    def setUp(self):
        super().setUp()
        self.put("data/a.csv", "x\n1\n")
        self.store.upload("data", "d")
        self.data = Dataset.File.from_files((self.store, "d"))

    def lines(self):
        """The lines of the registry."""
        with open(self.registry(), encoding="ascii") as file:
            return [json.loads(line) for line in file]

    def registry(self):
        """Its file."""
        return os.path.join(workspace_folder.of(self.workspace), "datasets.jsonl")

    def test_a_name_and_its_versions(self):
        first = self.data.register(self.workspace, "数据", "about", {"a": 1, "b": None})
        self.assertEqual((first.name, first.version, first.description, first.tags),
                         ("数据", 1, "about", {"a": "1", "b": None}))
        self.assertEqual(self.data.register(self.workspace, "数据"), first)
        other = Dataset.Tabular.from_delimited_files("data/*.csv", separator=";").take(3)
        self.refused("already a dataset registered under name \"数据\". Specify `create_new_version=True`",
                     other.register, self.workspace, "数据")
        second = other.register(self.workspace, "数据", create_new_version=True)
        self.assertEqual(Dataset.get_by_name(self.workspace, "数据"), second)
        self.assertEqual(Dataset.get_by_name(self.workspace, "数据", version=1), first)
        self.assertEqual(Dataset.get_by_id(self.workspace, first.id), first)
        self.assertEqual(self.workspace.datasets, {"数据": second})
        self.assertEqual(second.version, 2)

    def test_what_is_not_there(self):
        self.data.register(self.workspace, "here")
        self.refused("name \"none\" in the workspace. Workspace 'w' has here", Dataset.get_by_name, self.workspace,
                     "none")
        self.refused("\"here\" in version 2", Dataset.get_by_name, self.workspace, "here", 2)
        self.refused("a version is a number or 'latest', not 'x'", Dataset.get_by_name, self.workspace, "here", "x")
        self.refused("with id 'x' in workspace 'w'", Dataset.get_by_id, self.workspace, "x")
        self.refused("a Workspace is needed", Dataset.get_by_name, None, "here")
        self.refused("name must be a text", self.data.register, self.workspace, "")
        self.refused("call register\\(\\) first", self.data.add_tags, {"a": "b"})
        self.assertEqual(Dataset.get_all(self.workspace_of("s", "r", "other")), {})

    def test_versions_are_forgotten_and_their_numbers_kept(self):
        self.data.register(self.workspace, "n").unregister_all_versions()
        self.assertEqual(self.workspace.datasets, {})
        self.assertEqual(self.data.register(self.workspace, "n").version, 2)

    def test_tags_and_description(self):
        made = self.data.register(self.workspace, "n", tags={"a": "1", "b": "2"})
        made.add_tags({"c": 3}).remove_tags(["a"])
        made.update(description="changed")
        for dataset in (made, Dataset.get_by_name(self.workspace, "n")):
            self.assertEqual((dataset.tags, dataset.description, dataset.version), ({"b": "2", "c": "3"}, "changed", 1))

    def test_paths_in_the_workspace_move_with_it(self):
        self.data.register(self.workspace, "n")
        self.assertEqual(self.lines()[0]["definition"]["paths"], ["workspaceblobstore/d"])
        os.rename(os.path.join(self.top, "state"), os.path.join(self.top, "moved"))
        with mock.patch.dict(os.environ, RUNYARD_STATE=os.path.join(self.top, "moved")):
            self.assertEqual(len(Dataset.get_by_name(self.workspace, "n").download("down")), 1)

    def test_two_processes_at_once(self):
        env = dict(os.environ, PYTHONPATH=PYTHON)
        both = [subprocess.Popen([sys.executable, "-c", REGISTER, os.path.abspath("data")], env=env) for _ in range(2)]
        self.assertEqual([process.wait() for process in both], [0, 0])
        self.assertEqual([line["version"] for line in self.lines()], list(range(1, 41)))

    def test_a_line_that_is_cut_or_wrong_loses_no_other(self):
        self.data.register(self.workspace, "first")
        with open(self.registry(), "a", encoding="ascii") as file:
            file.write('[]\n{"k": "registered", "id": 3}\n{"k": "saved", "id": "x", "definition": {}}\n{"k": "reg')
        with self.said() as (_, err):
            self.data.register(self.workspace, "second")
            self.assertEqual(list(self.workspace.datasets), ["first", "second"])
        self.assertIn("line 4 of {} is not valid and is skipped".format(self.registry()), err.getvalue())

if __name__ == "__main__":
    unittest.main()
