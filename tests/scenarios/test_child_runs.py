# SPDX-License-Identifier: Apache-2.0
"""Runs that a script makes inside of its own: no daemon is asked, and none of them is left when the script has ended."""

import os
import unittest

from processes import read_bytes, wait_for
from test_live import Gates
from daemon import DaemonTest, needs

GO = """
import os, sys, time
from runyard import Run
run = Run.get_context()
def go(name):
    while not os.path.exists(os.environ['GATE'] + name): time.sleep(0.01)
"""

FAMILY = GO + """
go('1')
with open('model.pkl', 'w') as file: file.write('weights')
run.log('alpha', 0.5); run.log_row('wave', x=1, y=2); run.tag('who', 'parent'); run.add_properties({'p': '1'})
run.upload_file('outputs/model.pkl', 'model.pkl')
first = run.child_run('fold 1', run_id='first', tags={'fold': 1})
first.log('mse', 1.5); first.log('mse', 2.5); first.log_list('list', range(3)); first.tag('who', 'child')
first.upload_file('weights.pkl', 'model.pkl')
with first.child_run('inside', run_id='grandchild') as deep:
    deep.log('depth', 2)
first.complete()
try:
    with run.child_run(run_id='second') as second:
        second.log('mse', 3.5)
        raise ValueError('second is broken')
except ValueError:
    pass
third, fourth = run.create_children(tag_key='part', tag_values=['a', 'b'])
third.log('mse', 4.5); third.fail('third is unfit', error_code='Unfit'); fourth.cancel()
os.makedirs('out');
with run.child_run(run_id='collecting', outputs='out') as collecting:
    with open('out/kept.txt', 'w') as file: file.write('kept')
    print('kept')
open_one = run.child_run(run_id='open'); open_one.log('mse', 5.5)
run.log('ids', first.id + ' ' + second.id)
run.complete()
print('done', flush=True)
"""


