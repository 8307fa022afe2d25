# SPDX-License-Identifier: Apache-2.0
"""Processes that are killed at the worst moment: nothing written is lost, nothing is counted twice, nothing is left."""

import http.client
import json
import os
import random
import signal
import socket
import sqlite3
import subprocess
import threading
import time
import unittest

from launcher_case import hold_lock
from processes import free_port, read_bytes, wait_for
from small_disk import SmallDisk
from daemon import DaemonTest, needs, program
import tars

POINTS = 100_000
COUNTING = """
import sys
from runyard import Run
run = Run.get_context()
for i in range({points}):
    run.log("x", i, step=i)
    if i % 10 == 0:
        print("line", i)
print("all said", flush=True)
"""
TREE = """
import os, time
from runyard import Run
Run.get_context().log("before", 1)
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        time.sleep(1000)
    time.sleep(1000)
print("ready", flush=True)
time.sleep(1000)
"""
# Not facts: the numbers of changes that watchers go on from, and the boot in which the index was last written.
NO_FACTS = ("change", "boot")
# What a row of these tables is called by others, instead of the key that the database made.
NATURAL = {"workspace": "SELECT key, subscription || '/' || resource_group || '/' || name FROM workspace",
           "experiment": "SELECT key, name FROM experiment", "run": "SELECT key, id FROM run",
           "metric": "SELECT m.key, r.id || '/' || m.name || '/' || m.kind FROM metric m JOIN run r ON r.key = m.run"}


@needs("runyardd")
class DaemonKilledTest(DaemonTest):
    def assert_all_points(self, run_id):
        run = self.daemon.wait(run_id, 300)
        self.assertEqual(run["status"], "Completed", run)
        metric = self.daemon.metrics(run_id)["x"]
        self.assertEqual(metric["values"], list(range(POINTS)))
        self.assertEqual(metric["steps"], list(range(POINTS)))
        expected = "".join("line %d\n" % i for i in range(0, POINTS, 10)) + "all said\n"
        self.assertEqual(self.daemon.log(run_id).decode(), expected)

    def test_every_point_and_line_is_there_once_after_a_kill_in_the_middle(self):
        run_id = self.daemon.submit(COUNTING.format(points=POINTS))
        for _ in range(3):
            self.daemon.wait_log(run_id, "line ")
            size = os.path.getsize(self.daemon.attempt(run_id, "log"))
            wait_for("more of the log", lambda: os.path.getsize(self.daemon.attempt(run_id, "log")) > size
                     or self.daemon.status(run_id) == "Completed")
            self.daemon.restart()
        self.assert_all_points(run_id)

    def test_a_run_that_ends_while_no_daemon_lives_is_taken_in_by_the_next(self):
        run_id = self.daemon.submit(COUNTING.format(points=POINTS))
        self.daemon.wait_log(run_id, "line ")
        self.daemon.kill()
        wait_for("the end of the run", lambda: read_bytes(self.daemon.attempt(run_id, "exit.json")), 120)
        self.daemon.start()
        self.assert_all_points(run_id)

    def test_an_orderly_stop_leaves_runs_running(self):
        run_id = self.daemon.submit("import time\nprint('ready', flush=True)\ntime.sleep(1000)")
        self.daemon.wait_log(run_id, "ready")
        worker = self.daemon.holder(run_id, "worker")
        self.assertEqual(self.daemon.stop(), 0)
        self.daemon.start()
        self.assertEqual(self.daemon.status(run_id), "Running")
        self.assertEqual(self.daemon.holder(run_id, "worker"), worker)

    def test_a_cancel_asked_of_the_next_daemon_reaches_the_run(self):
        run_id = self.daemon.submit("import time\nprint('ready', flush=True)\ntime.sleep(1000)")
        self.daemon.wait_log(run_id, "ready")
        self.daemon.restart()
        self.daemon.api("POST", "/runs/%s/cancel" % run_id)
        self.assertEqual(self.daemon.wait(run_id)["status"], "Canceled")

    def test_a_daemon_killed_right_after_a_submit_starts_the_run_once(self):
        chance = random.Random(20)
        marks, runs = {}, {}
        for i in range(20):
            marks[i] = os.path.join(self.daemon.root, "started-%d" % i)
            script = "import os\nwith open(%r, 'a') as f: f.write('%%d\\n' %% os.getpid())" % marks[i]
            runs[i] = self.daemon.submit(script)
            time.sleep(chance.random() * 0.05)  # where the kill falls is the point of this test
            self.daemon.restart()
        for i, run_id in runs.items():
            self.assertEqual(self.daemon.wait(run_id)["status"], "Completed")
            self.assertEqual(len(read_bytes(marks[i]).splitlines()), 1, "run %s: started more or less than once" % run_id)

    def test_an_acknowledged_submit_is_there_after_a_kill(self):
        self.daemon.api("POST", "/targets/local", {"slots": 0})
        ids = []
        for _ in range(5):
            ids.append(self.daemon.submit("print(1)"))
            self.daemon.restart()
        self.assertEqual({self.daemon.status(run_id) for run_id in ids}, {"Queued"})
        self.assertEqual(self.daemon.get("/targets")["items"][0]["queued"], ids)


