# SPDX-License-Identifier: Apache-2.0
"""Datastores: their folders, files in and out, and nothing that leads out of them."""

import os
import unittest
from unittest import mock

from data_case import Case

from runyard import Dataset, Datastore
from runyard._data import workspace_folder
from runyard.data_reference import DataReference


class Folders(Case):
    def test_each_workspace_has_a_folder_of_its_own_below_the_state_directory(self):
        names = [("s", "r", "w"), (".", "..", "..."), ("a/b", "c%2F", "d\n"), ("a", "b/c", "工作区"),
                 ("a/b", "c", "工作区")]
        places = [workspace_folder.of(self.workspace_of(*name)) for name in names]
        self.assertEqual(len(set(places)), len(places))
        root = os.path.join(self.top, "state", "datastores")
        for place in places:
            self.assertEqual(os.path.relpath(os.path.normpath(place), root).count(os.sep), 2)
        self.assertEqual(places[0], os.path.join(root, "s", "r", "w"))

    def test_folders_are_their_owners_only(self):
        place = str(self.store.path())
        while place != self.top:
            self.assertEqual(os.stat(place).st_mode & 0o777, 0o700, place)
            place = os.path.dirname(place)

    def test_what_samples_print(self):
        store = self.store
        self.assertEqual((store.name, store.datastore_type, store.container_name, store.account_name),
                         ("workspaceblobstore", "AzureBlob", "workspaceblobstore", "local"))
        self.assertEqual(list(self.workspace.datastores), ["workspaceblobstore", "workspacefilestore"])
        self.assertEqual(Datastore(self.workspace, "workspaceblobstore"), Datastore.get_default(self.workspace))

    def test_the_default_can_be_chosen(self):
        self.workspace.set_default_datastore("workspacefilestore")
        self.assertEqual(self.workspace.get_default_datastore().datastore_type, "AzureFile")
        self.assertEqual(self.workspace_of("s", "r", "other").get_default_datastore().name, "workspaceblobstore")
        self.refused("has no datastore 'other'; it has workspaceblobstore and", self.workspace.set_default_datastore,
                     "other")

    def test_stores_of_the_cloud_are_refused_with_what_to_do(self):
        for name in ("register_azure_blob_container", "register_azure_file_share", "register_azure_sql_database"):
            self.refused(name + " is not part of Runyard.*ws.get_default_datastore",
                         getattr(Datastore, name), self.workspace, "name", account_name="a")