@needs("runyardd", "runyard-launcher")
class ChildRunTest(DaemonTest):
    def submit(self, script):
        gates = Gates(self.daemon)
        run_id = self.daemon.submit(script, environment=gates.environment())
        self.daemon.wait_status(run_id, "Running")
        return run_id, gates

    def check_child_runs(self, run_id):
        daemon = self.daemon
        parent = daemon.wait(run_id)
        self.assertEqual((parent["status"], parent["error"]), ("Completed", None))
        states = {run: daemon.run(run) for run in ("first", "second", "grandchild", "collecting", "open")}
        self.assertEqual({run: facts["status"] for run, facts in states.items()},
                         {"first": "Completed", "second": "Failed", "grandchild": "Completed", "collecting": "Completed",
                          "open": "Canceled"})
        self.assertEqual((states["first"]["parent"], states["grandchild"]["parent"]), (run_id, "first"))
        self.assertEqual(states["first"]["name"], "run_%s>fold 1" % run_id)
        self.assertEqual(states["first"]["tags"], {"fold": "1", "who": "child"})
        self.assertEqual(states["second"]["error"]["message"], "User program failed with ValueError: second is broken")
        self.assertIn("second is broken", states["second"]["error"]["traceback"])
        self.assertEqual(daemon.values("first", "mse"), [1.5, 2.5])
        self.assertEqual(daemon.values("grandchild", "depth"), [2])
        self.assertEqual(daemon.values("open", "mse"), [5.5])
        self.assertEqual(daemon.files("first"), ["weights.pkl"])
        self.assertEqual(daemon.api("GET", "/runs/first/files/weights.pkl").body, b"weights")
        self.assertEqual(daemon.files("collecting"), ["logs/user_log.txt", "out/kept.txt"])
        self.assertIn("outputs/model.pkl", daemon.files(run_id))
        parts = daemon.get("/runs", parent=run_id, tag="part")["items"]
        self.assertEqual({(run["tags"]["part"], run["status"]) for run in parts}, {("a", "Failed"), ("b", "Canceled")})
        unfit = [run["error"] for run in parts if run["error"]]
        self.assertEqual([(error["code"], error["message"]) for error in unfit], [("Unfit", "third is unfit")])
        self.assertEqual([run["id"] for run in daemon.get("/runs", experiment="scenario")["items"]], [run_id])
        self.assertEqual(len({run["number"] for run in daemon.get("/runs", children=1)["items"]}), 8)
        for children, count in ((0, 1), (1, 8)):  # counted as they are listed
            experiment = daemon.get("/experiments", children=children)["items"][0]
            self.assertEqual((experiment["runs"], sum(experiment["counts"].values())), (count, count))

    def delete(self, run_id):
        return self.daemon.api("DELETE", "/runs/" + run_id, headers={"Content-Type": "application/json"})

    def check_rebuild(self):
        self.assertEqual(self.daemon.stop(), 0)
        self.daemon.assert_rebuilds()

    def test_children_while_a_daemon_reads_along(self):
        run_id, gates = self.submit(FAMILY)
        gates.open("1")
        self.check_child_runs(run_id)
        self.check_rebuild()

    def test_the_whole_example_with_the_daemon_stopped_from_its_first_line_to_its_last(self):
        run_id, gates = self.submit(FAMILY)
        self.assertEqual(self.daemon.stop(), 0)
        gates.open("1")
        self.write_log_without_daemon(run_id, b"done")
        self.daemon.start()
        self.check_child_runs(run_id)
        self.check_rebuild()

    def write_log_without_daemon(self, run_id, text):
        path = self.daemon.attempt(run_id, "exit.json")
        wait_for("the run's end", lambda: os.path.exists(path))
        with open(self.daemon.attempt(run_id, "log"), "rb") as file:
            self.assertIn(text, file.read())

    def test_what_must_ask_waits_for_the_daemon_with_one_line(self):
        run_id, gates = self.submit(GO + """
go('1')
run.log('x', 1)
with open('outputs/m', 'w') as file: file.write('m')
print(run.get_metrics(), run.register_model('asked', 'outputs/m').version, flush=True)
""")
        self.assertEqual(self.daemon.stop(), 0)
        gates.open("1")
        log = self.daemon.attempt(run_id, "log")
        wait_for("the line", lambda: b"waiting for it (up to 10 minutes)" in read_bytes(log))
        self.daemon.start()
        self.assertEqual(self.daemon.wait(run_id)["status"], "Completed")
        lines = read_bytes(log).decode().splitlines()
        self.assertEqual(lines, ["runyard: the daemon does not answer; waiting for it (up to 10 minutes)", "{'x': 1} 1"])

    def test_a_child_is_seen_and_can_be_asked_while_it_runs(self):
        run_id, gates = self.submit(GO + """
child = run.child_run(run_id='live')
child.log('loss', 0.5)
print(child.get_status(), child.number, child.parent.id == run.id, [below.id for below in run.get_children()], flush=True)
go('1')
child.complete()
print(child.get_status(), child.get_metrics(), run.get_metrics(recursive=True)['live'], flush=True)
""")
        wait_for("the child's value", lambda: self.daemon.api("GET", "/runs/live").status == 200
                 and self.daemon.values("live", "loss") == [0.5])
        self.assertEqual(self.daemon.status("live"), "Running")
        gates.open("1")
        self.daemon.wait(run_id)
        self.assertEqual(self.daemon.log(run_id).decode().splitlines(),
                         ["Running 2 True ['live']", "Completed {'loss': 0.5} {'loss': 0.5}"])

    def test_children_of_a_killed_script_are_failed_with_the_reason(self):
        run_id, gates = self.submit(GO + """
child = run.child_run(run_id='left')
child.log('loss', 0.5)
os.kill(os.getpid(), 9)
""")
        self.assertEqual(self.daemon.wait(run_id)["status"], "Failed")
        left = self.daemon.run("left")
        self.assertEqual((left["status"], left["reason"]), ("Failed", "lost"))
        self.assertIn("had not ended this one", left["error"]["message"])
        self.assertEqual(self.daemon.values("left", "loss"), [0.5])
        self.check_rebuild()

    def test_children_of_a_canceled_run_are_canceled(self):
        run_id, gates = self.submit(GO + """
child = run.child_run(run_id='left')
print('made', flush=True)
signal = __import__('signal'); signal.signal(signal.SIGTERM, signal.SIG_IGN)
go('never')
""")
        self.daemon.wait_log(run_id, "made")
        self.daemon.api("POST", "/runs/%s/cancel" % run_id, {"grace_seconds": 0})
        self.assertEqual(self.daemon.wait(run_id)["status"], "Canceled")
        self.assertEqual(self.daemon.status("left"), "Canceled")

    def test_a_child_is_canceled_from_outside(self):
        run_id, gates = self.submit(GO + "child = run.child_run(run_id='one'); child.log('x', 1); go('1')\n"
                                         "child.log('x', 2); child.complete()\n")
        wait_for("the child", lambda: self.daemon.api("GET", "/runs/one").status == 200)
        wait_for("its line", lambda: self.daemon.values("one", "x") == [1])
        self.assertEqual(self.daemon.api("POST", "/runs/one/cancel", {}).json["status"], "Canceled")
        gates.open("1")
        self.assertEqual(self.daemon.wait(run_id)["status"], "Completed")
        self.assertEqual((self.daemon.status("one"), self.daemon.values("one", "x")), ("Canceled", [1]))

    def test_an_id_that_is_taken(self):
        other = self.daemon.finish("pass", id="taken")
        run_id, gates = self.submit(GO + """
from runyard.exceptions import UserErrorException
run.child_run(run_id='taken').log('x', 1)
run.child_run(run_id='twice')
for bad in ('twice', '../x', '', 'a/b', '.', 'x' * 256):
    try: print(bad[:5], run.child_run(run_id=bad).id if bad else 'made')
    except UserErrorException as error: print('refused', flush=True)
""")
        run = self.daemon.wait(run_id)
        self.assertEqual(self.daemon.log(run_id).decode().count("refused"), 5)
        self.assertIn("the child run 'taken' was not made: there is a run of that id already", run["warnings"])
        self.assertEqual(self.daemon.run("taken")["created"], other["created"])

    def test_children_go_with_their_parent_when_it_is_removed(self):
        run_id, gates = self.submit(GO + "run.child_run(run_id='a').complete(); run.child_run(run_id='b').complete()\n")
        self.daemon.wait(run_id)
        answer = self.delete("a")
        self.assertEqual(answer.status, 200, answer.body)
        self.check_rebuild()
        self.daemon.start()
        self.assertEqual(self.daemon.api("GET", "/runs/a").status, 404)
        self.assertEqual(self.delete(run_id).status, 200)
        self.assertEqual(self.daemon.api("GET", "/runs/b").status, 404)
        self.check_rebuild()

    def test_a_hundred_children_of_a_daemon_that_is_killed_again_and_again(self):
        run_id, gates = self.submit(GO + """
for number in range(100):
    with run.child_run(run_id='child-%d' % number) as child:
        child.log('n', number)
    if number % 25 == 0: go(str(number))
""")
        for number in (0, 25, 50, 75):
            self.daemon.restart()
            gates.open(str(number))
        self.assertEqual(self.daemon.wait(run_id)["status"], "Completed")
        children = self.daemon.get("/runs", parent=run_id, limit=1000)["items"]
        self.assertEqual(len(children), 100)
        self.assertEqual({run["status"] for run in children}, {"Completed"})
        self.assertEqual([self.daemon.values("child-%d" % number, "n") for number in range(100)], [[n] for n in range(100)])
        self.check_rebuild()

    def test_a_line_from_outside_makes_no_run(self):
        run_id = self.daemon.submit("print('##runyard {\"k\":\"child\",\"n\":\"evil\"}')")
        self.daemon.wait(run_id)
        answer = self.daemon.api("POST", "/runs/%s/lines" % run_id, b'{"k":"child","n":"evil"}\n{"k":"ending","outcome":"failed"}\n',
                               "application/x-ndjson").json
        self.assertEqual((answer["accepted"], len(answer["rejected"])), (0, 2))
        self.assertEqual(self.daemon.api("GET", "/runs/evil").status, 404)


if __name__ == "__main__":
    unittest.main()
