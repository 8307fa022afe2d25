# SPDX-License-Identifier: Apache-2.0
"""Models: registered from runs and from this machine, found, downloaded, changed, removed; content stored once."""

import os
import unittest

from notebook_case import Interactive, needs_daemon

from runyard import Experiment, Model, Workspace
from runyard.exceptions import ModelNotFoundException, ModelPathNotFoundException, SnapshotException, UserErrorException


@needs_daemon
class Models(Interactive):
    def blobs(self):
        return sorted(os.listdir(os.path.join(os.environ["RUNYARD_STATE"], "contents")))

    def name(self):
        """A name that no other test uses."""
        return "模型 " + self.id().rsplit(".", 1)[-1]

    def read(self, path):
        with open(path, encoding="utf-8") as file:
            return file.read()

    def test_a_file_of_a_run(self):
        run = self.experiment.start_logging(snapshot_directory=None)
        self.put("outputs/model.pkl", "weights")
        run.complete()
        model = run.register_model(self.name(), model_path="./outputs/model.pkl", tags={"alpha": 0.5, "flag": None},
                                   properties={"p": 1}, description="a model", model_framework=Model.Framework.SCIKITLEARN,
                                   model_framework_version="1.0")
        self.assertEqual((model.name, model.version, model.id), (self.name(), 1, self.name() + ":1"))
        self.assertEqual((model.tags, model.properties), ({"alpha": "0.5", "flag": None}, {"p": "1"}))
        self.assertEqual((model.description, model.model_framework, model.model_framework_version),
                         ("a model", "ScikitLearn", "1.0"))
        self.assertEqual((model.run_id, model.run, model.experiment_name), (run.id, run, self.experiment.name))
        self.assertRegex(model.url, r"^http://.*/models/\d+$")
        self.assertIsNotNone(model.created_time)
        again = run.register_model(self.name(), "outputs/model.pkl")
        self.assertEqual(again.version, 2)
        self.assertEqual(model.download("down"), os.path.join("down", "model.pkl"))
        self.assertEqual(self.read("down/model.pkl"), "weights")

    def test_the_name_is_the_path_where_none_is_given(self):
        run = self.experiment.start_logging(snapshot_directory=None)
        self.put("best.pkl", "best")
        run.upload_file("best.pkl", "best.pkl")
        model = run.register_model("best.pkl")
        self.assertEqual((model.name, self.read(model.download("there"))), ("best.pkl", "best"))

    def test_a_folder_of_a_run(self):
        run = self.experiment.start_logging(snapshot_directory=None)
        self.put("outputs/m/config.json", "{}")
        self.put("outputs/m/deep/weights", "w")
        run.complete()
        model = run.register_model(self.name(), "outputs/m/")
        place = model.download("down")
        self.assertEqual((place, sorted(os.listdir(place)), self.read(place + "/deep/weights")), ("down/m", ["config.json", "deep"], "w"))

    def test_what_this_process_has_not_uploaded_yet_is_uploaded(self):
        run = self.experiment.start_logging(snapshot_directory=None)
        self.put("outputs/model.pkl", "early")
        model = run.register_model(self.name(), "outputs/model.pkl")
        self.assertEqual(self.read(model.download("down")), "early")
        self.assertIn("outputs/model.pkl", run.get_file_names())
        run.complete()

    def test_each_version_holds_what_the_file_held_then(self):
        run = self.experiment.start_logging(snapshot_directory=None)
        for epoch in range(3):
            self.put("outputs/best.pkl", "weights of epoch %d" % epoch)
            run.register_model(self.name(), "outputs/best.pkl")
        self.put("outputs/best.pkl", "the final weights")
        run.complete()
        for epoch in range(3):
            model = Model(self.workspace, self.name(), version=epoch + 1)
            self.assertEqual(self.read(model.download("down", exist_ok=True)), "weights of epoch %d" % epoch)
        run.download_file("outputs/best.pkl", "kept.pkl")
        self.assertEqual(self.read("kept.pkl"), "the final weights")

    def test_a_folder_of_which_one_file_was_uploaded_before(self):
        run = self.experiment.start_logging(snapshot_directory=None)
        self.put("outputs/m/config.json", "{}")
        self.put("outputs/m/weights", "old")
        run.upload_file("outputs/m/weights", "outputs/m/weights")
        self.put("elsewhere", "only uploaded")
        run.upload_file("outputs/m/notes", "elsewhere")
        self.put("outputs/m/weights", "new")
        place = run.register_model(self.name(), "outputs/m").download("down")
        self.assertEqual({name: self.read(os.path.join(place, name)) for name in os.listdir(place)},
                         {"config.json": "{}", "weights": "new", "notes": "only uploaded"})
        run.complete()

    def test_what_was_uploaded_after_the_file_changed_counts(self):
        run = self.experiment.start_logging(snapshot_directory=None)
        before = os.stat(self.put("outputs/model.pkl", "of another day")).st_ctime_ns
        while os.stat(self.put("model.pkl", "uploaded")).st_ctime_ns == before:  # until the kernel's clock has ticked
            pass
        run.upload_file("outputs/model.pkl", "model.pkl")
        model = run.register_model(self.name(), "outputs/model.pkl")
        self.assertEqual(self.read(model.download("down")), "uploaded")
        run.complete()
        run.download_file("outputs/model.pkl", "kept.pkl")
        self.assertEqual(self.read("kept.pkl"), "uploaded")

    def test_a_path_that_is_not_there(self):
        run = self.experiment.start_logging(snapshot_directory=None)
        self.put("a.txt")
        run.upload_file("a.txt", "a.txt")
        with self.assertRaisesRegex(ModelPathNotFoundException, r"Could not locate the provided model_path outputs/no\.pkl in "
                                                                r"the set of files uploaded to the run: \['a\.txt'\]"):
            run.register_model(self.name(), "outputs/no.pkl")
        with self.assertRaisesRegex(UserErrorException, "provided model path \"nowhere\" cannot be found"):
            Model.register(self.workspace, "nowhere", self.name())

    def test_register_find_list(self):
        self.put("m.bin", "one")
        first = Model.register(self.workspace, "m.bin", self.name(), tags={"stage": "dev"}, properties={"owner": "me"})
        self.put("m.bin", "two")
        second = Model.register(workspace=self.workspace, model_path="m.bin", model_name=self.name(), tags={"stage": "live"})
        self.assertEqual((first.version, second.version), (1, 2))
        self.assertEqual(Model(self.workspace, self.name()).version, 2)
        self.assertEqual(Model(self.workspace, name=self.name(), version=1).tags, {"stage": "dev"})
        self.assertEqual(Model(self.workspace, id=first.id).version, 1)
        self.assertEqual(Model(self.workspace, self.name(), tags={"stage": "dev"}).version, 1)
        listed = Model.list(self.workspace, name=self.name())
        self.assertEqual([model.version for model in listed], [2, 1])
        self.assertEqual([model.version for model in Model.list(self.workspace, self.name(), latest=True)], [2])
        self.assertEqual([model.version for model in Model.list(self.workspace, self.name(), tags=["stage"])], [2, 1])
        self.assertEqual([model.version for model in Model.list(self.workspace, self.name(), tags=[["stage", "dev"]])], [1])
        self.assertEqual([model.version for model in Model.list(self.workspace, self.name(), properties={"owner": "me"})], [1])
        self.assertEqual(self.workspace.models[self.name()].version, 2)
        with self.assertRaisesRegex(ModelNotFoundException, "Model with name none not found"):
            Model(self.workspace, "none")
        with self.assertRaises(ModelNotFoundException):
            Model(self.workspace, self.name(), version=9)
        with self.assertRaises(UserErrorException):
            Model(self.workspace)

    def test_models_belong_to_a_workspace(self):
        self.put("m.bin", "one")
        Model.register(self.workspace, "m.bin", self.name())
        other = Workspace.create("other-" + self.id().rsplit(".", 1)[-1][:20], exist_ok=True)
        self.assertEqual(Model.list(other, self.name()), [])
        self.assertEqual(Model.register(other, "m.bin", self.name()).version, 1)

    def test_content_is_stored_once(self):
        self.put("m.bin", "the very same content")
        before = self.blobs()
        first = Model.register(self.workspace, "m.bin", self.name())
        one = self.blobs()
        second = Model.register(self.workspace, "m.bin", self.name() + " b")
        run = self.experiment.start_logging(snapshot_directory=None)
        run.upload_file("m.bin", "m.bin")
        third = run.register_model(self.name() + " c", "m.bin")
        self.assertEqual(self.blobs(), one)
        self.assertEqual(len(one), len(before) + 1)
        first.delete()
        second.delete()
        self.assertEqual(self.blobs(), one)
        third.delete()
        self.assertEqual(self.blobs(), before)
        with self.assertRaises(ModelNotFoundException):
            Model(self.workspace, self.name())
        self.assertEqual(Model.register(self.workspace, "m.bin", self.name()).version, 2)

    def test_get_model_path(self):
        self.put("m.bin", "weights")
        Model.register(self.workspace, "m.bin", self.name())
        path = Model.get_model_path(self.name(), _workspace=self.workspace)
        self.assertEqual((path, self.read(path)), (os.path.join("azureml-models", self.name(), "1", "m.bin"), "weights"))
        self.assertEqual(Model.get_model_path(self.name(), 1), path)
        with self.assertRaises(ModelNotFoundException):
            Model.get_model_path("none")

    def test_in_a_script(self):
        run = self.finished("""
            import os
            from runyard import Model, Run
            run = Run.get_context()
            with open('outputs/model.pkl', 'w') as file: file.write('from a script')
            model = run.register_model('in a script', 'outputs/model.pkl', tags={'n': 1})
            print(model.version, model.run_id == run.id, open(Model.get_model_path('in a script')).read())
        """)
        log = self.text(run, "azureml-logs/70_driver_log.txt")
        self.assertEqual(log.split("\n")[0], "1 True from a script")

    def test_download_does_not_overwrite(self):
        self.put("m.bin", "new")
        model = Model.register(self.workspace, "m.bin", self.name())
        with self.assertRaisesRegex(UserErrorException, "exist_ok=True"):
            model.download(".")
        self.put("m.bin", "old")
        self.assertEqual(model.download(".", exist_ok=True), os.path.join(".", "m.bin"))
        self.assertEqual(self.read("m.bin"), "new")

    def test_tags_properties_description(self):
        self.put("m.bin")
        model = Model.register(self.workspace, "m.bin", self.name(), tags={"a": 1})
        model.add_tags({"b": 2})
        model.remove_tags(["a"])
        model.add_properties({"p": "1"})
        model.add_properties({"p": "1"})
        model.update(tags={"c": "3"}, description="changed")
        model = Model(self.workspace, self.name())
        self.assertEqual((model.tags, model.properties, model.description), ({"b": "2", "c": "3"}, {"p": "1"}, "changed"))
        with self.assertRaisesRegex(UserErrorException, "cannot be changed"):
            model.add_properties({"p": "2"})
        self.assertEqual(model.serialize()["tags"], {"b": "2", "c": "3"})
        self.assertIn("name={}".format(self.name()), repr(model))

    def test_a_folder_with_child_paths(self):
        for name in ("m/a.txt", "m/b/c.txt", "m/b/d.txt", "m/e.txt"):
            self.put(name, name)
        model = Model.register(self.workspace, "m", self.name(), child_paths=["a.txt", "b"])
        place = model.download("down")
        self.assertEqual(sorted(os.listdir(place) + os.listdir(place + "/b")), ["a.txt", "b", "c.txt", "d.txt"])

    def test_a_fifo_is_refused_and_not_waited_for(self):
        self.put("m/a.txt", "a")
        os.mkfifo("m/fifo")
        with self.assertRaisesRegex(UserErrorException, "cannot register .*/m/fifo: it is not a regular file"):
            Model.register(self.workspace, "m", self.name())

    def test_names_that_cannot_be(self):
        self.put("m.bin")
        for bad in ("", None, "a/b", "..", "a\nb", "x" * 300):
            with self.assertRaises(UserErrorException, msg=repr(bad)):
                Model.register(self.workspace, "m.bin", bad)


