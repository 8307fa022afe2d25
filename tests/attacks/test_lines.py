# SPDX-License-Identifier: Apache-2.0
"""S9, S10, S11: what a run prints or writes into its journal can add to that run's own metrics, and to nothing else."""

import json
import os
import shutil
import subprocess
import sys
import unittest

import wire  # noqa: F401  finds daemon.py and its neighbors

from processes import read_bytes, wait_for
from daemon import SharedDaemonTest, DaemonTest, needs

STEERING = [
    {"k": "tag", "n": "t", "v": "x"}, {"k": "untag", "n": "kept"}, {"k": "property", "n": "p", "v": "x"},
    {"k": "display_name", "v": "evil"},
    {"k": "description", "v": "evil"}, {"k": "warning", "v": "evil"}, {"k": "file", "n": "evil", "p": "blobs/x",
                                                                       "size": 1},
    {"k": "image", "n": "evil", "f": "x"}, {"k": "document", "n": "evil", "f": "x", "schema": "cm"},
    {"k": "hello", "version": 1, "pid": 1},
    {"k": "end", "lines": 1, "lost": 100}, {"k": "child", "n": "evil"}, {"k": "ending", "outcome": "failed"},
    # what the daemon and the launcher say of a run, in their own files
    {"k": "created", "submission_id": "evil"}, {"k": "starting"}, {"k": "wished", "wish": "cancel"},
    {"k": "ended", "outcome": "failed"},
    {"k": "finished"}, {"k": "collected", "n": "evil", "p": "x", "size": 1}, {"k": "skipped", "n": "evil", "why": "x"},
    {"k": "snapshot", "digest": "x"},
    {"k": "batch", "client": "x", "number": 1}, {"k": "cut"}, {"k": "read", "file": "x", "upto": 1},
    # what a server of another kind takes from a log
    {"k": "set-env", "n": "PATH", "v": "/evil"}, "::set-env name=PATH::/evil", "::add-path::/evil",
    "##vso[task.setvariable]x", "##[error]x",
]
SHOWN = ("status", "tags", "properties", "display_name", "description", "warnings", "error", "parent", "wanted",
         "reason")


def text_of(*lines):
    """Lines of a journal."""
    return "".join(json.dumps(line) + "\n" for line in lines)


