# SPDX-License-Identifier: Apache-2.0
"""The controller against a daemon that is a few dictionaries, which it may be killed beside at any call."""

import contextlib
import io
import json
import os
import random
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "python"))

from runyard._controller.service import Answer  # noqa: E402
from runyard._controller.template import REDACTED, template_of  # noqa: E402
from runyard._runs.run_status import FINAL  # noqa: E402
from runyard._sweep import service  # noqa: E402
from runyard._sweep.controller import Controller  # noqa: E402
from runyard._sweep.plan import Plan, check_kept, of_run  # noqa: E402
from runyard._sweep.trials import Trial, history_of  # noqa: E402
from runyard.exceptions import UserErrorException  # noqa: E402
from runyard.parameter_expressions import choice, uniform  # noqa: E402

BANDIT = {"name": "bandit", "evaluation_interval": 1, "delay_evaluation": 2, "slack_amount": 0.1}


def plan(**more):
    made = Plan("loss", False, 6, 2, 60, "random", 1, [("--lr", uniform(0, 1))], {"name": "none"}, [], [], [], {})
    return made._replace(**more)


class Killed(BaseException):
    """The controller is killed."""


class World:
    """Runs by id, as the daemon has them; each wait is one tick, in which every child logs a value. What survives."""

    def __init__(self, ticks=3, value=lambda child: child["values"]["--lr"], fails=lambda child: False, name="loss"):
        self.runs, self.rows, self.submissions, self.properties = {}, {}, {}, {}
        self.ticks, self.value, self.fails, self.name = ticks, value, fails, name
        self.most_active = 0

    def tick(self):
        active = [run for run in self.runs.values() if run["state"] not in FINAL]
        self.most_active = max(self.most_active, len(active))
        for run in active:
            run["history"].append(self.value(run))
            if len(run["history"]) >= self.ticks:
                run["state"] = "Failed" if self.fails(run) else "Completed"

    def add(self, run_id, values, **more):
        self.runs[run_id] = dict({"id": run_id, "values": values, "state": "Running", "history": [], "reason": None}, **more)


class FakeService:
    """What the controller calls; `die_at` is the number of the effect before or after which it is killed."""

    def __init__(self, world, run_id="HD", die_at=None):
        self.world, self.run_id, self.left, self.clock = world, run_id, die_at, 0.0

    def effect(self, act):
        """Do what survives the controller, unless it is killed before; perhaps it is killed after."""
        if self.left == 0:
            raise Killed
        act()
        self.left = None if self.left is None else self.left - 1
        if self.left == 0:
            raise Killed

    def run(self, run_id):
        run = self.world.runs[run_id]
        return {"id": run_id, "properties": {"hyperparameters": json.dumps(run["values"])}}

    def decisions(self, run_id):
        return list(self.world.rows.get(run_id, ()))

    def decide(self, row):
        self.effect(lambda: self.world.rows.setdefault(self.run_id, []).append(dict(row)))

    def children(self, sweep, metric, wait=0.0, points=0):
        if wait:
            self.world.tick()
            self.clock += 60.0
        return Answer([{"id": run["id"], "n": int(run["id"].rpartition("_")[2]), "state": run["state"],
                 "message": run["reason"], "hyperparameters": run["values"],
                 "count": len(run["history"]), "points": [[0, 0, value] for value in run["history"]],
                 "min": min(run["history"], default=None), "max": max(run["history"], default=None)}
                for run in self.world.runs.values()
                if run["id"].rpartition("_")[0] == sweep and metric == self.world.name], True)

    def submit(self, plan, first, trial):
        submission = "%s/%d" % (first, trial.number)
        run_id = self.world.submissions.get(submission, "%s_%d" % (self.run_id, trial.number))

        def act():
            if submission not in self.world.submissions:
                self.world.submissions[submission] = run_id
                self.world.add(run_id, trial.values, resumes=trial.resumes)
        self.effect(act)
        return {"id": run_id, "status": "Queued"}

    def cancel(self, run_id, reason):
        def act():
            run = self.world.runs[run_id]
            if run["state"] not in FINAL:
                run.update(state="Canceled", reason=reason)
        self.effect(act)

    def metrics(self, run_id):
        return [self.world.name]

    def conclude(self, properties):
        self.effect(lambda: self.world.properties.update(properties))


