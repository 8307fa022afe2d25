# SPDX-License-Identifier: Apache-2.0
"""The queue: slots, waiting and its reasons, cancels in every state, nested waits, deadlines."""

import os
import time
import unittest

from processes import wait_for
from daemon import DaemonTest, needs, program

WAITING = "import time\nprint('ready', flush=True)\ntime.sleep(1000)"
# A run that submits another through the API's own client and waits for it, `depth` times nested.
NESTED = """
import os, sys
from azureml.core import Run, ScriptRunConfig
depth = int(sys.argv[1])
run = Run.get_context()
run.log("depth", depth)
if depth > 0:
    child = run.submit_child(ScriptRunConfig(source_directory=".", script="main.py", arguments=[str(depth - 1)]))
    child.wait_for_completion(show_output=False)
    run.log("below", child.get_metrics()["depth"])
"""

# The same, by asking again and again: the ways are words of sys.argv, one for each level.
POLLING = """
import json, os, subprocess, sys, time
from azureml.core import Experiment, Run, ScriptRunConfig
from azureml.core.run import get_run
FINAL = ("Completed", "Failed", "Canceled")
way, rest = sys.argv[1], sys.argv[2:]
run = Run.get_context()
def until(ended):
    while not ended(): time.sleep(0.05)
if way != "end":
    config = ScriptRunConfig(source_directory=".", script="main.py", arguments=rest)
    below = run.submit_child(config) if way in ("child", "children") else Experiment(run.experiment.workspace, "other").submit(config)
    if way == "children": until(lambda: all(child.status in FINAL for child in run.get_children()))
    elif way == "attached": until(lambda: get_run(run.experiment, below.id).status in FINAL)
    elif way == "cli": until(lambda: json.loads(subprocess.check_output([%r, "show", "--json", below.id]))["status"] in FINAL)
    else: until(lambda: below.get_status() in FINAL)
    run.log("below", below.get_status())
""" % program("runyard")


@needs("runyardd")
class SlotTest(DaemonTest):
    def set_slots(self, slots):
        answer = self.daemon.api("POST", "/targets/local", {"slots": slots})
        self.assertEqual(answer.status, 200, answer.body)

    def test_a_list_says_why_runs_wait(self):
        self.daemon.api("POST", "/targets/local", {"slots": 0})
        run_id = self.daemon.submit("pass")
        self.assertEqual([run["waiting"] for run in self.daemon.get("/runs")["items"]],
                         ["queued on local, which is paused (0 slots)"])
        self.assertIn("paused", self.daemon.cli("runs").out)
        self.daemon.api("POST", "/targets/local", {"slots": 1})
        self.assertIsNone(self.daemon.wait(run_id)["waiting"])

    def test_a_second_run_waits_and_says_why(self):
        first = self.daemon.submit(WAITING)
        self.daemon.wait_log(first, "ready")
        second, third = self.daemon.submit(WAITING), self.daemon.submit(WAITING)
        self.assertEqual(self.daemon.run(second)["waiting"], "queued behind 1 run on local (1 slot)")
        self.assertEqual(self.daemon.run(third)["waiting"], "queued behind 2 runs on local (1 slot)")
        self.assertEqual(self.daemon.status(second), "Queued")
        self.assertIsNone(self.daemon.run(first)["waiting"])

    def test_runs_start_in_the_order_of_submission(self):
        self.set_slots(0)
        ids = [self.daemon.submit("print(1)") for _ in range(4)]
        self.assertEqual(self.daemon.get("/targets")["items"][0]["queued"], ids)
        self.set_slots(1)
        started = [self.daemon.wait(run_id)["started"] for run_id in ids]
        self.assertEqual(started, sorted(started))

    def test_more_slots_let_waiting_runs_start_at_once(self):
        ids = [self.daemon.submit(WAITING) for _ in range(3)]
        self.daemon.wait_log(ids[0], "ready")
        self.assertEqual(self.daemon.status(ids[1]), "Queued")
        self.set_slots(3)
        for run_id in ids:
            self.daemon.wait_log(run_id, "ready")

    def test_fewer_slots_end_no_run(self):
        self.set_slots(2)
        ids = [self.daemon.submit(WAITING) for _ in range(3)]
        for run_id in ids[:2]:
            self.daemon.wait_log(run_id, "ready")
        self.set_slots(1)
        self.daemon.api("POST", "/runs/%s/cancel" % ids[0])
        self.daemon.wait(ids[0])
        self.assertEqual(self.daemon.status(ids[1]), "Running")
        self.assertEqual(self.daemon.status(ids[2]), "Queued")

    def test_slots_survive_a_restart_and_runs_go_on_counting(self):
        self.set_slots(2)
        ids = [self.daemon.submit(WAITING) for _ in range(3)]
        for run_id in ids[:2]:
            self.daemon.wait_log(run_id, "ready")
        self.daemon.restart()
        target = self.daemon.get("/targets")["items"][0]
        self.assertEqual(target["slots"], 2)
        self.assertEqual(sorted(target["running"]), sorted(ids[:2]))
        self.assertEqual(target["queued"], ids[2:])

    def test_a_number_of_slots_that_makes_no_sense_is_refused(self):
        for slots in (-1, "three", None, 1.5, 10 ** 12):
            answer = self.daemon.api("POST", "/targets/local", {"slots": slots})
            self.assertEqual(answer.status, 400, slots)
            self.assertIn("slots", answer.message)

    def test_a_target_that_is_not_there_is_named(self):
        answer = self.daemon.post_run(self.daemon.request(self.daemon.folder("print(1)"), target="moon"))
        self.assertIn(answer.status, (400, 404))
        self.assertIn("moon", answer.message)


