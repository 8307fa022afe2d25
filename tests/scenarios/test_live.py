# SPDX-License-Identifier: Apache-2.0
"""What is seen while it happens: the event stream, followed logs, files that are added and removed, who may ask."""

import http.client
import io
import json
import os
import subprocess
import unittest
import zipfile

from processes import wait_for
from daemon import SharedDaemonTest, DaemonTest, needs
import tars

STEPS = """
import os, sys, time
from runyard import Run
run = Run.get_context()
def go(name):
    while not os.path.exists(os.environ['GATE'] + name): time.sleep(0.01)
os.write(1, b'half a li'); go('1'); os.write(1, b'ne\\r100%'); run.log('loss', 0.5); go('2')
"""


class Gates:
    """Lets a child go on step by step."""

    def __init__(self, daemon):
        self.prefix = os.path.join(daemon.root, "gate-")

    def open(self, name):
        with open(self.prefix + name, "w"):
            pass

    def environment(self):
        return {"GATE": self.prefix}


class Events:
    """Reads the event stream of a daemon."""

    def __init__(self, test, **headers):
        self.connection = test.daemon.connection()
        test.addCleanup(self.connection.close)
        self.connection.request("GET", "/api/v1/events", headers=headers)
        self.response = self.connection.getresponse()

    def next(self):
        fields = {}
        while True:
            line = self.response.readline().decode().rstrip("\n")
            if not line and fields:
                return fields
            if line and not line.startswith(":"):
                name, _, value = line.partition(": ")
                fields[name] = value

    def until(self, run_id, what):
        while True:
            event = self.next()
            data = json.loads(event["data"])
            if data.get("run") == run_id and what in data["what"]:
                return int(event["id"])


@needs("runyardd")
class LiveTest(DaemonTest):
    def follow(self, run_id):
        """The answer that goes on with the log."""
        connection = self.daemon.connection()
        self.addCleanup(connection.close)
        connection.request("GET", "/api/v1/runs/%s/log?follow=1" % run_id)
        response = connection.getresponse()
        self.addCleanup(response.close)
        return response

    def test_a_log_is_followed_byte_by_byte_from_before_the_start_to_the_end(self):
        gates = Gates(self.daemon)
        self.daemon.api("POST", "/targets/local", {"slots": 0})
        run_id = self.daemon.submit(STEPS, environment=gates.environment())
        response = self.follow(run_id)
        self.daemon.api("POST", "/targets/local", {"slots": 1})
        self.assertEqual(response.read1(100), b"half a li")
        gates.open("1")
        self.assertEqual(response.read1(100), b"ne\r100%")
        gates.open("2")
        self.assertEqual(response.read(), b"")  # the end mark came: the run has ended
        self.assertEqual(self.daemon.status(run_id), "Completed")

    def test_the_event_stream_tells_of_every_change_and_goes_on_after_a_number(self):
        gates = Gates(self.daemon)
        events = Events(self)
        self.assertEqual(events.next()["event"], "hello")
        run_id = self.daemon.submit(STEPS, environment=gates.environment())
        first = events.until(run_id, "state")
        gates.open("1")
        seen = events.until(run_id, "metrics")
        self.assertEqual(self.daemon.values(run_id, "loss"), [0.5])
        gates.open("2")
        events.until(run_id, "files")
        again = Events(self, **{"Last-Event-ID": str(first)})
        self.assertEqual(again.next()["event"], "hello")
        self.assertLessEqual(again.until(run_id, "metrics"), seen)

    def test_followers_that_go_away_leave_nothing_behind(self):
        gates = Gates(self.daemon)
        run_id = self.daemon.submit(STEPS, environment=gates.environment())
        self.daemon.wait_log(run_id, "half")
        descriptors = "/proc/%d/fd" % self.daemon.process.pid
        before = len(os.listdir(descriptors))
        for _ in range(20):
            connection = self.daemon.connection()
            connection.request("GET", "/api/v1/runs/%s/log?follow=1" % run_id)
            response = connection.getresponse()
            response.read1(10)
            response.close()
            connection.close()
        wait_for("the followers to be gone", lambda: len(os.listdir(descriptors)) <= before + 2)
        gates.open("1")
        gates.open("2")
        self.daemon.wait(run_id)

    def test_an_orderly_stop_ends_streams_and_leaves_runs_going(self):
        gates = Gates(self.daemon)
        run_id = self.daemon.submit(STEPS, environment=gates.environment())
        self.daemon.wait_log(run_id, "half")
        response = self.follow(run_id)
        self.assertEqual(response.read1(100), b"half a li")
        self.assertEqual(self.daemon.api("POST", "/stop").status, 202)
        with self.assertRaises(http.client.IncompleteRead):
            response.read()
        self.assertEqual(self.daemon.process.wait(30), 0)
        gates.open("1")
        gates.open("2")
        self.daemon.start()
        self.assertEqual(self.daemon.wait(run_id)["status"], "Completed")
        self.assertEqual(self.daemon.log(run_id), b"half a line\r100%")


