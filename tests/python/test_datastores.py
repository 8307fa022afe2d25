# SPDX-License-Identifier: Apache-2.0
"""Datastores: their folders, files in and out, and nothing that leads out of them."""

import json
import os
import unittest
from unittest import mock

from data_case import Case

from runyard import Dataset, Datastore
from runyard._data import workspace_folder
from runyard.data_reference import DataPath, DataReference


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
        self.assertEqual(json.loads(repr(store)), {
            "name": "workspaceblobstore", "container_name": "workspaceblobstore", "account_name": "local",
            "protocol": "file", "endpoint": ""})
        self.assertEqual(list(self.workspace.datastores), ["workspaceblobstore", "workspacefilestore",
                                                           "workspaceartifactstore", "workspaceworkingdirectory"])
        self.assertEqual(Datastore(self.workspace, "workspaceblobstore"), Datastore.get_default(self.workspace))

    def test_the_default_can_be_chosen(self):
        self.workspace.set_default_datastore("workspacefilestore")
        self.assertEqual(self.workspace.get_default_datastore().datastore_type, "AzureFile")
        self.assertEqual(self.workspace_of("s", "r", "other").get_default_datastore().name, "workspaceblobstore")
        self.refused("has no datastore 'other'; it has workspaceblobstore, .*`runyard datastore link other PATH "
                     "--workspace w` makes one", self.workspace.set_default_datastore, "other")

    def test_databases_are_refused_with_what_to_do(self):
        for name in ("register_azure_sql_database", "register_azure_postgre_sql", "register_azure_my_sql"):
            self.refused(name + " is not part of Runyard.*Export the tables", getattr(Datastore, name), self.workspace,
                         "name", server_name="a")


class Registered(Case):
    def blob(self, name="own", container="c", **more):
        """Register a blob container."""
        return Datastore.register_azure_blob_container(self.workspace, name, container, "account", **more)

    def test_a_container_is_a_folder_and_keeps_what_it_was_told(self):
        with self.said():
            self.blob(account_key="secret", sas_token="secret", protocol="https").upload_files([self.put("a.txt", "a")])
        again = Datastore.get(self.workspace, "own")
        self.assertEqual((again.container_name, again.account_name, again.protocol, again.datastore_type, again.is_sas),
                         ("c", "account", "https", "AzureBlob", True))
        self.assertEqual(again.account_key, "********")
        self.assertEqual(self.read(str(again.path("a.txt"))), "a")
        self.assertEqual(list(self.workspace.datastores)[4:], ["own"])
        with open(os.path.join(workspace_folder.of(self.workspace), "datastores.jsonl")) as file:
            self.assertNotIn("secret", file.read())

    def test_all_kinds(self):
        ws, made = self.workspace, Datastore
        stores = [made.register_azure_file_share(ws, "share", "files", "account", account_key="k"),
                  made.register_azure_data_lake(ws, "lake", "store", "t", "c", "s", grant_workspace_access=True),
                  made.register_azure_data_lake_gen2(ws, "lake2", "system", "account"), made.register_dbfs(ws, "dbfs"),
                  made.register_hdfs(ws, "hdfs", "http", "host", None, "realm", "kdc", "me", kerberos_password="p")]
        self.assertEqual([store.datastore_type for store in stores],
                         ["AzureFile", "AzureDataLake", "AzureDataLakeGen2", "DBFS", "Hdfs"])
        self.assertEqual([type(ws.datastores[store.name]) for store in stores], [type(store) for store in stores])
        self.assertEqual([store.container_name for store in stores[:3]], ["files", "lake", "system"])
        self.assertTrue(stores[1].grant_workspace_access)

    def test_a_name_twice(self):
        first = self.blob()
        self.assertEqual(self.blob("OWN", account_key=None), first)
        self.refused("there is already another datastore 'own', of type AzureBlob; overwrite=True", self.blob, container="d")
        self.assertEqual(self.blob(container="d", overwrite=True).container_name, "d")
        self.assertEqual((Datastore.get(self.workspace, "Own").name, len(self.workspace.datastores)), ("own", 5))

    def test_a_name_that_cannot_be_one(self):
        for name in ("", "a/b", "..", "a-b", "links", "x" * 256, None, 3):
            self.refused("the name of a datastore has letters, digits and '_'", self.blob, name)
            self.refused("the name of a datastore has letters, digits and '_'", Datastore.get, self.workspace, name)

    def test_a_name_is_forgotten_and_its_files_stay(self):
        store = self.blob()
        with self.said():
            store.upload_files([self.put("a.txt", "a")])
        store.unregister()
        self.assertNotIn("own", self.workspace.datastores)
        self.assertEqual(self.read(str(self.blob().path("a.txt"))), "a")
        self.refused("belongs to workspace 'w' and cannot be unregistered", self.store.unregister)

    def test_the_default(self):
        self.blob().set_as_default()
        self.assertEqual(self.workspace.get_default_datastore().name, "own")
        self.blob().unregister()
        self.assertEqual(self.workspace.get_default_datastore().name, "workspaceblobstore")

    def linked(self, path):
        """A datastore that `runyard datastore link` made."""
        line = {"k": "registered", "name": "data", "type": "AzureBlob", "settings": {}, "path": path}
        with open(os.path.join(workspace_folder.make(workspace_folder.of(self.workspace)), "datastores.jsonl"), "a") as file:
            file.write(json.dumps(line) + "\n")
        return Datastore.get(self.workspace, "data")

    def test_a_link_leads_to_files_that_are_there(self):
        store = self.linked(os.path.dirname(self.put("mine/a.txt", "a")))
        self.assertEqual(Dataset.File.from_files((store, "*.txt")).to_path(), ["/a.txt"])
        self.refused("leads out of datastore 'data'", store.path, "../secret")
        registered = self.blob("data")
        self.assertEqual((registered.container_name, str(registered.path("a.txt"))), ("c", os.path.abspath("mine/a.txt")))

    def test_a_link_to_a_folder_that_vanished(self):
        store = self.linked(os.path.abspath("gone"))
        self.refused("datastore 'data' is linked to .*/gone, which is not there; `runyard datastore link data PATH`",
                     store.path)

    def test_lines_that_are_wrong_are_skipped(self):
        self.blob()
        with open(os.path.join(workspace_folder.of(self.workspace), "datastores.jsonl"), "a") as file:
            file.write('{"k": "registered", "name": "../x", "type": "", "settings": {}}\n[]\n{"k": "unregistered"}\n{"k')
        with self.said() as (_, err):
            self.assertEqual(list(self.workspace.datastores)[4:], ["own"])
        self.assertEqual(err.getvalue().count("is not valid and is skipped"), 3)


