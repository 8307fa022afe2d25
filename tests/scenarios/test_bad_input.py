# SPDX-License-Identifier: Apache-2.0
"""Wrong input of every kind: a sentence that says what and where, nothing else disturbed, no run ever stuck."""

import json
import math
import os
import stat
import sys
import unittest

from processes import wait_for
from daemon import SharedDaemonTest, DaemonTest, needs, program

LONG = "é" * 255
LATE = "from runyard import Run\nrun = Run.get_context()\n"


class Refusals(SharedDaemonTest):
    def refused(self, status, *words, **fields):
        """A submit that must be answered with `status` and a message that holds all `words`."""
        source = fields.pop("directory", None) or self.daemon.folder("print(1)")
        body = self.daemon.request(source if os.path.exists(source) else None, **fields)
        if body["source"] is None:
            body["source"] = {"directory": source, "device": 0, "inode": 0}
        answer = self.daemon.post_run(body)
        self.assertEqual(answer.status, status, answer.body)
        for word in words:
            self.assertIn(word, answer.message)
        return answer.json["error"]

    def failed(self, *words, **fields):
        """A run that is accepted and must then fail with a message that holds all `words`."""
        run = self.daemon.finish(fields.pop("files", "print(1)"), **fields)
        self.assertEqual(run["status"], "Failed", run)
        for word in words:
            self.assertIn(word, run["error"]["message"])
        return run


@needs("runyardd")
class SubmitTest(Refusals):
    def test_a_script_that_is_missing(self):
        self.refused(400, "nowhere.py", script="nowhere.py")

    def test_a_script_outside_the_source_directory(self):
        for script in ("../main.py", "/etc/passwd", "", "."):
            self.refused(400, script=script)

    def test_a_source_directory_that_is_missing(self):
        error = self.refused(422, "/nowhere/at/all", directory="/nowhere/at/all")
        self.assertEqual(error["code"], "send_it")

    def test_a_source_directory_that_is_a_file(self):
        path = os.path.join(self.daemon.folder("print(1)"), "main.py")
        answer = self.daemon.post_run({**self.daemon.request(None), "source": {"directory": path}})
        self.assertIn(answer.status, (400, 404))
        self.assertIn(path, answer.message)

    @unittest.skipIf(os.geteuid() == 0, "root reads everything")
    def test_a_source_directory_that_is_unreadable(self):
        source = self.daemon.folder("print(1)")
        os.chmod(source, 0)
        self.addCleanup(os.chmod, source, 0o700)
        self.refused(400, source, directory=source)

    def test_a_body_that_is_not_json(self):
        for body in (b"{", b"", b"[]", b"null", b'"x"', b'{"a":', b"\xff"):
            answer = self.daemon.api("POST", "/runs", body)
            self.assertEqual(answer.status, 400, body)
            self.assertEqual(answer.json["error"]["code"], "bad_request")

    def test_a_body_that_is_nested_deeper_than_a_stack_is(self):
        deep = b"[" * 10**6 + b"]" * 10**6
        body = b'{"submission_id":"s","experiment":"e","kind":"command","command":"x","configuration":{"a":%s}}' % deep
        answer = self.daemon.api("POST", "/runs", body)
        self.assertEqual(answer.status, 400)
        self.assertIn("nested more than 200 deep", answer.message)
        self.assertTrue(self.daemon.answers())

    def test_fields_of_the_wrong_type_are_named(self):
        for name, value in (("experiment", 3), ("script", ["x"]), ("arguments", "x"), ("arguments", [1]), ("environ", []),
                            ("kind", "magic"), ("grace_seconds", "x"), ("grace_seconds", -1), ("max_seconds", -1),
                            ("limits", {"nofile": "x"}), ("limits", {"speed": [1, 1]}), ("source", 1), ("tags", []), ("workspace", "x"), ("umask", "x")):
            with self.subTest(name=name, value=value):
                self.refused(400, name, **{name: value})

    def test_a_zero_byte_in_an_argument(self):
        for argument in ("a\0b", {"base64": "YQBi"}, {"base64": "!"}):
            with self.subTest(argument=argument):
                self.refused(400, "argument", arguments=[argument])

    def test_an_id_that_exists_or_is_no_name(self):
        run_id = self.daemon.finish("print(1)", id="mine-精")["id"]
        self.assertEqual(run_id, "mine-精")
        self.refused(409, "mine-精", id="mine-精")
        for bad in ("..", ".", ".hidden", "a/b", "a b", "x" * 241, "a\n"):
            with self.subTest(id=bad):
                self.refused(400, "name", id=bad)

    def test_experiment_names(self):
        for good in ("精度 und Übung", "x", LONG, "..."):
            with self.subTest(good):
                self.assertEqual(self.daemon.finish("print(1)", experiment=good)["status"], "Completed")
        for bad in ("", "a/b", "a\nb", "\x7f", "é" * 256):
            with self.subTest(bad):
                self.refused(400, "name", experiment=bad)

    def test_a_parent_that_is_not_there(self):
        answer = self.daemon.post_run(self.daemon.request(self.daemon.folder("print(1)"), parent="missing"))
        self.assertIn(answer.status, (400, 404))
        self.assertIn("missing", answer.message)

    def test_a_repeated_submission_id_with_other_content_still_gets_the_first(self):
        body = self.daemon.request(self.daemon.folder("print(1)"))
        first = self.daemon.post_run(body).json["id"]
        self.assertEqual(self.daemon.post_run({**body, "experiment": "other"}).json["id"], first)