class Sweeps(unittest.TestCase):
    def drive(self, given, world, run_id="HD", die_at=None):
        """The ending of a sweep, or None: its controller was killed."""
        fake = FakeService(world, run_id, die_at)
        with contextlib.redirect_stdout(io.StringIO()) as self.said:
            try:
                return Controller(given, fake, 0.0, lambda: fake.clock).run()
            except Killed:
                return None

    def test_every_child_is_started_and_the_best_is_found(self):
        world = World()
        ending = self.drive(plan(), world)
        self.assertTrue(ending.is_good, ending.reason)
        self.assertEqual(sorted(world.runs), ["HD_%d" % number for number in range(6)])
        best = min(world.runs.values(), key=lambda run: run["values"]["--lr"])
        self.assertEqual((world.properties["best_child_run_id"], world.properties["score"]),
                         (best["id"], repr(best["values"]["--lr"])))
        self.assertEqual(world.most_active, 2)

    def test_a_decision_stands_before_its_child(self):
        world = World()
        self.assertIsNone(self.drive(plan(), world, die_at=1))
        self.assertEqual(([row["child"] for row in world.rows["HD"]], world.runs), ([0], {}))

    def test_a_grid_ends_when_it_has_been_searched(self):
        world = World()
        ending = self.drive(plan(sampling="grid", space=[("--lr", choice(0.5, 0.25))], total=20), world)
        self.assertTrue(ending.is_good)
        self.assertEqual([run["values"] for run in world.runs.values()], [{"--lr": 0.5}, {"--lr": 0.25}])
        self.assertEqual(world.rows["HD"][-1]["decision"], "end")

    def test_the_policy_stops_children_and_says_why(self):
        world = World(ticks=5)
        self.assertTrue(self.drive(plan(policy=BANDIT, concurrent=6), world).is_good)
        best = min(run["values"]["--lr"] for run in world.runs.values())
        for run in world.runs.values():
            behind = run["values"]["--lr"] > best + 0.1
            self.assertEqual(run["state"], "Canceled" if behind else "Completed")
            if behind:
                self.assertEqual(len(run["history"]), 2)
                self.assertIn("at interval 2 its best loss was", run["reason"])
        stops = [row for row in world.rows["HD"] if row["decision"] == "stop"]
        self.assertEqual([world.runs["HD_%d" % row["child"]]["reason"] for row in stops], [row["reason"] for row in stops])
        self.assertEqual({(row["metric"], row["interval"], round(row["bound"], 9)) for row in stops},
                         {("loss", 2, round(best + 0.1, 9))})

    def test_a_controller_that_is_killed_at_any_point_goes_on(self):
        given = plan(policy=BANDIT, concurrent=3)
        whole = World(ticks=4)
        self.drive(given, whole)
        for die_at in range(1, 60):
            world, rng = World(ticks=4), random.Random(die_at)
            ending, at, times = self.drive(given, world, die_at=die_at), die_at, 1
            while ending is None:
                at, times = rng.randint(1, 12), times + 1
                ending = self.drive(given, world, die_at=None if times > 12 else at)
            self.assertTrue(ending.is_good, ending.reason)
            self.assertEqual(sorted(world.runs), sorted(whole.runs), die_at)
            self.assertEqual([run["values"] for run in world.runs.values()], [run["values"] for run in whole.runs.values()])
            starts = [row["child"] for row in world.rows["HD"] if row["decision"] == "start"]
            self.assertEqual(starts, list(range(6)), die_at)
            self.assertEqual(world.properties, whole.properties, die_at)
            self.assertLessEqual(world.most_active, 3)

    def test_a_sweep_that_continues_another_takes_over_its_children(self):
        for die_at in range(1, 20):
            world = World(ticks=4)
            if self.drive(plan(), world, die_at=die_at) is not None:
                break
            ending = self.drive(plan(continues=["HD"]), world, run_id="NEXT")
            self.assertTrue(ending.is_good, ending.reason)
            self.assertEqual(sorted(int(run_id.rpartition("_")[2]) for run_id in world.runs), list(range(6)), (die_at, list(world.runs)))
            best = min(world.runs.values(), key=lambda run: run["values"]["--lr"])
            self.assertEqual(world.properties["best_child_run_id"], best["id"])

    def test_the_time_is_over(self):
        world = World(ticks=1000)
        ending = self.drive(plan(minutes=5, total=3), world)
        self.assertTrue(ending.is_good)
        self.assertEqual({run["state"] for run in world.runs.values()}, {"Canceled"})
        self.assertEqual(world.runs["HD_0"]["reason"], "the sweep has reached max_duration_minutes=5")

    def test_children_are_resumed_first(self):
        world = World()
        for number in range(2):
            world.add("OLD_%d" % number, {"--lr": number / 10.0}, state="Canceled")
        self.drive(plan(resume_child_runs=["OLD_1", "OLD_0"], total=3), world)
        found = [(run["resumes"], run["values"]["--lr"]) for run in world.runs.values() if run["id"].startswith("HD")]
        first = {}
        self.drive(plan(total=1), World(value=lambda run: first.update(run["values"]) or 0.5))
        self.assertEqual(found, [("OLD_1", 0.1), ("OLD_0", 0.0), (None, first["--lr"])])
        self.assertEqual([row["decision"] for row in world.rows["HD"]], ["resume", "resume", "start", "end"])

    def test_a_child_that_is_removed_has_ended(self):
        world = World(ticks=100)
        world.value = lambda run: (world.runs.pop("HD_0", None), 0.5)[1]
        self.assertTrue(self.drive(plan(total=2, minutes=3), world).is_good)
        self.assertEqual(list(world.runs), ["HD_1"])

    def test_children_that_have_failed_count_with_what_they_reported(self):
        ending = self.drive(plan(total=2), World(fails=lambda run: True))
        self.assertTrue(ending.is_good, ending.reason)

    def test_no_child_reported_the_metric(self):
        world = World(value=lambda run: float("nan"))
        ending = self.drive(plan(total=2), world)
        self.assertEqual(tuple(ending), (False, "no child run reported the primary metric 'loss' as a finite number; "
                                                "they logged 'loss'"))

    def test_all_children_failed(self):
        world = World(value=lambda run: float("nan"), fails=lambda run: True)
        ending = self.drive(plan(total=2), world)
        self.assertEqual(tuple(ending), (False, "all 2 child runs failed; the first one, HD_0: no reason is known"))

    def test_a_sweep_that_is_stopped_cancels_its_children(self):
        world = World(ticks=100)
        fake = FakeService(world)
        controller = Controller(plan(), fake, 0.0, lambda: 0.0)
        with contextlib.redirect_stdout(io.StringIO()):
            controller._start_children()
            controller.cancel_children("the sweep was canceled")
        self.assertEqual([(run["state"], run["reason"]) for run in world.runs.values()],
                         [("Canceled", "the sweep was canceled")] * 2)