@needs("runyardd")
class LauncherKilledTest(DaemonTest):
    def kill_and_check(self, *who):
        run_id = self.daemon.submit(TREE)
        self.daemon.wait_log(run_id, "ready")
        for pid in [self.daemon.holder(run_id, name) for name in who]:
            os.kill(pid, signal.SIGKILL)
        run = self.daemon.wait(run_id)
        self.assertEqual(run["status"], "Failed", run)
        self.assertIn("launcher", run["error"]["message"])
        wait_for("the end of every descendant", lambda: not self.daemon.left_of(run_id))
        self.assertIn(b"ready\n", self.daemon.log(run_id))
        self.assertEqual(self.daemon.values(run_id, "before"), [1])
        return run

    def test_worker_killed(self):
        self.assertEqual(self.kill_and_check("worker")["reason"], "launcher_killed")

    def test_guard_killed(self):
        self.assertEqual(self.kill_and_check("guard")["reason"], "launcher_killed")

    def test_worker_and_guard_killed(self):
        self.assertIn(self.kill_and_check("worker", "guard")["reason"], ("launcher_killed", "lost"))

    def test_worker_and_guard_killed_while_no_daemon_lives(self):
        run_id = self.daemon.submit(TREE)
        self.daemon.wait_log(run_id, "ready")
        holders = [self.daemon.holder(run_id, name) for name in ("worker", "guard")]
        self.daemon.kill()
        for pid in holders:
            os.kill(pid, signal.SIGKILL)
        self.daemon.start()
        run = self.daemon.wait(run_id)
        self.assertEqual(run["status"], "Failed", run)
        wait_for("the end of every descendant", lambda: not self.daemon.left_of(run_id))
        self.assertIn(b"ready\n", self.daemon.log(run_id))

    def test_the_slot_is_free_again(self):
        self.kill_and_check("worker", "guard")
        self.assertEqual(self.daemon.finish("print(1)")["status"], "Completed")


@needs("runyardd")
class SubmissionTest(DaemonTest):
    def test_a_repeated_submit_gets_the_first_answer(self):
        body = self.daemon.request(self.daemon.folder("print('once')"))
        first, second = self.daemon.post_run(body), self.daemon.post_run(body)
        self.assertEqual((first.status, second.status), (201, 200))
        self.assertEqual(first.json["id"], second.json["id"])
        self.daemon.wait(first.json["id"])
        self.daemon.restart()
        self.assertEqual(self.daemon.post_run(body).json["id"], first.json["id"])
        self.assertEqual(len(self.daemon.get("/runs")["items"]), 1)

    def test_numbers_count_up_within_an_experiment(self):
        for experiment, number in (("a", 1), ("a", 2), ("b", 1), ("a", 3)):
            run_id = self.daemon.submit("print(1)", experiment=experiment)
            self.assertEqual(self.daemon.run(run_id)["number"], number)


