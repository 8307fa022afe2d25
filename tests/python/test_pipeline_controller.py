# SPDX-License-Identifier: Apache-2.0
"""The controller of a pipeline against a daemon that is a few dictionaries, which it may be killed beside at any call."""

import contextlib
import io
import json
import os
import random
import re
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "python"))

from runyard._controller.service import Answer  # noqa: E402
from runyard._controller.template import REDACTED  # noqa: E402
from runyard._pipeline.controller import Controller  # noqa: E402
from runyard._pipeline.delivery import Output  # noqa: E402
from runyard._pipeline.plan import Plan, Read, Step, Write, check_kept, of_run, run_of_step  # noqa: E402
from runyard._pipeline.service import Reused  # noqa: E402
from runyard._runs.run_status import FINAL  # noqa: E402
from runyard.exceptions import UserErrorException  # noqa: E402

DIAMOND = {"prepare": (), "left": ("prepare",), "right": ("prepare",), "join": ("left", "right")}


def plan(graph, goes_on=False, regenerates=False, reuse=True):
    """A pipeline of steps, each of which reads an output of those that it waits for."""
    names = list(graph)
    steps = [Step(name, "node-" + name, "PythonScriptStep", 0, 0, {}, {}, [names.index(other) for other in graph[name]],
                  [Read("in_" + other, names.index(other), "out", "V", "mount", None, None) for other in graph[name]],
                  [Write("out", "store", "p/{run-id}", "/p/{run-id}", "W", False, None, None)], reuse, None)
             for name in names]
    return Plan("p", goes_on, regenerates, {}, [None], [{}], steps)


class Killed(BaseException):
    """The controller is killed."""


class World:
    """Runs by id, as the daemon has them; each wait is one tick, in which every active step ends. What survives."""

    def __init__(self, fails=(), silent=(), kept=()):
        self.runs, self.rows, self.starts, self.kept = {}, [], [], dict(kept)
        self.fails, self.silent, self.most_active, self.canceled = set(fails), set(silent), 0, {}

    def tick(self):
        active = [run for run in self.runs.values() if run["state"] not in FINAL]
        self.most_active = max(self.most_active, len(active))
        for run in active:
            run["state"] = "Failed" if run["name"] in self.fails else "Completed"
            run["message"] = "it broke" if run["name"] in self.fails else ""

    def states(self):
        return {run["name"]: run["state"] for run in self.runs.values()}

    def decisions(self, kind):
        return [row["step_name"] for row in self.rows if row["decision"] == kind]


class FakeService:
    """What the controller calls; `die_at` is the number of the effect before or after which it is killed."""

    run_id = "P"

    def __init__(self, world, die_at=None):
        self.world, self.left = world, die_at

    def effect(self, act):
        """Do what survives the controller, unless it is killed before; perhaps it is killed after."""
        if self.left == 0:
            raise Killed
        act()
        self.left = None if self.left is None else self.left - 1
        if self.left == 0:
            raise Killed

    def wait_for_sources(self, given):
        pass

    def decisions(self, run_id):
        return list(self.world.rows)

    def decide(self, row):
        self.effect(lambda: self.world.rows.append(dict(row)))

    def digest(self, given, step, made):
        return "digest of " + step.name if step.reuse else None

    def reusable(self, digest):
        return self.world.kept.get(digest)

    def children(self, parent, metric=None, wait=0.0, points=0):
        if wait:
            self.world.tick()
        return Answer([{"id": run_id, "n": run["n"], "state": run["state"], "message": run["message"]}
                       for run_id, run in self.world.runs.items()], True)

    def add(self, number, step, state):
        def act():
            run_id = run_of_step("P", number)
            if run_id not in self.world.runs:
                self.world.runs[run_id] = {"n": number, "name": step.name, "state": state, "message": ""}
                self.world.starts.append(step.name)
        self.effect(act)

    def submit(self, given, number, digest, made):
        self.read = [made[read.step][read.output].path for read in given.steps[number].reads]
        self.add(number, given.steps[number], "Queued")
        run_id = run_of_step("P", number)
        return {"id": run_id, "status": self.world.runs[run_id]["state"]}

    def show_reused(self, step, number, reused):
        self.add(number, step, "Completed")

    def finish(self, given, number):
        step = given.steps[number]
        made = {} if step.name in self.world.silent else {"out": Output("/p/P_%d" % number, "d", "store", "p")}
        self.effect(lambda: None)
        return made

    def cancel(self, run_id, reason):
        self.world.canceled[run_id] = reason


class Plans(unittest.TestCase):
    """The plan of a run as the daemon keeps it, which hides what stands under a name like that of a secret."""

    def test_names_like_those_of_secrets_keep_what_they_stand_for(self):
        made = plan(DIAMOND)
        step = made.steps[0]._replace(
            parameters={"AML_PARAMETER_max_tokens": "max_tokens"},
            writes=[made.steps[0].writes[0]._replace(dataset={"tags": {"author": "me"}})])
        made = made._replace(parameters={"max_tokens": 512}, steps=[step] + made.steps[1:])
        kept = json.loads(json.dumps(made.as_dict()))
        self.assertEqual(of_run({"id": "P", "configuration": {"pipeline": kept}}), made)
        keys = set(re.findall(r'"(\w+)":', json.dumps(kept)))
        self.assertEqual(keys & {"max_tokens", "AML_PARAMETER_max_tokens", "author"}, set())

    def test_what_the_daemon_has_hidden_is_given_to_no_step(self):
        made = plan(DIAMOND)
        check_kept(made)
        step = made.steps[0]._replace(submit={"arguments": ["--db", REDACTED]})
        for wrong, word in ((made._replace(steps=[step]), "arguments"), (made._replace(parameters={"a": REDACTED}), "parameters"),
                            (made._replace(templates=[{"requirements": [REDACTED]}]), "packages")):
            with self.assertRaisesRegex(UserErrorException, "the {} of the pipeline hold an address".format(word)):
                check_kept(wrong)