@needs("runyardd")
class FilesTest(SharedDaemonTest):
    def test_a_file_is_added_once_read_in_parts_and_kept_with_its_digest(self):
        run = self.daemon.finish("print(1)")
        path = "/runs/%s/files/models/%%E6%%A8%%A1%%E5%%9E%%8B.bin" % run["id"]
        content = bytes(range(256)) * 5000
        self.assertEqual(self.daemon.api("PUT", path, content, "application/octet-stream").status, 201)
        self.assertEqual(self.daemon.api("PUT", path, b"other", "application/octet-stream").status, 409)
        self.assertEqual(self.daemon.api("GET", path).body, content)
        part = self.daemon.api("GET", path, headers={"Range": "bytes=10-19"})
        self.assertEqual((part.status, part.body), (206, content[10:20]))
        self.assertIn("models/模型.bin", self.daemon.files(run["id"]))

    def test_a_file_that_was_cut_off_before_it_was_told_of_can_be_sent_again(self):
        run = self.daemon.finish("print(1)")
        path = os.path.join(self.daemon.state, "runs", run["id"], "artifacts", "model.bin")
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(b"weights")
        address = "/runs/%s/files/model.bin" % run["id"]
        self.assertEqual(self.daemon.api("PUT", address, b"others", "application/octet-stream").status, 409)
        self.assertEqual(self.daemon.api("PUT", address, b"weights", "application/octet-stream").status, 201)
        self.assertEqual(self.daemon.api("GET", address).body, b"weights")

    def test_names_that_lead_out_are_refused(self):
        run = self.daemon.finish("print(1)")
        for name in ("..%2fspec.json", "%2e%2e/record/spec.json", "outputs/../../record/spec.json", "/etc/passwd", "a%00b"):
            for method, body in (("GET", None), ("PUT", b"x")):
                answer = self.daemon.api(method, "/runs/%s/files/%s" % (run["id"], name), body, "application/octet-stream")
                self.assertIn(answer.status, (400, 404), (method, name, answer.body))

    def test_links_to_folders_are_not_followed(self):
        run = self.daemon.finish("import os\nos.makedirs('outputs', exist_ok=True)\nos.symlink('/etc', 'outputs/x')\nos.symlink('/etc', 'd')")
        self.assertNotIn("outputs/x", self.daemon.files(run["id"]))
        for path in ("files/outputs/x/passwd", "work/d/passwd"):
            self.assertNotEqual(self.daemon.api("GET", "/runs/%s/%s" % (run["id"], path)).status, 200)

    def test_what_lies_outside_the_outputs_can_be_fetched(self):
        run = self.daemon.finish("open('beside.txt', 'w').write('kept')")
        names = [file["name"] for file in self.daemon.get("/runs/%s/work" % run["id"])["items"]]
        self.assertEqual(sorted(names), ["beside.txt", "main.py"])
        self.assertEqual(self.daemon.api("GET", "/runs/%s/work/beside.txt" % run["id"]).body, b"kept")

    def test_the_snapshot_comes_back_as_a_zip(self):
        folder = self.daemon.folder({"main.py": "print(1)", "包/a b.txt": "text"})
        run = self.daemon.wait(self.daemon.post_run(self.daemon.request(folder)).json["id"])
        archive = zipfile.ZipFile(io.BytesIO(self.daemon.api("GET", "/runs/%s/snapshot" % run["id"]).body))
        self.assertEqual({name: archive.read(name) for name in archive.namelist() if not name.endswith("/")},
                         {"main.py": b"print(1)", "包/a b.txt": b"text"})

    def test_a_source_that_the_daemon_cannot_see_is_sent(self):
        files = {"main.py": b"import helper", "helper.py": b"print('sent')", "data/x.bin": b"1" * 100, ".gitignore": b"data/\n"}
        entries = [tars.folder("data"), *(tars.file(path, content) for path, content in files.items())]
        sent = self.daemon.api("POST", "/uploads", tars.tar(*entries), tars.BYTES)
        self.assertEqual(sent.status, 201, sent.body)
        body = self.daemon.request(None, source={"directory": "/somewhere/else", "device": 1, "inode": 2})
        self.assertEqual(self.daemon.post_run(body).json["error"]["code"], "send_it")
        body["source"]["upload"] = sent.json["upload"]
        run = self.daemon.wait(self.daemon.post_run(body).json["id"])
        self.assertEqual(self.daemon.log(run["id"]), b"sent\n")
        self.assertEqual(self.daemon.run(run["id"])["snapshot"]["left_out"], "excluded by .gitignore: data/ (100 bytes)")

    def test_a_removed_run_is_gone_and_its_number_is_not_given_again(self):
        first = self.daemon.finish("print(1)", experiment="numbers")
        self.assertEqual(self.daemon.api("DELETE", "/runs/" + first["id"], b"", "application/json").status, 200)
        self.assertEqual(self.daemon.api("GET", "/runs/" + first["id"]).status, 404)
        self.assertFalse(os.path.exists(os.path.join(self.daemon.state, "runs", first["id"])))
        wait_for("the trash to be emptied", lambda: not os.listdir(os.path.join(self.daemon.state, "trash")))
        self.assertEqual(self.daemon.finish("print(1)", experiment="numbers")["number"], 2)

    def test_lines_are_added_to_a_run_that_has_ended_and_refused_by_name(self):
        run = self.daemon.finish("print(1)")
        lines = b'{"k":"scalar","n":"late","v":1}\n{"k":"tag","n":"reviewed","v":"yes"}\nnot json\n{"k":"property","n":"p","v":"1"}\n'
        answer = self.daemon.api("POST", "/runs/%s/lines" % run["id"], lines, "application/x-ndjson")
        self.assertEqual((answer.json["accepted"], [line["line"] for line in answer.json["rejected"]]), (3, [3]))
        self.assertEqual(self.daemon.values(run["id"], "late"), [1])
        self.assertEqual(self.daemon.run(run["id"])["tags"], {"reviewed": "yes"})
        other = self.daemon.api("POST", "/runs/%s/lines" % run["id"], b'{"k":"property","n":"p","v":"2"}\n', "application/x-ndjson")
        self.assertEqual(other.status, 409)

    def test_lines_of_stdout_count_only_as_metrics(self):
        run = self.daemon.finish("print('##runyard {\"k\":\"scalar\",\"n\":\"loss\",\"v\":0.5}')\n"
                               "print('##runyard {\"k\":\"tag\",\"n\":\"evil\",\"v\":\"1\"}')\n"
                               "print('##runyard {\"k\":\"end\",\"lines\":0,\"lost\":5}')")
        self.assertEqual(self.daemon.values(run["id"], "loss"), [0.5])
        self.assertEqual((run["tags"], run["warnings"]), ({}, []))