@needs("runyardd")
class RebuildTest(DaemonTest):
    maxDiff = 4000

    def fill(self):
        """Runs of every ending, metrics of every kind, tags, targets."""
        self.daemon.api("POST", "/targets/local", {"slots": 2})
        ids = [self.daemon.submit(text, experiment=name, tags={"k": name}) for name, text in (
            ("good", "from runyard import Run\nr = Run.get_context()\nr.log('a', 1)\nr.log('a', float('nan'))\n"
                     "r.log_row('t', x=1, y='b')\nr.log_list('l', [1, 2, 3])\nr.tag('mark', 'yes')\n"
                     "open('outputs/f.txt', 'w').write('f')\n"),
            ("bad", "raise ValueError('no')"),
            ("bad", "import sys\nsys.exit(3)"),
            ("slow", "import time\ntime.sleep(1000)"))]
        self.daemon.wait_status(ids[3], "Running")
        self.daemon.api("POST", "/runs/%s/cancel" % ids[3])
        for run_id in ids:
            self.daemon.wait(run_id)
        wait_for("free slots", lambda: not self.daemon.get("/targets")["items"][0]["running"])
        self.daemon.api("POST", "/runs/%s/lines?client=c&batch=1" % ids[0],
                      b'{"k":"scalar","n":"late","v":2}\n{"k":"property","n":"p","v":"q"}\n', "application/x-ndjson")
        return ids

    def answers_of(self, ids):
        of_run = [[self.daemon.get("/runs/" + i), self.daemon.metrics(i), self.daemon.get("/runs/%s/files" % i)] for i in ids]
        text = json.dumps([of_run, self.daemon.get("/runs"), self.daemon.get("/experiments"), self.daemon.get("/targets")], indent=0)
        return text.replace(self.daemon.published()["portal"], "URL").splitlines()

    def rows(self):
        """Every table's rows, sorted, with natural names instead of the keys that the database makes."""
        database = sqlite3.connect(os.path.join(self.daemon.state, "runyard.db"))
        try:
            names = {table: dict(database.execute(query)) for table, query in NATURAL.items()}
            tables = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            return {table: self.rows_of(database, table, names) for table in tables
                    if not table.startswith("sqlite_") and table not in NO_FACTS}
        finally:
            database.close()

    def rows_of(self, database, table, names):
        cursor = database.execute('SELECT * FROM "%s"' % table)
        columns = [column[0] for column in cursor.description]
        return sorted(repr([(column, names.get(column, {}).get(value, value)) for column, value in zip(columns, row)
                            if column != "key"]) for row in cursor)

    def test_rebuild_gives_the_same_answers_and_rows(self):
        ids = self.fill()
        before = self.answers_of(ids)
        self.assertEqual(self.daemon.stop(), 0)
        rows = self.rows()
        done = self.daemon.execute([program("runyardd"), "--rebuild"])
        self.assertEqual(done.code, 0)
        after = self.rows()
        self.assertEqual(sorted(rows), sorted(after))
        for table in rows:
            self.assertEqual(rows[table], after[table], "table " + table)
        self.daemon.start()
        self.assertEqual(self.answers_of(ids), before)

    def remove_database(self):
        for name in os.listdir(self.daemon.state):
            if name.startswith("runyard.db"):
                os.unlink(os.path.join(self.daemon.state, name))

    def test_a_missing_database_is_made_again(self):
        ids = self.fill()
        before = self.answers_of(ids)
        self.daemon.stop()
        self.remove_database()
        self.daemon.start()
        self.assertEqual(self.answers_of(ids), before)

    def test_records_that_are_damaged_do_not_keep_the_others_away(self):
        ids = self.fill()
        before = self.answers_of(ids)
        self.daemon.stop()
        self.remove_database()
        for run_id, spec in (("list", "[1]"), ("text", '{"id":"text","submitted":"yesterday"}')):
            record = os.path.join(self.daemon.state, "runs", run_id, "record")
            os.makedirs(record)
            with open(os.path.join(record, "spec.json"), "w") as file:
                file.write(spec)
        with open(os.path.join(self.daemon.state, "yard.jsonl"), "a") as file:
            file.write('{"k":"workspace","workspace":5,"t":1}\n{"k":"experiment","workspace":[],"experiment":"x","t":"y"}\n')
        self.daemon.start()
        self.assertEqual(self.answers_of(ids), before)
        self.daemon.rebuilds = False

    def test_rebuild_is_refused_while_a_daemon_lives(self):
        done = self.daemon.execute([program("runyardd"), "--rebuild"], code=None)
        self.assertNotEqual(done.code, 0)
        self.assertIn(self.daemon.state, done.err)

    def test_check_finds_nothing_wrong(self):
        self.fill()
        self.daemon.stop()
        self.assertEqual(self.daemon.execute([program("runyardd"), "--check"]).code, 0)