class Pipelines(unittest.TestCase):
    def drive(self, given, world, die_at=None):
        """The ending of a pipeline, or None: its controller was killed."""
        with contextlib.redirect_stdout(io.StringIO()) as self.said:
            try:
                return Controller(given, FakeService(world, die_at)).run()
            except Killed:
                return None

    def test_steps_start_as_soon_as_their_inputs_are_there(self):
        world = World()
        ending = self.drive(plan(DIAMOND), world)
        self.assertEqual((ending.is_good, ending.reason), (True, "all 4 steps are completed"))
        self.assertEqual(world.starts, ["prepare", "left", "right", "join"])
        self.assertEqual(world.most_active, 2)

    def test_a_decision_stands_before_its_run(self):
        world = World()
        self.assertIsNone(self.drive(plan(DIAMOND), world, die_at=1))
        self.assertEqual((world.decisions("start"), world.runs), (["prepare"], {}))

    def test_a_failed_step_stops_what_waits_for_it(self):
        graph = dict(DIAMOND, alone=("left",), apart=())
        world = World(fails=["right"])
        ending = self.drive(plan(graph, goes_on=True), world)
        self.assertEqual(ending.reason, "step 'right' is Failed: it broke; 4 of 6 steps are completed")
        self.assertEqual(world.decisions("skip"), ["join"])
        self.assertEqual(world.states()["alone"], "Completed")

    def test_without_going_on_nothing_starts_after_a_failure(self):
        graph = dict(DIAMOND, alone=("left",), apart=())
        world = World(fails=["right"])
        ending = self.drive(plan(graph), world)
        self.assertFalse(ending.is_good)
        self.assertEqual(world.decisions("skip"), ["join", "alone"])
        self.assertNotIn("alone", world.states())
        self.assertEqual(world.states()["left"], "Completed", "what runs already is not disturbed")

    def test_an_output_that_was_never_written(self):
        world = World(silent=["left"])
        ending = self.drive(plan(dict(DIAMOND, last=("join",))), world)
        self.assertIn("step 'join' was not started: step 'left' has ended without writing its output 'out'", ending.reason)
        self.assertEqual(world.decisions("skip"), ["join", "last"])

    def test_equal_steps_are_reused(self):
        kept = {"digest of prepare": Reused("other", "Q", "node", {"out": Output("/p/other", "d", "store", "p")})}
        world = World(kept=kept)
        self.assertTrue(self.drive(plan(DIAMOND), world).is_good)
        self.assertEqual((world.decisions("reuse"), world.decisions("start")), (["prepare"], ["left", "right", "join"]))
        for more in ({"regenerates": True}, {"reuse": False}):
            world = World(kept=kept)
            self.assertTrue(self.drive(plan(DIAMOND, **more), world).is_good)
            self.assertEqual(world.decisions("reuse"), [])

    def test_a_controller_that_is_killed_starts_no_step_twice(self):
        kept = {"digest of left": Reused("other", "Q", "node", {"out": Output("/p/other", "d", "store", "p")})}
        whole = World(kept=kept)
        self.assertTrue(self.drive(plan(DIAMOND), whole).is_good)
        for first in range(1, 16):
            for second in (None, random.randrange(1, 8)):
                with self.subTest(first=first, second=second):
                    world = World(kept=kept)
                    for die_at in (first, second):
                        self.drive(plan(DIAMOND), world, die_at)
                    self.assertTrue(self.drive(plan(DIAMOND), world).is_good)
                    self.assertEqual(sorted(world.starts), sorted(whole.starts))
                    self.assertEqual(world.states(), whole.states())
                    self.assertEqual(sorted(world.decisions("start")), ["join", "prepare", "right"])

    def test_a_cancel_reaches_every_active_step(self):
        world = World()
        controller = Controller(plan(DIAMOND), FakeService(world))
        with contextlib.redirect_stdout(io.StringIO()):
            controller._recover()
            controller._start_ready()
        controller.cancel_children("enough")
        self.assertEqual(world.canceled, {"P_0": "enough"})

    def test_a_step_whose_run_was_removed_counts_as_canceled(self):
        world = World()
        controller = Controller(plan(DIAMOND), FakeService(world))
        with contextlib.redirect_stdout(io.StringIO()):
            controller._recover()
            controller._start_ready()
            world.runs.clear()
            controller._observe(0.0)
            self.assertEqual(controller._conclude().reason,
                             "step 'prepare' is Canceled: the run was removed; 0 of 4 steps are completed")


if __name__ == "__main__":
    unittest.main()