@needs("runyardd")
class InterpreterTest(Refusals):
    def script_named_python(self, text, mode=0o755):
        folder = self.daemon.folder({"python": text})
        path = os.path.join(folder, "python")
        os.chmod(path, mode)
        return path

    def test_one_that_does_not_exist(self):
        run = self.failed("/nowhere/python", "does not exist", interpreter="/nowhere/python")
        self.assertEqual(run["reason"], "could_not_start")

    def test_one_that_is_not_executable(self):
        path = self.script_named_python("#!/bin/sh\n", 0o644)
        self.failed(path, "not executable", interpreter=path)

    def test_one_that_is_not_python(self):
        for path in ("/bin/true", self.script_named_python("#!/bin/sh\necho hello\n")):
            self.failed(path, "not", "Python", interpreter=path)

    def test_one_that_dies_at_start(self):
        path = self.script_named_python("#!/bin/sh\necho 'libfoo is missing' >&2\nexit 3\n")
        self.failed(path, "libfoo is missing", interpreter=path)

    def test_one_that_hangs_at_start_can_be_canceled(self):
        path = self.script_named_python("#!/bin/sh\nexec sleep 1000\n")
        run_id = self.daemon.submit("print(1)", interpreter=path)
        self.daemon.wait_status(run_id, "Preparing")
        self.daemon.api("POST", "/runs/%s/cancel" % run_id)
        self.assertEqual(self.daemon.wait(run_id)["status"], "Canceled")

    def test_a_relative_path_is_refused(self):
        self.refused(400, "interpreter", interpreter="bin/python")