class Parts(unittest.TestCase):
    def test_parameters_become_arguments(self):
        self.assertEqual(service.arguments_of({"--lr": 0.1, "C": "a b", "layers": [1, 2], "-k": True}),
                         ["--lr", "0.1", "--C", "a b", "--layers", "[1, 2]", "-k", "True"])

    def test_a_child_gets_variables_from_this_process_and_not_from_the_template(self):
        os.environ["MINE"] = "secret"
        self.addCleanup(os.environ.pop, "MINE")
        body = {"kind": "script", "script": "train.py", "arguments": ["--a", "1"], "environment": {"MINE": "secret"},
                "source": {"in_place": False}, "environ": {"MINE": "secret"}, "submission_id": "x",
                "configuration": {"environmentVariables": {"MINE": "secret"},
                                  "environment": {"name": "e", "environmentVariables": {"MINE": "secret"}}}}
        template = template_of(body)
        self.assertNotIn("secret", repr(template))
        child = service.child_body(template, Trial(0, {"--lr": 0.5}), "/outputs")
        self.assertEqual((child["environment"], child["arguments"], child["properties"]),
                         ({"MINE": "secret"}, ["--a", "1", "--lr", "0.5", "--resume-from", "/outputs"],
                          {"hyperparameters": '{"--lr": 0.5}'}))
        command = service.child_body(dict(template, kind="command", command="python x.py"), Trial(0, {"a": "b c"}), None)
        self.assertEqual(command["command"], "python x.py --a 'b c'")

    def test_packages_of_any_name_keep_their_versions(self):
        conda = {"tokenizers=0.13": "tokenizers==0.13.*", "x": None}
        body = {"kind": "script", "environment": {}, "source": {"in_place": False}, "configuration": {},
                "managed": {"name": "e", "conda": conda}}
        template = template_of(body)
        self.assertEqual(template["managed"]["conda"], [("tokenizers=0.13", "tokenizers==0.13.*"), ("x", None)])
        for kept in (template, dict(template, managed=body["managed"])):
            self.assertEqual(service.child_body(kept, Trial(0, {}), None)["managed"], body["managed"])

    def test_what_the_daemon_has_hidden_is_given_to_no_child(self):
        template = {"arguments": ["--db", "a"], "configuration": {"password": REDACTED}, "managed": {"options": []}}
        check_kept(plan(template=template))
        for name, more in (("arguments", {"arguments": ["--db", REDACTED]}), ("command", {"command": "x " + REDACTED}),
                           ("packages", {"managed": {"options": ["--index-url " + REDACTED]}})):
            with self.assertRaisesRegex(UserErrorException, "the {} of the sweep hold an address".format(name)):
                check_kept(plan(template=dict(template, **more)))
        with self.assertRaisesRegex(UserErrorException, "the parameters of the sweep"):
            check_kept(plan(template=template, space=[("--db", choice("a", REDACTED))]))

    def test_the_plan_is_read_as_it_was_written(self):
        given = plan(space=[("--b", uniform(0, 1)), ("--a", choice(1))], continues=["HD"])
        shuffled = dict(sorted(given.as_dict().items()))
        shuffled["sampling"] = dict(shuffled["sampling"], space=dict(sorted(shuffled["sampling"]["space"].items())))
        self.assertEqual(of_run({"configuration": {"sweep": shuffled}}), given)
        with self.assertRaisesRegex(UserErrorException, "run r is no sweep: its configuration has no 'sweep'"):
            of_run({"id": "r", "configuration": {}})

    def test_a_long_history_is_stretched_to_its_length(self):
        self.assertEqual(history_of({"count": 6, "points": [[0, 0, 1.0], [3, 0, 2.0]]}), [1.0, 1.0, 1.0, 2.0, 2.0, 2.0])
        self.assertEqual(history_of({"count": 2, "points": [[0, 0, 1.0], [3, 0, 2.0]]}), [1.0, 2.0])


if __name__ == "__main__":
    unittest.main()
