# SPDX-License-Identifier: Apache-2.0
"""Which runs used a dataset, and which made it: as the API says it, as the shell client does, and as a rebuilt database does."""

import os
import unittest

from daemon import DaemonTest, needs, program
from data_runs import data_runs


@needs("runyardd")
class DataRuns(DaemonTest):
    def uses(self, dataset, direction):
        """The runs of a dataset, with the names of their inputs or outputs."""
        return [(use["run"], use["name"], use["mode"], use["status"]) for use in self.daemon.get("/datasets/" + dataset)[direction]]

    def named(self, run, direction):
        """The datasets of a run: name of the input or output, name and version of the dataset."""
        return [(use["name"], use["dataset"]["name"], use["dataset"]["version"])
                for use in self.daemon.get("/runs/{}/datasets".format(run))[direction]]

    def assert_both_ways(self, ids):
        self.assertEqual(self.uses(ids["people"], "used_by"), [(ids["made"], "people", "direct", "Completed")])
        self.assertEqual(self.uses(ids["people"], "made_by"), [])
        self.assertEqual(self.uses(ids["prepared"], "made_by"), [(ids["made"], "prepared", "mount", "Completed")])
        self.assertEqual(self.uses(ids["prepared"], "used_by"),
                         [(ids["used"], "again", "mount", "Completed"), (ids["used"], "unnamed", "mount", "Completed")])
        self.assertEqual(self.uses(ids["linked"], "made_by"), [(ids["made"], "linked", "link", "Completed")])
        self.assertEqual(self.named(ids["made"], "inputs"), [("people", "people", 1)])
        self.assertEqual(self.named(ids["made"], "outputs"), [("linked", "linked", 1), ("prepared", "prepared", 1)])
        self.assertEqual(self.named(ids["used"], "inputs"), [("again", "prepared", 1), ("unnamed", "prepared", 1)])
        self.assertEqual(self.named(ids["used"], "outputs"), [])

    def test_runs_and_datasets_name_each_other(self):
        ids = data_runs(self.daemon)
        self.assert_both_ways(ids)
        self.assert_shown(ids)
        self.damage()
        self.assert_both_ways(ids)
        self.rebuild()
        self.assert_both_ways(ids)
        self.assertEqual(self.daemon.api("DELETE", "/runs/" + ids["used"], b"", "application/json").status, 200)
        self.assertEqual(self.uses(ids["prepared"], "used_by"), [])
        self.assertEqual(self.daemon.api("GET", "/runs/%s/datasets" % ids["used"]).status, 404)
        self.rebuild()
        self.assertEqual(self.uses(ids["prepared"], "used_by"), [])

    def assert_shown(self, ids):
        people = self.daemon.get("/datasets/" + ids["people"])
        self.assertEqual((people["description"], people["tags"], people["options"]["format"], people["steps"]),
                         ("who they are", {"area": "demo"}, "delimited", []))
        self.assertEqual([(version["id"], version["version"]) for version in people["versions"]], [(ids["people"], 1)])
        shown = self.daemon.get("/datasets/{}/preview".format(ids["people"]))
        self.assertEqual((shown["text"]["content"], shown["more"]), ("name,age\nAda,36\nAlan,41\n", False))
        self.assertEqual([store["name"] for store in self.daemon.get("/datastores")["items"] if store["default"]],
                         ["workspaceblobstore"])
        self.assertEqual(self.daemon.api("GET", "/datasets/none").status, 404)
        self.assertEqual(self.daemon.api("GET", "/datasets/none/preview").status, 404)
        self.assertEqual(self.daemon.api("GET", "/runs/none/datasets").status, 404)
        self.assert_said(ids)

    def assert_said(self, ids):
        """What the shell client says of them."""
        said = self.daemon.cli("dataset", "show", "people").out
        for line in (r"dataset +people", r"version +1", r"versions +1", r"type +tabular", r"description +who they are",
                     r"tags +area=demo", r"paths +/.*/people\.csv", "RUN +STATUS +HAS IT AS +MODE +CREATED",
                     ids["made"] + " +Completed +input people +direct .*"):
            self.assertRegex(said, "(?m)^%s$" % line)
        self.assertRegex(self.daemon.cli("dataset", "show", "prepared", "--version", "1").out,
                         ids["made"] + " +Completed +output prepared +mount ")
        self.assertEqual(self.daemon.cli("dataset", "show", ids["linked"], "--json").json["id"], ids["linked"])
        self.assertIn("there is no dataset 'none'", self.daemon.cli("dataset", "show", "none", code=1).err)
        self.assertIn("there is no version 7 of the dataset 'people'",
                      self.daemon.cli("dataset", "show", "people", "--version", "7", code=1).err)

    def damage(self):
        """Lines that are no datasets, and a run whose variables name none."""
        with open(os.path.join(self.daemon.state, "datastores", "local", "local", "default", "datasets.jsonl"), "ab") as file:
            file.write(b'{"k":"registered","id":"x","name":"people","version":"9"}\n\xff\n[]\n{"k":"unregistered","name":"peo')
        run = self.daemon.finish("print()", environment={"RUNYARD_INPUTS": '{"people":', "RUNYARD_OUTPUTS": "[7]"})
        self.assertEqual(self.daemon.get("/runs/%s/datasets" % run["id"]), {"inputs": [], "outputs": []})

    def rebuild(self):
        self.daemon.stop()
        self.daemon.execute([program("runyardd"), "--rebuild"])
        self.daemon.start()


if __name__ == "__main__":
    unittest.main()