@needs("runyardd")
class Lines(SharedDaemonTest):
    def journal(self, *pieces, then=""):
        """A completed run that wrote these bytes into the shared file, then one good line."""
        source = "import os\nwith open(os.environ['RUNYARD_METRICS'], 'ab', 0) as f:\n"
        source += "  for piece in %r: f.write(piece)\n" % (list(pieces),)
        run = self.daemon.finish(source + "  f.write(b'\\n{\"k\":\"scalar\",\"n\":\"good\",\"v\":7}\\n')\n" + then)
        self.assertEqual((run["status"], self.daemon.values(run["id"], "good")), ("Completed", [7]), run)
        return run

    # S9

    def test_nothing_that_is_printed_steers(self):
        before = {**self.daemon.finish("print(1)", tags={"kept": "yes"})}
        texts = [line if isinstance(line, str) else json.dumps(line) for line in STEERING]
        printed = [mark + text for text in texts for mark in ("", "##runyard ", " ##runyard ", "##runyard  ",
                                                              "\r##runyard ", "##RUNYARD ", "\0##runyard ")]
        run = self.daemon.finish("import sys\nfor line in %r: print(line); print(line, file=sys.stderr)" % printed,
                               tags={"kept": "yes"})
        self.assertEqual({key: run[key] for key in SHOWN}, {key: before[key] for key in SHOWN})
        self.assertEqual(self.daemon.metrics(run["id"]), {})
        self.assertEqual(self.daemon.files(run["id"]), self.daemon.files(before["id"]))
        self.assertEqual(self.daemon.get("/runs", parent=run["id"])["items"], [])

    def test_a_metric_that_is_printed_counts_and_can_be_no_more_than_that(self):
        run = self.daemon.finish("print('##runyard "
                               "{\"k\":\"scalar\",\"n\":\"m\",\"v\":1,\"p\":\"../x\",\"f\":\"/etc/passwd\"}')")
        self.assertEqual(self.daemon.values(run["id"], "m"), [1])
        self.assertEqual(self.daemon.files(run["id"]), ["azureml-logs/20_environment_log.txt",
                                                      "azureml-logs/70_driver_log.txt"])

    # S10

    def test_lines_that_are_hostile_are_counted_and_shown(self):
        deep = b'{"k":"scalar","n":"x","v":' + b"[" * 30000 + b"]" * 30000 + b"}"
        cases = {
            "nul": b'{"k":"scalar","n":"x\0y","v":1}', "utf8": b'{"k":"scalar","n":"\xff\xfe","v":1}',
            "surrogate": b'{"k":"scalar","n":"\\ud800","v":1}',
            "deep": deep, "object for a value": b'{"k":"scalar","n":"x","v":{"a":{"b":[]}}}',
            "overlong utf8": b'{"k":"scalar","n":"\xc0\xaf","v":1}',
            "two objects": b'{"k":"scalar","n":"x","v":1}{"k":"scalar","n":"y","v":2}',
            "comment": b'{"k":"scalar",/**/"n":"x","v":1}',
            "single quotes": b"{'k':'scalar','n':'x','v':1}", "step of text": b'{"k":"scalar","n":"x","v":1,"s":"1"}',
            "huge step": b'{"k":"scalar","n":"x","v":1,"s":99999999999999999999999}',
            "no name": b'{"k":"scalar","v":1}',
            "control in the name": b'{"k":"scalar","n":"a\\u0000b","v":1}',
            "long name": b'{"k":"scalar","n":"' + b"n" * 256 + b'","v":1}',
            "way out": b'{"k":"file","n":"x","p":"../../record/spec.json","size":1}',
        }
        for name, line in cases.items():
            with self.subTest(name):
                run = self.journal(line + b"\n")
                self.assertEqual(list(self.daemon.metrics(run["id"])), ["good"])
                self.assertEqual(len([text for text in run["warnings"] if "metrics.jsonl" in text
                                      and "was refused" in text]), 1, run["warnings"])

    def test_numbers_beyond_every_measure(self):
        values = [b"1e400", b"-1e400", b"1e-400", b"123456789012345678901234567890", b"NaN", b"-Infinity", b"-0.0",
                  b"0." + b"1" * 5000]
        lines = [b'{"k":"scalar","n":"v%d","v":%s}\n' % (i, value) for i, value in enumerate(values)]
        steps = [b'{"k":"scalar","n":"s","v":1,"s":%d,"t":%s}\n' % (step, time) for step in (-1 << 63, -1, 0,
                                                                                             (1 << 63) - 1)
                 for time in (b"-1e300", b"1e300", b"0", b"1e18")]
        run = self.journal(*lines, *steps)
        for path in ("/runs/%s/metrics?times=1", "/runs/%s/metrics?values=0", "/runs/%s/series?name=s&x=step",
                     "/runs/%s/series?name=s&x=time", "/runs/%s",
                     "/runs/%s/series?name=v0&x=metric.v1"):
            self.assertEqual(self.daemon.api("GET", path % run["id"]).status, 200, path)

    def test_a_line_of_a_hundred_megabytes(self):
        run = self.journal(b'{"k":"scalar","n":"x","v":"',
                           then="f = open(os.environ['RUNYARD_METRICS'], 'ab', 0)\n"
                                "for _ in range(100): f.write(b'x' * (1 << 20))\n"
                           "f.write(b'\"}\\n{\"k\":\"scalar\",\"n\":\"after\",\"v\":1}\\n')")
        self.assertEqual(self.daemon.values(run["id"], "after"), [1])
        self.assertTrue([text for text in run["warnings"] if "longer than 64 KiB" in text], run["warnings"])

    def test_a_table_that_says_little_and_means_much(self):
        wide = json.dumps({"k": "table", "n": "t", "v": {"%0255d" % i: [0] * 1000 for i in range(400)}},
                          separators=(",", ":"))
        self.assertLess(len(wide), 1 << 20)
        run = self.daemon.finish({"wide": wide,
                                "main.py": "import os\nwith open(os.environ['RUNYARD_JOURNAL'] + '/own.jsonl', 'w') "
                                           "as f:\n  f.write(open('wide').read() + '\\n')"})
        self.assertEqual(self.daemon.metrics(run["id"]), {})
        self.assertTrue([text for text in run["warnings"] if "send it in parts" in text], run["warnings"])

    def test_names_without_end(self):
        run = self.daemon.finish("import os\nwith open(os.environ['RUNYARD_METRICS'], 'a') as f:\n"
                               "  for i in range(200000): f.write('{\"k\":\"scalar\",\"n\":\"n%d\",\"v\":1}\\n' % i)\n"
                               "  for i in range(20000): f.write('{\"k\":\"tag\",\"n\":\"n%d\",\"v\":\"1\"}\\n' % i)\n"
                               "  for i in range(20000): f.write('{\"k\":\"property\",\"n\":\"n%d\",\"v\":\"1\"}\\n' "
                               "% i)\n"
                               "  f.write('{\"k\":\"scalar\",\"n\":\"n5\",\"v\":2}\\n')\n")
        self.assertEqual(run["status"], "Completed", run)
        self.assertEqual(len(self.daemon.metrics(run["id"])), 10000)
        self.assertEqual(self.daemon.values(run["id"], "n5"), [1, 2])
        self.assertEqual((len(run["tags"]), len(run["properties"])), (10000, 10000))
        said = "\n".join(run["warnings"])
        self.assertIn("10000 metrics already, which is the most that a run may have", said)
        self.assertIn("210000 lines of attempt-1/journal/metrics.jsonl were refused in all", said)
        self.assertLess(len(run["warnings"]), 20)

    def test_printed_names_without_end(self):
        run = self.daemon.finish("for i in range(20000): print('##runyard {\"k\":\"scalar\",\"n\":\"n%d\",\"v\":1}' % i)")
        self.assertEqual(len(self.daemon.metrics(run["id"])), 10000)
        self.assertTrue([text for text in run["warnings"] if "10000 metrics already" in text], run["warnings"])

    # S11

    def test_what_is_written_after_the_end_is_not_taken_in(self):
        run = self.daemon.finish("import os\nopen(os.environ['RUNYARD_METRICS'], "
                               "'a').write('{\"k\":\"scalar\",\"n\":\"m\",\"v\":1}\\n')")
        journal = self.daemon.attempt(run["id"], "journal")
        late = self.daemon.finish("line = '{\"k\":\"scalar\",\"n\":\"late\",\"v\":1}\\n'\nopen(%r, 'a').write(line)\n"
                                "open(%r, 'w').write(line)\n"
                                "open(%r, 'a').write(line)" % (os.path.join(journal, "metrics.jsonl"),
                                                               os.path.join(journal, "other.jsonl"),
                                                               self.daemon.attempt(run["id"], "log")))
        self.assertEqual(late["status"], "Completed", late)
        self.daemon.api("POST", "/runs/%s/lines" % run["id"], b'{"k":"tag","n":"seen","v":"1"}\n', "application/x-ndjson")
        self.assertEqual(list(self.daemon.metrics(run["id"])), ["m"])
        self.assertEqual(self.daemon.metrics(late["id"]), {})
        self.daemon.stop()
        self.daemon.execute([os.path.join(os.environ["RUNYARD_BIN"], "runyardd"), "--rebuild"])
        self.daemon.start()
        self.assertEqual(list(self.daemon.metrics(run["id"])), ["m"])
        self.assertEqual(self.daemon.run(run["id"])["tags"], {"seen": "1"})

    def test_a_journal_changes_only_its_own_run(self):
        other = self.daemon.finish("print(1)")
        before = self.daemon.run(other["id"])
        lines = [{"k": "scalar", "n": "m", "v": 1, "run": other["id"], "id": other["id"]},
                 {"k": "tag", "n": "t", "v": "x", "run": other["id"]},
                 {"k": "child", "n": other["id"]}, {"k": "child", "n": "../" + other["id"]}, {"k": "child", "n": ".."},
                 {"k": "child", "n": "x/y"}]
        source = "import os\nos.chdir(os.environ['RUNYARD_JOURNAL'])\n"
        source += "for name in (%r, 'x'): os.makedirs('children/' + name)\n" % other["id"]
        source += "open('own.jsonl', 'w').write(%r)\n" % text_of(*lines)
        run = self.daemon.finish(source)
        self.assertEqual(run["status"], "Completed", run)
        self.assertEqual(self.daemon.run(other["id"]), before)
        self.assertEqual(self.daemon.metrics(other["id"]), {})
        self.assertEqual((self.daemon.values(run["id"], "m"), run["tags"]), ([1], {"t": "x"}))
        self.assertTrue([text for text in run["warnings"] if "there is a run of that id already" in text],
                        run["warnings"])

    def test_journals_that_are_links_or_no_files(self):
        other = self.daemon.finish("import os\nopen(os.environ['RUNYARD_METRICS'], "
                                 "'a').write('{\"k\":\"scalar\",\"n\":\"theirs\",\"v\":1}\\n')")
        theirs = self.daemon.attempt(other["id"], "journal", "metrics.jsonl")
        own = text_of({"k": "child", "n": "inner"}, {"k": "scalar", "n": "m", "v": 1})
        run = self.daemon.finish("import os\nos.chdir(os.environ['RUNYARD_JOURNAL'])\n"
                               "os.symlink(%r, 'a.jsonl'); os.mkfifo('b.jsonl'); os.mkdir('c.jsonl')\n"
                               "os.symlink('/dev/zero', 'd.jsonl'); os.symlink('d.jsonl', 'e.jsonl')\n"
                               "os.makedirs('children'); os.symlink(%r, 'children/inner')\n"
                               "open('own.jsonl', 'w').write(%r)" % (theirs, os.path.dirname(theirs), own))
        self.assertEqual(run["status"], "Completed", run)
        self.assertEqual(list(self.daemon.metrics(run["id"])), ["m"])
        for child in self.daemon.get("/runs", parent=run["id"])["items"]:
            self.assertEqual(self.daemon.metrics(child["id"]), {})

    def test_a_journal_without_read_permission(self):
        if os.geteuid() == 0:  # root may read all: another user tries it
            python = shutil.which("python3", path="/usr/bin") or sys.executable
            done = subprocess.run(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", python, "-B", os.path.abspath(__file__),
                                   "Lines.test_a_journal_without_read_permission"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            return self.assertEqual(done.returncode, 0, done.stdout.decode("utf-8", "replace")[-3000:])
        run = self.daemon.finish("import os\nos.chdir(os.environ['RUNYARD_JOURNAL'])\nos.mkdir('a.jsonl', 0)\n"
                               "os.close(os.open('b.jsonl', os.O_CREAT | os.O_WRONLY, 0))\n"
                               "open('own.jsonl', 'w').write(%r)" % text_of({"k": "scalar", "n": "m", "v": 1}))
        self.assertEqual((run["status"], self.daemon.values(run["id"], "m")), ("Completed", [1]), run)

    def test_the_mark_of_a_batch_is_the_daemons_to_write(self):
        run = self.daemon.submit("import time\nprint('ready', flush=True)\ntime.sleep(1000)")
        for mark in (b'{"k":"batch","client":5,"number":1}', b'{"k":"batch","client":"C","number":999}'):
            answer = self.daemon.api("POST", "/runs/%s/lines" % run, mark, "application/x-ndjson")
            self.assertEqual((answer.json["accepted"], len(answer.json["rejected"])), (0, 1), answer.body)
        line = b'{"k":"scalar","n":"m","v":1}'
        numbered = self.daemon.api("POST", "/runs/%s/lines?client=C&batch=1" % run, line, "application/x-ndjson")
        self.assertEqual(numbered.status, 200, numbered.body)
        self.daemon.api("POST", "/runs/%s/cancel" % run, {"grace_seconds": 0})
        self.assertEqual(self.daemon.wait(run)["status"], "Canceled")
        self.assertEqual(self.daemon.values(run, "m"), [1])

    def test_files_of_a_journal_that_are_links(self):
        secret = os.path.join(self.daemon.home, "id_rsa")
        with open(secret, "w") as file:
            file.write("CANARY-SECRET")
        places = {"a": "blobs/a", "b": "blobs/folder/id_rsa", "c": "children/x/blobs/id_rsa"}
        own = text_of(*({"k": "file", "n": name, "p": place, "size": 1} for name, place in places.items()))
        run = self.daemon.finish("import os\nos.chdir(os.environ['RUNYARD_JOURNAL'])\n"
                               "os.symlink(%r, 'blobs/a'); os.symlink(%r, 'blobs/folder')\n"
                               "os.makedirs('children/x'); os.symlink(%r, 'children/x/blobs')\n"
                               "open('own.jsonl', 'w').write(%r)" % (secret, self.daemon.home, self.daemon.home, own))
        for name in places:
            answer = self.daemon.api("GET", "/runs/%s/files/%s" % (run["id"], name))
            self.assertNotEqual(answer.status, 200, name)
            self.assertNotIn(b"CANARY", answer.body)
        self.assertNotIn(b"CANARY", self.daemon.api("GET", "/runs/%s/archive" % run["id"]).body)

    def test_the_child_is_never_told_where_the_record_lies(self):
        run = self.daemon.submit("import time\nprint('ready', flush=True)\ntime.sleep(1000)")
        self.daemon.wait_log(run, "ready")
        pids = [pid for pid in self.daemon.left_of(run) if b"main.py" in read_bytes("/proc/%d/cmdline" % pid)]
        self.assertEqual(len(pids), 1)
        folder = "/proc/%d/" % pids[0]
        told = read_bytes(folder + "environ") + read_bytes(folder + "cmdline") + os.readlink(folder + "cwd").encode()
        links = {int(fd): os.readlink(folder + "fd/" + fd) for fd in os.listdir(folder + "fd")}
        self.assertEqual(set(links), {0, 1, 2}, links)
        self.assertEqual(links[0], "/dev/null")
        self.assertTrue(links[1].startswith("pipe:") and links[1] == links[2], links)
        self.assertNotIn(b"/record", told)
        self.daemon.api("POST", "/runs/%s/cancel" % run, {"grace_seconds": 0})
        wait_for("its end", lambda: self.daemon.status(run) == "Canceled")


@unittest.skipUnless(os.environ.get("RUNYARD_SLOW"), "makes 10,000 files and runs: RUNYARD_SLOW=1")
@needs("runyardd")
class WithoutEnd(DaemonTest):
    def test_files(self):
        self.daemon.rebuilds = False  # which of too many are read, chance decides
        run = self.daemon.finish("import os\nfor i in range(10500):\n"
                               "  with open('%s/own-%d.jsonl' % (os.environ['RUNYARD_JOURNAL'], i), 'w') as f:\n"
                               "    f.write('{\"k\":\"scalar\",\"n\":\"own\",\"v\":1}\\n')\n")
        self.assertEqual(run["status"], "Completed", run)
        self.assertIn(len(self.daemon.values(run["id"], "own")), (9999, 10000))  # and the file that all share
        self.assertIn("more than 10000 files of lines", "\n".join(run["warnings"]))

    def test_child_runs(self):
        made = self.daemon.submit("import os\njournal = os.environ['RUNYARD_JOURNAL']\n"
                                "with open(journal + '/own.jsonl', 'w') as f:\n"
                                "  for i in range(10050):\n"
                                "    os.makedirs('%s/children/loop-%d' % (journal, i))\n"
                                "    f.write('{\"k\":\"child\",\"n\":\"loop-%d\",\"t\":%d}\\n' % (i, i))\n")
        run = self.daemon.wait(made, 600)
        self.assertEqual(self.daemon.get("/status")["runs"]["Failed"], 10000)
        self.assertIn("a run may make 10000 child runs", "\n".join(run["warnings"]))