class Files(Case):
    def test_a_folder_up_and_down(self):
        self.put("data/a.txt", "a")
        self.put("data/子/b.txt", "b")
        os.symlink("/", "data/link")
        with self.said() as (out, _):
            where = self.store.upload("data", target_path="/to", show_progress=True)
        self.assertEqual(out.getvalue().splitlines()[0], "Uploading an estimated of 2 files")
        self.assertEqual(out.getvalue().splitlines()[-1], "Uploaded 2 files")
        self.assertEqual((str(where), os.fspath(where)), (str(self.store.path("to")),) * 2)
        self.assertEqual(self.stored("to/子/b.txt"), "b")
        self.assertEqual(self.store.download("down", prefix="to"), 2)
        self.assertEqual(self.read("down/to/子/b.txt"), "b")
        self.assertEqual(self.store.download("one", prefix="to/a.txt"), 1)
        self.assertEqual(os.listdir("one/to"), ["a.txt"])

    def test_what_is_there_stays_unless_it_is_to_be_overwritten(self):
        self.put("data/a.txt", "old")
        self.store.upload("data")
        self.put("data/a.txt", "new")
        with self.said() as (out, err):
            self.store.upload("data", show_progress=False)
            self.store.upload("data")
        self.assertIn("1 files were not uploaded, because they are there already; overwrite=True", err.getvalue())
        self.assertIn("Target already exists. Skipping upload for a.txt\n", out.getvalue())
        self.assertEqual(self.stored("a.txt"), "old")
        self.store.upload("data", overwrite=True)
        self.assertEqual(self.stored("a.txt"), "new")
        self.put("down/a.txt", "mine")
        with self.said():
            self.assertEqual(self.store.download("down"), 0)
        self.assertEqual((self.read("down/a.txt"), self.store.download("down", overwrite=True)), ("mine", 1))

    def test_files_keep_their_paths_below_the_root(self):
        files = [self.put("in/x/a.txt"), "in/y/b.txt"]
        self.put("in/y/b.txt")
        self.store.upload_files(files, target_path="common")
        self.store.upload_files(files, relative_root=".", target_path="given")
        self.store.upload_files(files[:1], target_path="one")
        for name in ("common/x/a.txt", "common/y/b.txt", "given/in/x/a.txt", "one/a.txt"):
            self.assertEqual(self.stored(name), "x")
        self.refused("it is not below relative_root, .*/in/x", self.store.upload_files, files, relative_root="in/x")

    def test_what_is_wrong_is_said(self):
        self.put("data/a.txt")
        self.store.upload("data", "to")
        self.refused("cannot upload none: there is no such folder", self.store.upload, "none")
        self.refused("it is a file; upload_files takes files", self.store.upload, "data/a.txt")
        self.refused("it is a folder; upload takes folders", self.store.upload_files, ["data"])
        self.refused("files must be a list of paths, not 'data/a.txt'", self.store.upload_files, "data/a.txt")
        self.refused("src_dir must be a path, not 3", self.store.upload, 3)
        self.refused("cannot upload to 'to/a.txt' .* it is a file", self.store.upload, "data", "to/a.txt")
        self.refused("cannot copy .*Not a directory|cannot copy .*File exists", self.store.upload, "data", "to/a.txt/x")
        self.refused("no folder or file 'none'; at its top are: to", self.store.download, "down", prefix="none")
        self.refused("cannot download to data/a.txt: it is a file", self.store.download, "data/a.txt")
        self.refused("null character", self.store.path, "a\0b")

    def test_nothing_leads_out_of_the_store(self):
        self.put("data/deep/a.txt")
        os.symlink(self.top, str(self.store.path("link")))
        for path in ("..", "../x", "a/../../x", "link", "link/x"):
            for call in (lambda: self.store.path(path), lambda: self.store.upload("data", path),
                         lambda: self.store.download("down", path), lambda: Dataset.File.from_files((self.store, path)),
                         lambda: DataReference(self.store, path_on_datastore=path)):
                self.refused("'{}' leads out of datastore 'workspaceblobstore'".format(path), call)
        os.rename("data/deep", "data/link")
        self.refused("leads out", self.store.upload, "data")
        self.assertEqual(os.listdir(self.top + "/here"), ["data"])

    def test_a_copy_that_fails_leaves_nothing(self):
        self.put("data/a.txt", "whole")
        with mock.patch("shutil.copy2", side_effect=OSError(28, "No space left on device")):
            self.refused("cannot copy data/a.txt to .*No space left", self.store.upload, "data")
        self.assertEqual(os.listdir(str(self.store.path())), [])

    def test_a_reference_is_a_local_path_in_every_mode(self):
        here = self.store.path("a").path("b", "name")
        for reference in (here, here.as_mount(), here.as_download(), here.as_upload()):
            self.assertEqual(str(reference), str(self.store.path()) + "/a/b")
        self.assertTrue(os.path.isdir(str(here)))
        made = here.as_upload().to_config()
        self.assertEqual((made.data_store_name, made.mode, made.path_on_data_store),
                         ("workspaceblobstore", "upload", "a/b"))
        self.refused("mode of a DataReference is mount", DataReference, self.store, mode="eat")
        self.refused("a datastore is needed", DataReference, "workspaceblobstore")

if __name__ == "__main__":
    unittest.main()