@needs("runyardd")
class AliasTest(DaemonTest):
    """A name of a target comes to mean another one while its runs are queued or running."""

    def set_target(self, name, **body):
        answer = self.daemon.api("POST", "/targets/" + name, body)
        self.assertIn(answer.status, (200, 201), answer.body)

    def setUp(self):
        super().setUp()
        self.set_target("a", slots=1)
        self.set_target("b", slots=0)
        self.set_target("name", alias_of="a")

    def test_the_slot_of_a_running_run_is_free_when_it_has_ended(self):
        first = self.daemon.submit(WAITING, target="name")
        self.daemon.wait_log(first, "ready")
        self.set_target("name", alias_of="b")
        self.daemon.api("POST", "/runs/%s/cancel" % first)
        self.daemon.wait(first)
        self.assertEqual(self.daemon.wait(self.daemon.submit("pass", target="a"))["status"], "Completed")

    def test_a_queued_run_waits_where_the_name_points_and_can_be_canceled(self):
        first = self.daemon.submit(WAITING, target="a")
        second, third = self.daemon.submit("pass", target="name"), self.daemon.submit("pass", target="name")
        self.daemon.wait_log(first, "ready")
        self.set_target("name", alias_of="b")
        self.assertEqual(self.daemon.run(second)["waiting"], "queued on b, which is paused (0 slots)")
        self.daemon.api("POST", "/runs/%s/cancel" % second)
        self.daemon.api("POST", "/runs/%s/cancel" % first)
        self.daemon.wait(first)
        self.set_target("b", slots=1)
        self.assertEqual(self.daemon.wait(third)["status"], "Completed")
        self.assertEqual(self.daemon.wait(second)["status"], "Canceled")