CREATE_OR_REUSE = """
try:
    store = Datastore.get(ws, "cloud")
except Exception as error:
    print("registers")
    store = Datastore.register_azure_blob_container(ws, "cloud", "c", "account")
"""


class MadeInTheStudio(Case):
    def cell(self, code):
        """Run a cell of a notebook. Returns what it prints, and says on stderr."""
        with self.said() as (out, err):
            exec(compile(code, "cell", "exec"), {"ws": self.workspace, "Datastore": Datastore})
        return out.getvalue(), err.getvalue()

    def test_a_store_that_is_taken_for_granted_is_an_empty_folder(self):
        for code in ("Datastore.get(ws, 'a')", "Datastore(ws, 'b')", "ws.datastores['c']", "ws.set_default_datastore('d')"):
            _, said = self.cell(code)
            self.assertRegex(said, "datastore '.' is new: the empty folder .*; `runyard datastore link . PATH "
                                   "--workspace w` leads it to files")
            self.assertEqual(self.cell(code), ("", ""))
        self.assertEqual(list(self.workspace.datastores)[4:], ["a", "b", "c", "d"])

    def test_a_cell_that_creates_or_reuses_goes_on_as_it_did(self):
        self.assertEqual(self.cell(CREATE_OR_REUSE), ("registers\n", ""))
        self.assertEqual(self.cell(CREATE_OR_REUSE), ("", ""))

    def test_a_question_makes_nothing(self):
        self.assertEqual(self.cell("print('x' in ws.datastores, ws.datastores.get('x'))"), ("False None\n", ""))
        with self.assertRaises(KeyError):
            self.workspace.datastores["x"]


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
        self.refused("datapath must be a DataPath, not None", DataReference.create, "named")

    def test_a_reference_is_made_from_a_path_and_the_other_way_round(self):
        path = DataPath(self.store, "mnist/train", "given")
        reference = DataReference.create("named", path)
        self.assertEqual((reference.data_reference_name, str(reference)), ("named", str(self.store.path("mnist/train"))))
        self.assertEqual(DataReference.create(datapath=path).data_reference_name, "given")
        again = DataPath.create_from_data_reference(reference)
        self.assertEqual((again.datastore_name, again.path_on_datastore), (self.store.name, "mnist/train"))

if __name__ == "__main__":
    unittest.main()