@needs("runyardd")
class ChildTest(Refusals):
    def test_an_exception_is_a_sentence_with_its_interpreter(self):
        run = self.failed("User program failed with ModuleNotFoundError: No module named 'no_such_thing'", sys.executable,
                          files="import no_such_thing")
        self.assertEqual(run["error"]["type"], "ModuleNotFoundError")
        self.assertIn("main.py", run["error"]["traceback"])
        self.assertEqual(run["exit_code"], 1)

    def test_an_exit_status_is_a_sentence(self):
        run = self.failed("exited with status 3", files="import sys; sys.exit(3)")
        self.assertEqual(run["exit_code"], 3)

    def test_a_signal_is_a_sentence(self):
        run = self.failed("SIGSEGV", files="import os, signal; os.kill(os.getpid(), signal.SIGSEGV)")
        self.assertEqual(run["signal"], 11)

    def test_a_syntax_error_is_a_sentence(self):
        self.failed("SyntaxError", files="def (")

    def test_a_file_beside_the_original_that_was_not_captured_is_named(self):
        files = {"main.py": "open('data/big.csv')", "data/big.csv": "1", ".amlignore": "data/\n"}
        self.failed("data/big.csv", "link", files=files)

    def test_binary_output_comes_back_as_it_was(self):
        text = "import os\nfor _ in range(4): os.write(1, bytes(range(256)) * 64)"
        self.assertEqual(self.daemon.log(self.daemon.finish(text)["id"]), bytes(range(256)) * 256)

    def test_much_output_without_a_newline(self):
        size = (1 << 30) if os.environ.get("RUNYARD_SLOW") else (64 << 20)
        run = self.daemon.finish("import os\nfor _ in range(%d): os.write(1, b'x' * 65536)" % (size >> 16))
        self.assertEqual((run["status"], run["log_bytes"]), ("Completed", size))
        tail = self.daemon.api("GET", "/runs/%s/log?offset=%d" % (run["id"], size - 10))
        self.assertEqual(tail.body, b"x" * 10)

    def test_a_child_that_closes_its_stdout(self):
        run = self.daemon.finish(LATE + "import os, time\nprint('said', flush=True)\nos.close(1)\nos.close(2)\n"
                                      "time.sleep(0.3)\nrun.log('after', 1)")
        self.assertEqual((run["status"], self.daemon.values(run["id"], "after")), ("Completed", [1]), run)
        self.assertEqual(self.daemon.log(run["id"]), b"said\n")

    def test_a_child_that_double_forks_leaves_nothing(self):
        run = self.daemon.finish("import os, time\nif os.fork() == 0:\n  os.setsid()\n  if os.fork() == 0: time.sleep(1000)\n"
                               "  os._exit(0)\nos.wait()")
        self.assertEqual(run["status"], "Completed", run)
        wait_for("the end of its processes", lambda: not self.daemon.left_of(run["id"]))

    def test_a_child_that_exits_before_its_children_keeps_what_they_wrote(self):
        run = self.daemon.finish("import os, time\nif os.fork() == 0:\n  time.sleep(0.2)\n  print('late', flush=True)\n")
        self.assertEqual(run["status"], "Completed", run)
        wait_for("the end of its processes", lambda: not self.daemon.left_of(run["id"]))

    def test_outputs_that_are_no_plain_files_are_skipped_with_a_reason(self):
        text = ("import os\nos.mkfifo('outputs/fifo')\nos.symlink('/dev/null', 'outputs/link')\n"
                "open('outputs/good', 'w').write('g')\nopen('outputs/bad\\nname', 'w').close()\n"
                "open(b'outputs/\\xff', 'w').close()\n")
        run = self.daemon.finish(text)
        self.assertEqual(run["status"], "Completed", run)
        names = [name for name in self.daemon.files(run["id"]) if name.startswith("outputs/")]
        self.assertEqual(names, ["outputs/good"])
        self.assertTrue(any("fifo" in text for text in run["warnings"]), run["warnings"])