@needs("runyardd")
class StartTest(DaemonTest):
    def test_a_second_daemon_is_refused_in_words(self):
        done = self.daemon.execute([program("runyardd")], code=None)
        self.assertNotEqual(done.code, 0)
        self.assertIn(self.daemon.state, done.err)
        self.assertIn(str(self.daemon.process.pid), done.err)
        self.assertTrue(self.daemon.answers())

    def test_a_second_start_in_the_background_is_content(self):
        pid = self.daemon.published()["pid"]
        self.assertEqual(self.daemon.execute([program("runyardd"), "--background"]).code, 0)
        self.assertEqual(self.daemon.published()["pid"], pid)

    def test_a_start_in_the_background_takes_the_port_it_is_told(self):
        self.daemon.stop()
        port = free_port()
        self.daemon.execute([program("runyardd"), "--background", "--port", str(port)])
        try:
            self.assertEqual(self.daemon.published()["port"], port)
        finally:
            self.daemon.cli("down")

    def test_a_stale_daemon_file_and_socket_are_replaced(self):
        self.daemon.restart()
        self.assertEqual(self.daemon.published()["pid"], self.daemon.process.pid)

    def test_a_lock_that_a_killed_daemon_left_to_a_child_for_a_moment_is_waited_for(self):
        self.daemon.kill()
        lock = hold_lock(os.path.join(self.daemon.state, "lock"))
        child = subprocess.Popen(["sleep", "0.3"], pass_fds=[lock])
        os.close(lock)
        self.daemon.start()
        self.assertEqual(child.wait(), 0)

    def test_a_taken_port_is_no_error(self):
        port = self.daemon.published()["port"]
        self.daemon.stop()
        with socket.socket() as other:
            other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            other.bind(("127.0.0.1", port))
            other.listen()
            self.daemon.start()
            self.assertNotEqual(self.daemon.published()["port"], port)

    def test_a_stop_does_not_wait_for_a_snapshot_that_takes_long(self):
        folder = self.daemon.folder({"main.py": "print(1)", "large.bin": ""})
        os.truncate(os.path.join(folder, "large.bin"), 100 << 30)  # holes alone
        body = self.daemon.request(folder)
        body["source"]["large"] = True
        answers = []

        def submit():
            try:
                answers.append(self.daemon.post_run(body).status)
            except (OSError, http.client.HTTPException) as error:
                answers.append(error)

        asking = threading.Thread(target=submit)
        asking.start()
        wait_for("the reading", lambda: self.daemon.api("GET", "/submissions/" + body["submission_id"]).json.get("bytes"))
        self.assertEqual(self.daemon.stop(), 0)
        asking.join()
        self.assertNotIn(answers[0], (200, 201))
        self.daemon.start()
        self.assertEqual(self.daemon.get("/runs")["items"], [])

    def test_it_is_never_started_from_inside_a_run(self):
        self.daemon.stop()
        done = self.daemon.execute([program("runyardd"), "--background"], code=None, environment={"RUNYARD_RUN_ID": "x"})
        self.assertEqual(done.code, 1)
        self.assertIn("run", done.err)
        self.assertFalse(self.daemon.answers())

    def test_a_state_directory_that_is_a_file_is_refused_in_words(self):
        path = os.path.join(self.daemon.root, "file")
        with open(path, "w"):
            pass
        for arguments in ([], ["--background"]):
            done = self.daemon.execute([program("runyardd"), *arguments], code=None, environment={"RUNYARD_STATE": path})
            self.assertNotEqual(done.code, 0)
            self.assertIn(path, done.err)