@needs_daemon
class Experiments(Interactive):
    def test_tags(self):
        self.experiment.tag("selected")
        self.experiment.set_tags({"owner": "me", "n": 1})
        self.experiment.remove_tags(["n"])
        self.assertEqual(self.experiment.tags, {"selected": None, "owner": "me"})
        again = Experiment(self.workspace, self.experiment.name)
        self.assertEqual(again.tags, {"selected": None, "owner": "me"})
        named = [experiment.name for experiment in Experiment.list(self.workspace, tags={"owner": "me"})]
        self.assertIn(self.experiment.name, named)
        self.assertEqual(Experiment.list(self.workspace, self.experiment.name, tags={"owner": "you"}), [])
        self.assertEqual([experiment.name for experiment in Experiment.list(self.workspace, tags=[["owner", "me"]])], named)

    def test_archive(self):
        self.experiment.archive()
        self.assertIsNotNone(self.experiment.archived_time)
        names = {view: [experiment.name for experiment in Experiment.list(self.workspace, view_type=view)]
                 for view in ("ActiveOnly", "ArchivedOnly", "All")}
        self.assertEqual([self.experiment.name in listed for listed in names.values()], [False, True, True])
        with self.assertRaises(UserErrorException):
            self.experiment.reactivate("another")
        self.experiment.reactivate()
        self.assertIsNone(self.experiment.archived_time)