@needs("runyardd")
class MetricLineTest(Refusals):
    def finish_with(self, *lines):
        """A run that appends these bytes to the shared metrics file and then logs one good point."""
        text = ("import os\nwith open(os.environ['RUNYARD_METRICS'], 'ab', 0) as f:\n  for line in %r: f.write(line)\n"
                "  f.write(b'\\n{\"k\":\"scalar\",\"n\":\"good\",\"v\":7}\\n')\n" % (list(lines),))
        run = self.daemon.finish(text)
        self.assertEqual(run["status"], "Completed", run)
        self.assertEqual(self.daemon.values(run["id"], "good"), [7])
        return run

    def assert_warned(self, run, *words):
        text = "\n".join(run["warnings"])
        for word in words:
            self.assertIn(word, text)

    def test_lines_that_are_wrong_are_counted_and_shown(self):
        for line in (b"not json\n", b"{\"k\":\"scalar\",\"n\":\"\xff\",\"v\":1}\n", b"{\"k\":\"scalar\",\"n\":\"x\"}\n",
                     b"{\"k\":\"scalar\",\"n\":\"x\",\"v\":1", b"[1]\n", b"{\"k\":\"scalar\",\"n\":\"a\\nb\",\"v\":1}\n"):
            with self.subTest(line=line):
                run = self.finish_with(line)
                self.assert_warned(run, "metrics.jsonl")
                self.assertEqual(list(self.daemon.metrics(run["id"])), ["good"])

    def test_a_line_that_is_too_long(self):
        run = self.finish_with(b'{"k":"scalar","n":"x","v":"' + b"y" * (2 << 20) + b'"}\n')
        self.assert_warned(run, "metrics.jsonl")

    def test_empty_lines_and_unknown_kinds_mean_nothing(self):
        run = self.finish_with(b"\n\n\n", b'{"k":"future","n":"x"}\n', b'{"k":"scalar","n":"y","v":1,"new":[1]}\n')
        self.assertEqual(run["warnings"], [])
        self.assertEqual(self.daemon.values(run["id"], "y"), [1])

    def test_nan_infinities_and_big_integers_survive(self):
        run = self.daemon.finish(LATE + "for v in (float('nan'), float('inf'), -float('inf'), 2 ** 63 - 1, -2 ** 63, True, None,"
                               " 'text'): run.log(type(v).__name__ + str(v), v)")
        values = {name: metric["values"][0] for name, metric in self.daemon.metrics(run["id"]).items()}
        self.assertEqual(values["floatnan"], {"$": "nan"})
        self.assertEqual((values["floatinf"], values["float-inf"]), ({"$": "inf"}, {"$": "-inf"}))
        self.assertEqual((values["int%d" % (2 ** 63 - 1)], values["int%d" % -2 ** 63]), (2 ** 63 - 1, -2 ** 63))
        self.assertIs(values["boolTrue"], True)
        self.assertIsNone(values["NoneTypeNone"])
        self.assertFalse(any(isinstance(value, float) and math.isnan(value) for value in values.values()))

    def test_names_of_every_kind(self):
        good = ["x", "精度", LONG, "a/b c", "..", "\U0001f600", "'\"\\<script>"]
        run = self.daemon.finish(LATE + "for i, name in enumerate(%r): run.log(name, i); run.tag(name, str(i))" % good)
        self.assertEqual(list(self.daemon.metrics(run["id"])), good)
        self.assertEqual(run["tags"], {name: str(i) for i, name in enumerate(good)})

    def test_a_property_never_changes(self):
        run = self.daemon.finish(LATE + "run.add_properties({'p': 'first'})\nprint('said')")
        answer = self.daemon.api("POST", "/runs/%s/lines?client=c&batch=1" % run["id"],
                               b'{"k":"property","n":"p","v":"second"}\n', "application/x-ndjson")
        self.assertEqual(answer.status, 409)
        self.assertEqual(self.daemon.run(run["id"])["properties"], {"p": "first"})

    def test_marked_lines_on_stdout_are_metrics_and_nothing_else(self):
        lines = ['##runyard {"k":"scalar","n":"m","v":1}', '##runyard {"k":"tag","n":"t","v":"x"}',
                 '##runyard {"k":"property","n":"p","v":"x"}', '##runyard not json', ' ##runyard {"k":"scalar","n":"no","v":1}']
        run = self.daemon.finish("print(%r)" % "\n".join(lines))
        self.assertEqual(list(self.daemon.metrics(run["id"])), ["m"])
        self.assertEqual((run["tags"], run["status"]), ({}, "Completed"))
        self.assertNotIn("p", run["properties"])

    def test_a_truncated_journal_gives_a_warning_and_no_double_point(self):
        self.daemon.rebuilds = False  # what was in the journal before is only in the database
        run = self.daemon.finish("import os, time\npath = os.environ['RUNYARD_METRICS']\n"
                               "def say(v, mode='a'):\n  with open(path, mode) as f: f.write('{\"k\":\"scalar\",\"n\":\"x\",\"v\":%d}\\n' % v)\n"
                               "say(1); time.sleep(0.5); say(2, 'w'); time.sleep(0.3)\n")
        self.assertEqual(run["status"], "Completed")
        self.assertIn(2, self.daemon.values(run["id"], "x"))
        self.assertEqual(self.daemon.values(run["id"], "x").count(1), 1)


