# SPDX-License-Identifier: Apache-2.0
"""A run and its child runs as a sweep makes them, by plain requests: a shared source, the route of a sweep, slots by families."""

import json
import threading
import unittest

from daemon import DaemonTest, SharedDaemonTest, needs
from processes import PATIENCE, wait_for

WAITING = "import time\nprint('ready', flush=True)\ntime.sleep(1000)"
# Logs loss over steps: the arguments are its values.
LOGGING = """
import sys
from azureml.core import Run
for step, value in enumerate(sys.argv[1:]):
    Run.get_context().log("loss", float(value), step=10 * step)
"""
PRIMARY = {"azureml.runsource": "hyperdrive", "primary_metric_config": json.dumps({"name": "loss", "goal": "minimize"})}


def child(daemon, parent, number, **fields):
    """Submits a child as the controller of a sweep does; its id."""
    body = daemon.request(None, parent=parent, id="%s_%d" % (parent, number), submission_id="%s/%d" % (parent, number),
                          source={"run": parent}, **fields)
    answer = daemon.post_run(body)
    assert answer.status == 201, answer.body
    return answer.json["id"]


@needs("runyardd", "runyard", "runyard-launcher")
class SweepRoute(SharedDaemonTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        daemon = cls.daemon
        folder = daemon.folder({"main.py": "pass", "log.py": LOGGING})
        parent = daemon.post_run(daemon.request(folder, properties=PRIMARY)).json["id"]
        cls.parent = daemon.wait(parent)
        with open(folder + "/log.py", "w") as script:
            script.write("raise SystemExit('the child runs what lies there now')")
        cls.children = [child(daemon, parent, number, script="log.py", arguments=values, properties={"hyperparameters": chosen})
                        for number, (values, chosen) in enumerate([(["3", "nan", "1", "2"], '{"--lr": 0.1}'), ([], "no JSON")])]
        cls.ended = [daemon.wait(run) for run in cls.children]
        cls.path = "/runs/%s/sweep" % parent

    def test_children_run_the_snapshot_of_their_parent(self):
        for run in self.ended:
            self.assertEqual(run["status"], "Completed", run)
            self.assertEqual(run["snapshot"], self.parent["snapshot"])
            self.assertEqual(run["source_directory"], self.parent["source_directory"])

    def test_the_route_shows_parameters_and_the_primary_metric(self):
        sweep = self.daemon.get(self.path, points=4)
        self.assertEqual((sweep["metric"], sweep["goal"], sweep["total"]), ("loss", "minimize", 2))
        first, second = sweep["children"]
        self.assertEqual([first["id"], second["id"]], self.children)
        self.assertEqual([first["n"], second["n"]], [0, 1])
        self.assertEqual([first["hyperparameters"], second["hyperparameters"]], [{"--lr": 0.1}, None])
        self.assertEqual((first["state"], first["arguments"]), ("Completed", ["3", "nan", "1", "2"]))
        self.assertEqual({name: first[name] for name in ("created", "started", "ended", "reason")},
                         {name: self.ended[0][name] for name in ("created", "started", "ended", "reason")})
        self.assertEqual([first[name] for name in ("count", "last", "min", "max")], [4, 2, 1, 3])
        self.assertEqual([(step, value) for step, _, value in first["points"]], [(0, 3), (10, {"$": "nan"}), (20, 1), (30, 2)])
        self.assertEqual([second[name] for name in ("count", "last", "min", "max", "points")], [0, None, None, None, []])

    def test_points_are_only_shown_on_demand_and_other_metrics_have_no_goal(self):
        sweep = self.daemon.get(self.path, metric="other")
        self.assertEqual((sweep["metric"], sweep["goal"]), ("other", None))
        self.assertEqual([one["count"] for one in sweep["children"]], [0, 0])
        self.assertNotIn("points", sweep["children"][0])

    def test_a_run_without_children_or_a_metric_has_an_empty_sweep(self):
        sweep = self.daemon.get("/runs/%s/sweep" % self.children[0], points=10)
        self.assertEqual({name: sweep[name] for name in ("metric", "goal", "total", "children")},
                         {"metric": None, "goal": None, "total": 0, "children": []})

    def test_nothing_has_changed_after_the_last_change(self):
        def changed():
            return self.daemon.get(self.path, after=self.daemon.get(self.path)["change"])["children"]
        wait_for("the last change of ended runs", lambda: changed() == [])
        change = self.daemon.get(self.path)["change"]
        # A number of another database: the daemon does not know what has changed since.
        self.assertEqual(len(self.daemon.get(self.path, after=change + 10 ** 6)["children"]), 2)

    def test_the_best_run_is_shown_with_its_parameters(self):
        said = self.daemon.cli("best", self.parent["id"]).out
        self.assertEqual(said.splitlines()[0].split(), ["RUN", "STATUS", "loss", "--lr"])
        self.assertEqual(said.splitlines()[1].split()[1:], ["Completed", "1.0", "0.1"])
        best = self.daemon.cli("best", "--json", "--goal", "max", self.parent["id"]).json
        self.assertEqual((best["id"], best["goal"], best["max"]), (self.children[0], "maximize", 3))

    def test_a_best_run_that_cannot_be_named_is_explained(self):
        for arguments, words in (([self.children[0]], "--metric and --goal"), ([self.parent["id"], "--metric", "acc"], "--goal"),
                                 ([self.parent["id"], "--metric", "acc", "--goal", "min"], "has logged 'acc'")):
            self.assertIn(words, self.daemon.cli("best", *arguments, code=1).err)
        self.assertIn("min or max", self.daemon.cli("best", self.parent["id"], "--goal", "up", code=2).err)

    def test_a_sweep_needs_a_script(self):
        self.assertIn("name a script", self.daemon.cli("sweep", "--metric", "loss", code=2).err)

    def test_a_source_that_cannot_be_shared_is_refused_by_name(self):
        def refused(source, **fields):
            answer = self.daemon.post_run(self.daemon.request(None, source=source, **fields))
            return answer.status, answer.message
        status, message = refused({"run": "missing"})
        self.assertEqual(status, 404)
        self.assertIn("missing", message)
        status, message = refused({"run": self.parent["id"], "directory": "/tmp"})
        self.assertEqual(status, 400)
        self.assertIn("directory", message)
        status, message = refused({"run": self.parent["id"]}, script="none.py")
        self.assertEqual(status, 400)
        self.assertIn("none.py", message)


@needs("runyardd", "runyard-launcher")
class SlotsOfFamilies(DaemonTest):
    def set_slots(self, slots):
        self.assertEqual(self.daemon.api("POST", "/targets/local", {"slots": slots}).status, 200)

    def test_a_run_that_waits_for_its_children_yields_its_slot(self):
        parent = self.daemon.submit(WAITING)
        self.daemon.wait_log(parent, "ready")
        queued = child(self.daemon, parent, 0)
        path = "/runs/%s/sweep" % parent
        change = self.daemon.get(path)["change"]
        answers = []

        def ask():
            answers.append(self.daemon.api("GET", "%s?after=%d&wait=60" % (path, change), headers={"X-Runyard-Run": parent}).json)

        asking = threading.Thread(target=ask)
        asking.start()
        asking.join(PATIENCE)
        self.assertEqual([one["id"] for one in answers[0]["children"]], [queued])
        self.assertGreater(answers[0]["change"], change)
        self.daemon.wait_log(queued, "ready")

    def test_a_single_run_goes_between_the_children_of_a_sweep_also_after_a_restart(self):
        parent = self.daemon.finish("pass")["id"]
        self.set_slots(0)
        children = [child(self.daemon, parent, number) for number in range(3)]
        single = self.daemon.submit("pass")
        self.daemon.restart()
        self.assertEqual(self.daemon.get("/targets")["items"][0]["queued"], [*children, single])
        self.set_slots(1)
        started = {run: self.daemon.wait(run)["started"] for run in [*children, single]}
        self.assertEqual(sorted(started, key=lambda run: started[run]), [children[0], single, *children[1:]])

    def test_a_child_that_changes_wakes_the_one_who_waits_and_no_other_run_does(self):
        parent = self.daemon.finish("pass")["id"]
        self.set_slots(0)
        watched = child(self.daemon, parent, 0)
        path = "/runs/%s/sweep" % parent
        change = self.daemon.get(path)["change"]
        answers = []
        waiting = threading.Thread(
            target=lambda: answers.append(self.daemon.get(path, metric="loss", after=change, wait=60)))
        waiting.start()
        lines = b'{"k":"scalar","n":"loss","v":0.5}\n'
        for run in (parent, watched):
            answer = self.daemon.api("POST", "/runs/%s/lines" % run, lines, kind="application/x-ndjson")
            self.assertEqual(answer.json["accepted"], 1)
        waiting.join(PATIENCE)
        self.assertEqual([(one["id"], one["last"]) for one in answers[0]["children"]], [(watched, 0.5)])
        wait_for("the change to be behind", lambda: self.daemon.get(path, after=answers[0]["change"])["children"] == [])


if __name__ == "__main__":
    unittest.main()