@needs("runyardd")
@unittest.skipIf(os.geteuid() != 0, "mounting a small file system needs root")
class FullDiskTest(SmallDisk):
    def full_with_a_run_that_writes(self, **fields):
        """A run that is held up by the full disk, and the file that fills it: without that, there is room for all."""
        run_id = self.daemon.submit("import time\nprint('ready', flush=True)\n"
                                  "for _ in range(600): print('x' * 10000, flush=True); time.sleep(0.001)\n"
                                  "time.sleep(1000)", **fields)
        self.daemon.wait_log(run_id, "ready")
        return run_id, self.fill_disk()

    def test_a_deadline_holds_on_a_full_disk_and_leaves_a_record(self):
        run_id, filler = self.full_with_a_run_that_writes(max_seconds=3)
        wait_for("the record", lambda: read_bytes(self.daemon.attempt(run_id, "exit.json")))
        os.unlink(filler)
        run = self.daemon.wait(run_id)
        self.assertEqual((run["status"], run["reason"]), ("Failed", "timed_out"), run)
        self.assertEqual(self.daemon.left_of(run_id), [])

    def test_a_cancel_works_on_a_full_disk(self):
        run_id, filler = self.full_with_a_run_that_writes()
        answer = self.daemon.api("POST", "/runs/%s/cancel" % run_id, {"grace_seconds": 0.2})
        self.assertEqual(answer.status, 200, answer.body)
        wait_for("the record", lambda: read_bytes(self.daemon.attempt(run_id, "exit.json")))
        os.unlink(filler)
        self.assertEqual(self.daemon.wait(run_id)["status"], "Canceled")

    def test_a_cancel_of_a_run_that_waits_is_taken_on_a_full_disk(self):
        first, filler = self.full_with_a_run_that_writes(id="first")
        os.unlink(filler)
        second = self.daemon.submit("print(1)")
        filler = self.fill_disk()
        answer = self.daemon.api("POST", "/runs/%s/cancel" % second)
        self.assertEqual(answer.status, 200, answer.body)
        os.unlink(filler)
        self.daemon.api("POST", "/runs/%s/cancel" % first, {"grace_seconds": 0})
        self.assertEqual([self.daemon.wait(run_id)["status"] for run_id in (first, second)], ["Canceled", "Canceled"])
        self.assertEqual(self.daemon.log(second), b"")

    def test_the_daemon_survives_a_full_disk_and_goes_on_when_there_is_space(self):
        filler = self.fill_disk()
        answer = self.daemon.post_run(self.daemon.request(self.daemon.folder("print(1)")))
        self.assertGreaterEqual(answer.status, 400)
        self.assertRegex(answer.message, "full|space")
        os.unlink(filler)
        self.assertEqual(self.daemon.finish("print(1)")["status"], "Completed")

    def test_a_source_that_the_disk_cannot_hold_is_refused_and_leaves_nothing(self):
        for size in (20 << 20, 10 << 20):  # larger than the disk; too large beside its archive
            answer = self.daemon.api("POST", "/uploads", tars.tar(tars.file("big", bytes(size))), tars.BYTES)
            self.assertEqual(answer.status, 503, answer.body)
            self.assertRegex(answer.message, "cannot take the upload: .*space")
        for name in ("uploads", "trash"):
            wait_for("an end of what came of it", lambda: not os.listdir(os.path.join(self.daemon.state, name)))
        self.assertEqual(self.daemon.api("POST", "/uploads", tars.tar(tars.file("small")), tars.BYTES).status, 201)


if __name__ == "__main__":
    unittest.main()