@needs("runyardd", "runyard")
class CliTest(SharedDaemonTest):
    def refused(self, *arguments, words=(), code=None, cwd=None):
        done = self.daemon.cli(*arguments, code=None, cwd=cwd)
        self.assertNotEqual(done.code, 0, done)
        self.assertEqual(done.out, "")
        if code is not None:
            self.assertEqual(done.code, code, done)
        for word in words:
            self.assertIn(word, done.err)
        self.assertLessEqual(len(done.err.strip().splitlines()), 3, done.err)

    def test_a_script_that_is_missing(self):
        self.refused("submit", "nowhere.py", words=["nowhere.py"])

    def test_a_source_directory_that_is_missing_or_a_file(self):
        self.refused("submit", "--source", "/nowhere/at/all", "main.py", words=["/nowhere/at/all"])
        path = os.path.join(self.daemon.folder("print(1)"), "main.py")
        self.refused("submit", "--source", path, "main.py", words=[path])

    def test_an_interpreter_that_does_not_exist(self):
        folder = self.daemon.folder("print(1)")
        done = self.daemon.cli("submit", "--python", "/nowhere/python", "--follow", "main.py", code=None, cwd=folder)
        self.assertNotEqual(done.code, 0)
        self.assertIn("/nowhere/python", done.err + done.out)

    def test_a_run_that_is_not_there(self):
        for verb in ("show", "logs", "wait", "cancel", "metrics", "files"):
            with self.subTest(verb):
                self.refused(verb, "missing", words=["missing"])

    def test_an_unknown_verb_or_option_is_usage(self):
        self.refused("dance", code=2)
        self.refused("runs", "--dance", code=2)

    def test_slots_that_make_no_sense(self):
        for slots in ("-1", "x", "1.5"):
            self.refused("target", "set", "local", "--slots", slots, code=2)

    def test_a_value_that_makes_no_sense_is_usage(self):
        folder = self.daemon.folder("print(1)")
        for words in (["runs", "--limit", "0"], ["runs", "--status", "odd"], ["logs", "--tail", "-1", "x"], ["wait", "--timeout", "-1", "x"],
                      ["submit"], ["submit", "-e", "=", "main.py"], ["submit", "--pattern", "loss", "main.py"],
                      ["submit", "--grace", "-1", "main.py"], ["tag", "--remove", "a", "b"], ["completion", "tcsh"], ["env"]):
            with self.subTest(words):
                self.refused(*words, code=2, cwd=folder)

    def test_odd_arguments_arrive(self):
        folder = self.daemon.folder("import sys, os, json\nprint(json.dumps([os.fsencode(a).hex() for a in sys.argv[1:]]))")
        odd = [b"", b"a b", b"'\"", b"two\nlines", b"\xff\xfe", "精".encode()]
        done = self.daemon.cli("submit", "--follow", "main.py", *[os.fsdecode(a) for a in odd], cwd=folder)
        said = [line for line in done.out.splitlines() if line.startswith("[")]
        self.assertEqual(json.loads(said[0]), [a.hex() for a in odd])

    def test_wait_returns_the_runs_status(self):
        folder = self.daemon.folder("import sys; sys.exit(7)")
        run_id = self.daemon.cli("submit", "--json", "main.py", cwd=folder).json["id"]
        done = self.daemon.cli("wait", run_id, code=7)
        self.assertIn("exited with status 7", done.out + done.err)