@needs("runyardd")
class SecretsTest(SharedDaemonTest):
    def test_secrets_of_the_environment_are_not_kept_after_the_run_nor_shown(self):
        body = self.daemon.request(self.daemon.folder("import os\nprint(os.environ['API_TOKEN'], os.environ['OWN_PASSWORD'])"),
                                 environment={"OWN_PASSWORD": "own-canary"})
        body["environ"]["API_TOKEN"] = "canary"
        run = self.daemon.wait(self.daemon.post_run(body).json["id"])
        self.assertEqual(self.daemon.log(run["id"]), b"canary own-canary\n")
        found = subprocess.run(["grep", "-rl", "canary", os.path.join(self.daemon.state, "runs", run["id"], "record", "environ.json")],
                               stdout=subprocess.PIPE).stdout
        self.assertEqual(found, b"")
        self.assertNotIn("own-canary", json.dumps(self.daemon.run(run["id"])))

    def test_so_are_those_of_a_run_that_never_started(self):
        self.daemon.api("POST", "/targets/local", {"slots": 0})
        body = self.daemon.request(self.daemon.folder("print(1)"))
        body["environ"]["API_TOKEN"] = "canary"
        run_id = self.daemon.post_run(body).json["id"]
        self.daemon.api("POST", "/runs/%s/cancel" % run_id)
        self.daemon.api("POST", "/targets/local", {"slots": 1})
        with open(os.path.join(self.daemon.state, "runs", run_id, "record", "environ.json")) as file:
            self.assertNotIn("canary", file.read())