@needs("runyardd")
class CancelTest(DaemonTest):
    def cancel(self, run_id, **body):
        answer = self.daemon.api("POST", "/runs/%s/cancel" % run_id, body)
        self.assertEqual(answer.status, 200, answer.body)
        return answer.json

    def test_a_queued_run_is_canceled_and_never_starts(self):
        first = self.daemon.submit(WAITING)
        self.daemon.wait_log(first, "ready")
        second = self.daemon.submit(WAITING)
        self.cancel(second)
        run = self.daemon.wait(second)
        self.assertEqual((run["status"], run["started"]), ("Canceled", None))
        self.assertEqual(self.daemon.status(first), "Running")

    def test_a_run_that_is_just_being_prepared_is_canceled(self):
        for _ in range(5):
            run_id = self.daemon.submit(WAITING)
            self.cancel(run_id)
            self.assertEqual(self.daemon.wait(run_id)["status"], "Canceled")
            wait_for("the end of its processes", lambda: not self.daemon.left_of(run_id))

    def test_a_running_run_ends_with_its_tree(self):
        run_id = self.daemon.submit("import os\nif os.fork() == 0: os.setsid()\n" + WAITING)
        self.daemon.wait_log(run_id, "ready")
        asked = self.cancel(run_id)
        self.assertIn(asked["status"], ("CancelRequested", "Canceled"))
        self.assertEqual(asked["wanted"], "cancel")
        self.assertEqual(self.daemon.wait(run_id)["status"], "Canceled")
        wait_for("the end of its processes", lambda: not self.daemon.left_of(run_id))

    def test_sigterm_comes_first_and_outputs_are_kept(self):
        run_id = self.daemon.submit("import signal, sys\ndef stop(*_):\n  open('outputs/saved', 'w').write('yes')\n  sys.exit(0)\n"
                                  "signal.signal(signal.SIGTERM, stop)\n" + WAITING, grace_seconds=30)
        self.daemon.wait_log(run_id, "ready")
        self.cancel(run_id)
        self.assertEqual(self.daemon.wait(run_id)["status"], "Canceled")
        self.assertIn("outputs/saved", self.daemon.files(run_id))

    def test_who_ignores_sigterm_is_killed_after_the_grace_time(self):
        run_id = self.daemon.submit("import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + WAITING, grace_seconds=1)
        self.daemon.wait_log(run_id, "ready")
        began = time.monotonic()
        self.cancel(run_id)
        self.assertEqual(self.daemon.wait(run_id)["status"], "Canceled")
        self.assertGreaterEqual(time.monotonic() - began, 0.9)

    def test_a_cancel_names_its_own_grace_time(self):
        run_id = self.daemon.submit("import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + WAITING, grace_seconds=600)
        self.daemon.wait_log(run_id, "ready")
        self.cancel(run_id, grace_seconds=0.1)
        self.assertEqual(self.daemon.wait(run_id)["status"], "Canceled")

    def test_canceling_what_has_ended_changes_nothing(self):
        run_id = self.daemon.finish("print(1)")["id"]
        self.assertEqual(self.cancel(run_id)["status"], "Completed")
        self.assertEqual(self.cancel(run_id)["status"], "Completed")

    def test_canceling_what_is_not_there_says_so(self):
        answer = self.daemon.api("POST", "/runs/missing/cancel", {})
        self.assertEqual(answer.status, 404)
        self.assertIn("missing", answer.message)


@needs("runyardd")
class DeadlineTest(DaemonTest):
    def test_a_run_over_its_time_fails_and_says_so(self):
        run = self.daemon.finish(WAITING, max_seconds=1)
        self.assertEqual((run["status"], run["reason"]), ("Failed", "timed_out"), run)
        self.assertIn("1 s", run["error"]["message"])
        wait_for("the end of its processes", lambda: not self.daemon.left_of(run["id"]))

    def test_the_deadline_holds_while_no_daemon_lives(self):
        run_id = self.daemon.submit(WAITING, max_seconds=2)
        self.daemon.wait_log(run_id, "ready")
        self.daemon.kill()
        wait_for("exit.json", lambda: os.path.exists(self.daemon.attempt(run_id, "exit.json")))
        self.daemon.start()
        self.assertEqual(self.daemon.wait(run_id)["reason"], "timed_out")


@needs("runyardd")
class NestedTest(DaemonTest):
    def test_nested_waits_end_with_one_slot(self):
        run_id = self.daemon.submit(NESTED, arguments=["3"])
        run = self.daemon.wait(run_id, 120)
        self.assertEqual(run["status"], "Completed", (run, self.daemon.log(run_id)))
        self.assertEqual(self.daemon.values(run_id, "below"), [2])
        children = self.daemon.get("/runs", parent=run_id)["items"]
        self.assertEqual([child["parent"] for child in children], [run_id])
        self.assertEqual(len(self.daemon.get("/runs", children=1)["items"]), 4)

    def test_nested_polling_ends_with_one_slot(self):
        run_id = self.daemon.submit(POLLING, arguments=["child", "children", "other", "attached", "cli", "end"])
        run = self.daemon.wait(run_id, 240)
        self.assertEqual(run["status"], "Completed", (run, self.daemon.log(run_id)))
        self.assertEqual(self.daemon.values(run_id, "below"), ["Completed"])

    def test_a_run_that_only_submits_keeps_its_slot(self):
        run_id = self.daemon.submit("import os, sys\nfrom azureml.core import Run, ScriptRunConfig\nrun = Run.get_context()\n"
                                  "child = run.submit_child(ScriptRunConfig(source_directory='.', script='main.py'))\n"
                                  "run.parent, run.get_status(), run.get_metrics()\n" + WAITING)
        self.daemon.wait_log(run_id, "ready")
        child, = self.daemon.get("/runs", parent=run_id)["items"]
        self.assertEqual(child["waiting"], "queued behind 1 run on local (1 slot)")

    def test_children_are_listed_only_on_demand(self):
        run_id = self.daemon.submit(NESTED, arguments=["1"])
        self.daemon.wait(run_id, 120)
        self.assertEqual([run["id"] for run in self.daemon.get("/runs")["items"]], [run_id])


if __name__ == "__main__":
    unittest.main()