@needs("runyardd", "runyard")
class NoDaemonTest(DaemonTest):
    def make_daemon(self, **options):
        return super().make_daemon(start=False)

    def test_status_says_that_there_is_none(self):
        done = self.daemon.cli("status", code=3)
        self.assertIn("no daemon is running", done.out + done.err)

    def test_inside_a_run_no_daemon_is_started(self):
        done = self.daemon.cli("runs", code=None, environment={"RUNYARD_RUN_ID": "x"})
        self.assertNotEqual(done.code, 0)
        self.assertFalse(self.daemon.published())

    def test_a_stale_daemon_file_is_no_daemon(self):
        with open(os.path.join(self.daemon.state, "daemon.json"), "w") as file:
            json.dump({"pid": 1, "boot_id": "x", "socket": self.daemon.state + "/runyardd.sock", "host": "127.0.0.1",
                       "port": 1, "url": "http://127.0.0.1:1", "version": "0", "protocol": 1}, file)
        self.assertEqual(self.daemon.cli("status", code=None).code, 3)

    def test_a_wrong_command_line_of_the_daemon_is_usage(self):
        for words, said in ((["--dance"], "no option '--dance'"), (["now"], "no option 'now'"), (["--port"], "--port needs a number"),
                            (["--port", "65536"], "from 1 to 65535, not '65536'"), (["--port=x"], "not 'x'"),
                            (["--check=1"], "no option '--check=1'"), (["--fix"], "belong to --check")):
            with self.subTest(words):
                done = self.daemon.execute([program("runyardd"), *words], code=2)
                self.assertIn(said, done.err)
                self.assertTrue(done.err.startswith("runyardd: cannot read the command line: "), done.err)
        self.assertRegex(self.daemon.execute([program("runyardd"), "--version"]).out, r"^runyardd [0-9.]+\n$")
        self.assertFalse(self.daemon.published())

    def test_up_starts_one_and_down_ends_it(self):
        self.daemon.cli("up")
        self.assertTrue(self.daemon.answers())
        self.assertEqual(stat.S_IMODE(os.stat(os.path.join(self.daemon.state, "daemon.json")).st_mode), 0o600)
        self.daemon.cli("up")
        self.daemon.cli("down")
        self.assertFalse(self.daemon.answers())

    def test_lines_about_the_state_directory_that_cannot_be_read_are_counted(self):
        with open(os.path.join(self.daemon.state, "yard.jsonl"), "w") as file:
            file.write('{"k":"target","name":"gp\n')
        self.daemon.start()
        (warning,) = self.daemon.get("/status")["warnings"]
        self.assertIn("yard.jsonl' that cannot be read: 1; ", warning)
        self.assertIn(warning, self.daemon.cli("status").out)

    def test_sizes_that_cannot_be_measured_are_an_error(self):
        self.daemon.start()
        runs = os.path.join(self.daemon.state, "runs")
        os.rename(runs, runs + ".away")
        os.mkfifo(runs)
        answer = self.daemon.api("GET", "/usage")
        os.unlink(runs)
        os.rename(runs + ".away", runs)
        self.assertEqual((answer.status, "cannot measure '%s'" % runs in answer.message), (500, True), answer)

    def test_a_state_directory_that_cannot_be_made_is_named(self):
        done = self.daemon.cli("up", code=None, environment={"RUNYARD_STATE": "/proc/nowhere"})
        self.assertNotEqual(done.code, 0)
        self.assertIn("/proc/nowhere", done.err)


if __name__ == "__main__":
    unittest.main()