@needs("runyardd", "runyard-launcher")
class AgainTest(DaemonTest):
    def test_a_run_is_submitted_again_without_what_was_hidden(self):
        first = self.daemon.finish("import os, sys\nprint(sys.argv[1], os.environ.get('API_TOKEN'), os.environ['PLAIN'])",
                                 arguments=["--x"], tags={"kind": "a"}, environ={"PATH": "/usr/bin", "API_TOKEN": "t", "PLAIN": "p"})
        self.assertEqual(self.daemon.log(first["id"]), b"--x t p\n")
        path = "/runs/%s/resubmit" % first["id"]
        answer = self.daemon.api("POST", path, {"submission_id": "again-1"})
        self.assertEqual((answer.status, self.daemon.api("POST", path, {"submission_id": "again-1"}).status), (201, 200))
        again = self.daemon.wait(answer.json["id"])
        self.assertEqual((again["status"], again["tags"], again["snapshot"]["digest"]),
                         ("Completed", {"kind": "a"}, first["snapshot"]["digest"]))
        self.assertEqual(self.daemon.log(again["id"]), b"--x None p\n")
        self.assertIn("the variable API_TOKEN is not set: its value was not kept", again["warnings"])
        self.assertEqual(self.daemon.api("POST", path, {}).status, 400)


@needs("runyard", "runyardd")
class ShellQueryTest(DaemonTest):
    def test_runs_by_a_filter_and_metrics_out_of_a_log(self):
        source = self.daemon.folder("import sys\nprint('loss=' + sys.argv[2])\n")
        for alpha in ("0.5", "0.25"):
            self.daemon.cli("submit", "-x", "ridge", "--source", source, "--pattern", r"loss=loss=(\S+)", "--follow",
                          "main.py", "--alpha", alpha)

        def found(*options):
            return [run["arguments"][1] for run in self.daemon.cli("runs", "--json", *options).json["items"]]

        self.assertEqual(found("--filter", "metric.loss < 0.3"), ["0.25"])
        self.assertEqual(found("--sort", "metric.loss.min", "--filter", "argument.--alpha > 0 and status = completed"), ["0.25", "0.5"])
        self.assertEqual(found("--sort", "-argument.--alpha"), ["0.5", "0.25"])
        wrong = self.daemon.cli("runs", "--filter", "loss < 1", code=None)
        self.assertNotEqual(wrong.code, 0)
        self.assertIn("character 1 of the filter", wrong.err)
        self.assertIn("METRIC=REGEX", self.daemon.cli("submit", "--pattern", "loss", "--", "true", code=None).err)


if __name__ == "__main__":
    unittest.main()