@needs_daemon
class LaterSnapshots(Interactive):
    def test_a_folder_then_no_other(self):
        run = self.experiment.start_logging(snapshot_directory=None)
        self.put("source/train.py", "pass")
        self.put("source/data/big", "x")
        self.put("source/.amlignore", "data/\n")
        digest = run.take_snapshot("source")
        self.assertEqual(run.get_snapshot_id(), digest)
        self.assertEqual(os.path.basename(run.restore_snapshot(path="down")), digest + ".zip")
        with self.assertRaisesRegex(SnapshotException, "Cannot take snapshot as the run already has one: " + digest):
            run.take_snapshot("source")

    def test_a_single_file(self):
        import zipfile
        run = self.experiment.start_logging(snapshot_directory=None)
        self.put("a/train.py", "print(1)")
        self.put("a/other.py", "no")
        run.take_snapshot("a/train.py")
        with zipfile.ZipFile(run.restore_snapshot(path="down")) as archive:
            self.assertEqual((archive.namelist(), archive.read("train.py")), (["train.py"], b"print(1)"))

    def test_what_is_not_there(self):
        run = self.experiment.start_logging(snapshot_directory=None)
        with self.assertRaisesRegex(SnapshotException, "does not exist"):
            run.take_snapshot("nowhere")
        run.complete()
        self.put("late/x.py")
        self.assertTrue(run.take_snapshot("late"))


if __name__ == "__main__":
    unittest.main()
