# SPDX-License-Identifier: Apache-2.0
"""The journal and the run that writes it."""

import contextlib
import errno
import io
import json
import os
import threading
import time
import unittest
from unittest import mock

from journal_case import Case, read

from runyard._report import journal
from runyard.exceptions import AzureMLException, RunEnvironmentException, UserErrorException
from runyard._own_runs import offline
from runyard._own_runs.offline import _OfflineRun
from runyard.run import Run


class Figure:
    """Looks like a figure of matplotlib's."""

    def savefig(self, target, format):
        target.write(b"an image")


class Lines(Case):
    def test_every_kind(self):
        run = self.run_
        self.assertIs(run, Run.get_context())
        self.assertEqual((run.id, run.number), ("r1", 7))
        run.log("loss", 0.25, "words", step=3)
        run.log("精度\n\udc80", float("nan"))
        run.log_list("l", (n for n in (1, 2)))
        run.log_list("l", [])
        run.log_row("row", "about", a=1, b="x")
        run.log_table("t", {"a": [1, 2], "b": [3.5, None]})
        run.tag("k")
        run.remove_tag("k")
        run.add_properties({"p": "v"})
        run.flush()
        run._journal.close()
        found = self.lines()
        self.assertEqual([line["k"] for line in found],
                         ["hello", "scalar", "scalar", "list", "row", "table", "tag", "untag", "property", "end"])
        self.assertEqual((found[1]["v"], found[1]["s"], found[1]["d"]), (0.25, 3, "words"))
        self.assertEqual((found[2]["n"], found[2]["v"]), ("精度 ?", {"$": "nan"}))
        self.assertEqual(found[5]["v"], {"a": [1, 2], "b": [3.5, None]})
        self.assertEqual((found[-1]["lines"], found[-1]["lost"]), (9, 0))

    def test_refused(self):
        with self.assertRaises(AzureMLException):
            self.run_.log_table("t", {"a": [1, 2], "b": [1]})
        with self.assertRaises(AzureMLException):
            self.run_.log_row("t", a=[1])
        for empty in ("", None):
            with self.assertRaises(UserErrorException):
                self.run_.log(empty, 1)

    def test_a_name_that_compares_as_an_array_does_is_its_text(self):
        class Several:
            __hash__ = None

            def __eq__(self, other):
                return self

            def __bool__(self):
                raise ValueError("the truth value is ambiguous")

            def __str__(self):
                return "[1 2]"
        self.run_.log(Several(), 0.5)
        self.run_.log_list(Several(), [1])
        self.assertEqual([line["n"] for line in self.lines()[1:]], ["[1 2]", "[1 2]"])

    def test_long_list_is_split(self):
        self.run_.log_list("l", range(400000))
        found = self.lines()[1:]
        self.assertGreater(len(found), 1)
        self.assertEqual([v for line in found for v in line["v"]], list(range(400000)))
        self.assertLessEqual(max(map(len, next(iter(read(self.where).values())))) + 1, 1 << 20)

    def test_threads(self):
        def work(number):
            for step in range(500):
                self.run_.log("m%d" % number, step)
        threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        found = self.lines()[1:]
        for number in range(8):
            self.assertEqual([f["v"] for f in found if f["n"] == "m%d" % number], list(range(500)))

    def test_forks(self):
        done = self.script("""if True:
            import os
            from runyard import Run
            run = Run.get_context()
            run.log('x', 0)
            pids = []
            for n in range(1, 4):
                pid = os.fork()
                if not pid:
                    run.log('x', n)
                    os._exit(0)
                pids.append(pid)
            for pid in pids:
                os.waitpid(pid, 0)
            run.log('x', 4)
            """)
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        files = [[json.loads(line.decode()) for line in raw] for raw in read(self.where).values()]
        self.assertEqual(sorted([line.get("v") for line in file if line["k"] == "scalar"] for file in files),
                         [[0, 4], [1], [2], [3]])
        self.assertTrue(all(file[0]["k"] == "hello" for file in files))
        self.assertEqual(sum(file[-1]["k"] == "end" for file in files), 1)

    def test_torn_write(self):
        self.run_.log("x", 1)
        real, calls = os.write, []

        def short(fd, data):
            calls.append(data)
            return real(fd, data[:9] if len(calls) == 1 else data)
        with mock.patch("os.write", short):
            self.run_.log("x", 2)
            self.run_.log("x", 3)
        raw = next(iter(read(self.where).values()))
        self.assertEqual(raw[2], b'{"k":"sca')
        self.assertEqual([json.loads(raw[n].decode())["v"] for n in (1, 3, 4)], [1, 2, 3])

    def test_floats_take_the_short_way_and_say_the_same(self):
        self.run_.log("x", 1)
        for value in (0.1, -0.0, 1e300, 5e-324, 1e22, float("inf"), 3.0):
            self.run_.log("精 \"度", value)
        self.run_.log("精 \"度", 0.5, "words", step=2)
        found = self.lines()[2:]
        self.assertEqual([line["v"] for line in found],
                         [0.1, 0.0, 1e300, 5e-324, 1e22, {"$": "inf"}, 3.0, 0.5])
        self.assertEqual({line["n"] for line in found}, {"精 \"度"})
        self.assertEqual((found[-1]["s"], found[-1]["d"]), (2, "words"))
        times = [line["t"] for line in found]
        self.assertEqual(times, sorted(times))
        self.assertLess(abs(time.time() - times[-1]), 60)
        self.run_._journal.close()
        self.assertEqual(self.lines()[-1]["lines"], 10)

    def test_short_writes_of_floats(self):
        self.run_.log("x", 1.0)
        for cut, torn in ((9, True), (-1, False)):
            real, calls = os.write, []

            def short(fd, data):
                calls.append(data)
                return real(fd, data[:cut] if len(calls) == 1 else data)
            with mock.patch("os.write", short):
                self.run_.log("x", 2.0)
                self.run_.log("x", 3.0)
                self.run_.log("x", 4.0)
            self.assertEqual(len(calls), 4 if torn else 3)
            self.assertEqual([data[:1] for data in calls], [b"{", b"\n", b"{", b"{"][:len(calls)])
        values = []
        for raw in next(iter(read(self.where).values())):
            if raw != b'{"k":"sca':
                values.append(json.loads(raw.decode()).get("v"))
        self.assertEqual(values, [None, 1.0] + [2.0, 3.0, 4.0] * 2)
        self.run_._journal.close()
        self.assertEqual(self.lines_of_end(), {"lines": 8, "lost": 0})

    def lines_of_end(self):
        """The numbers of the last line."""
        last = json.loads(next(iter(read(self.where).values()))[-1].decode())
        return {key: last[key] for key in ("lines", "lost")}

    def test_errors_of_floats_keep_the_lines(self):
        self.run_.log("x", 1.0)
        said = io.StringIO()
        with mock.patch("os.write", side_effect=OSError(errno.EIO, "broken")), contextlib.redirect_stderr(said):
            self.run_.log("x", 2.0)
            self.run_.log("x", 3.0)
        self.run_.log("x", 4.0)
        self.assertEqual([line["v"] for line in self.lines()[1:]], [1.0, 2.0, 3.0, 4.0])
        self.assertEqual(said.getvalue().count("broken"), 1)

    def test_floats_of_many_threads(self):
        def work(number):
            for step in range(500):
                self.run_.log("m%d" % number, step + 0.5)
        threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.run_._journal.close()
        found = self.lines()
        for number in range(8):
            self.assertEqual([f["v"] for f in found if f.get("n") == "m%d" % number], [n + 0.5 for n in range(500)])
        self.assertEqual(found[-1]["lines"], 4001)

    def test_floats_after_a_fork_are_the_childs_own(self):
        done = self.script("""if True:
            import os
            from runyard import Run
            run = Run.get_context()
            run.log('x', 0.5)
            pid = os.fork()
            if not pid:
                run.log('x', 1.5)
                run.log('x', 2.5)
                os._exit(0)
            os.waitpid(pid, 0)
            run.log('x', 3.5)
            """)
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        files = [[json.loads(line.decode()) for line in raw] for raw in read(self.where).values()]
        self.assertEqual(sorted([line["v"] for line in file if line["k"] == "scalar"] for file in files),
                         [[0.5, 3.5], [1.5, 2.5]])

    def test_a_property_keeps_its_value(self):
        self.run_.add_properties({"p": 1})
        self.run_.add_properties({"p": "1"})
        with self.assertRaisesRegex(UserErrorException, "property 'p' of run r1 is '1' already"):
            self.run_.add_properties({"p": "2"})
        self.assertEqual([line["v"] for line in self.lines()[1:]], ["1", "1"])

    def test_full_disk_is_waited_for(self):
        real, calls = os.write, []

        def full(fd, data):
            calls.append(data)
            if len(calls) < 3:
                raise OSError(errno.ENOSPC, "full")
            return real(fd, data)
        said = io.StringIO()
        with mock.patch("os.write", full), mock.patch("time.sleep"), contextlib.redirect_stderr(said), \
                mock.patch("time.monotonic", iter([0, 0.5, 1.5, 2.5]).__next__):
            self.run_.log("x", 1)
        self.assertEqual(self.lines()[1]["v"], 1)
        self.assertEqual(said.getvalue().count("waiting for space"), 1)

    def test_other_errors_keep_and_count(self):
        said = io.StringIO()
        with mock.patch("os.write", side_effect=OSError(errno.EIO, "broken")), \
                mock.patch.object(journal, "MAX_KEPT", 200), contextlib.redirect_stderr(said):
            for number in range(10):
                self.run_.log("x", number)
        self.assertEqual(said.getvalue().count("broken"), 1)
        lost = self.run_._journal.lost
        self.assertGreater(lost, 0)
        self.run_.log("x", 10)
        with contextlib.redirect_stderr(said):
            self.run_._journal.close()
        found = self.lines()
        self.assertEqual([line["v"] for line in found[1:-1]], list(range(10 - lost)) + [10])
        self.assertEqual(found[-1]["lost"], lost)

    def test_file_size_limit_never_raises(self):
        done = self.script("""if True:
            import resource
            from runyard import Run
            resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
            run = Run.get_context()
            for n in range(200):
                run.log('x', n)
            print('alive')
            """)
        self.assertEqual((done.returncode, done.stdout), (0, b"alive\n"))
        self.assertEqual(done.stderr.count(b"cannot write"), 1)
        self.assertNotIn(b"Traceback", done.stderr)

    def test_journal_gone(self):
        done = self.script("from runyard import Run; Run.get_context().log('x', 1)",
                           RUNYARD_JOURNAL=os.path.join(self.where, "absent"))
        self.assertEqual(done.returncode, 0)
        self.assertNotIn(b"Traceback", done.stderr)


class Files(Case):
    def test_upload_and_duplicate(self):
        source = os.path.join(self.where, "source")
        with open(source, "wb") as writer:
            writer.write(b"abc")
        self.run_.upload_file("outputs/a", source)
        line = self.lines()[-1]
        self.assertEqual((line["k"], line["n"], line["size"]), ("file", "outputs/a", 3))
        with open(os.path.join(self.where, line["p"]), "rb") as reader:
            self.assertEqual(reader.read(), b"abc")
        text = ("UserError: Resource Conflict: ArtifactId ExperimentRun/dcid.r1/outputs/a already exists.")
        with self.assertRaisesRegex(UserErrorException, text):
            self.run_.upload_file("outputs/a", source)
        self.assertEqual(len(os.listdir(os.path.join(self.where, "blobs"))), 1)
        with self.assertRaisesRegex(UserErrorException, "cannot upload {}-absent: No such file".format(source)):
            self.run_.upload_file("outputs/b", source + "-absent")
        os.mkfifo(source + "-fifo")
        with self.assertRaisesRegex(UserErrorException, "cannot upload {}-fifo: it is not a regular file".format(source)):
            self.run_.upload_file("fifo", source + "-fifo")

    def test_the_name_of_a_file_is_a_place_inside_of_the_run(self):
        deep = "d/" * 200 + "e"
        for given, kept in (("./outputs//m.pkl", "outputs/m.pkl"), ("/a/b", "a/b"), ("c/", "c"), (deep, deep),
                            ("f\ng", "f g"), ("..h", "..h")):
            self.run_.upload_file(given, io.BytesIO(b"x"))
            self.assertEqual(self.lines()[-1]["n"], kept)
        for wrong in ("../x", "a/../b", "/", ".", "", None, "x" * 256, "精" * 86, "a/" * 2500):
            with self.assertRaisesRegex(UserErrorException, "name .*(is not allowed|must not be empty)"):
                self.run_.upload_file(wrong, io.BytesIO(b"x"))

    def test_a_name_that_is_too_long_is_cut_with_a_warning(self):
        with self.assertLogs("runyard") as said:
            self.run_.log("n" * 300, 1)
            self.run_.tag("t" * 300)
            self.run_.log_row("r", **{"c" * 300: 1})
        name, tag, row = self.lines()[-3:]
        for text, letter in ((name["n"], "n"), (tag["n"], "t"), (*row["v"], "c")):
            self.assertRegex(text, "^" + letter * 246 + "~[0-9a-f]{8}$")
        self.assertEqual(len(said.output), 3)

    def test_names_that_differ_only_after_the_limit_stay_apart(self):
        with self.assertLogs("runyard"):
            for end in "xy":
                self.run_.log("n" * 299 + end, 1)
            self.run_.log_table("t", {"c" * 299 + end: [1] for end in "xy"})
        self.assertEqual(len({line["n"] for line in self.lines()[-3:-1]}), 2)
        self.assertEqual(len(self.lines()[-1]["v"]), 2)

    def test_images_and_documents_of_too_long_names_are_kept_under_shorter_ones(self):
        names = ["n" * 299 + end for end in "xy"] + ["精" * 200, "a" * 300 + "/" + "b" * 300]
        with self.assertLogs("runyard"):
            for name in names:
                self.run_.log_image(name, plot=Figure())
                self.run_.log_predictions(name, {})
        lines = [line for line in self.lines() if "f" in line]
        self.assertEqual(len({line["n"] for line in lines}), len(names))
        self.assertEqual(len({line["f"] for line in lines}), 2 * len(names))
        for line in lines:
            self.assertLessEqual(max(len(part.encode()) for part in line["f"].split("/")), 255)
        self.assertTrue(all(line["f"].endswith(".png") for line in lines if line["k"] == "image"))

    def test_a_file_whose_name_fills_the_limit_can_be_an_image_twice(self):
        path = os.path.join(self.where, "n" * 251 + ".png")
        with open(path, "wb"):
            self.run_.log_image("a", path)
            self.run_.log_image("a", path)
        self.assertEqual(len({line["f"] for line in self.lines() if "f" in line}), 2)

    def test_what_is_no_dictionary_or_list_is_refused_in_words(self):
        for call, text in ((self.run_.set_tags, "tags must be a dictionary"),
                           (self.run_.remove_tags, "tags must be a list"),
                           (self.run_.add_properties, "properties must be a dictionary")):
            for wrong in (3, None):
                with self.assertRaisesRegex(UserErrorException, "{}.* not {}".format(text, wrong)):
                    call(wrong)

    def test_streams_and_folders(self):
        self.run_.upload_file("stream", io.BytesIO(b"x" * 3000000))
        with self.assertRaisesRegex(UserErrorException, "binary mode"):
            self.run_.upload_file("text", io.StringIO("x"))
        with self.assertRaisesRegex(UserErrorException, "must be a path or a binary stream, not int"):
            self.run_.upload_file("number", 3)
        folder = os.path.join(self.where, "folder")
        os.makedirs(os.path.join(folder, "b", "c"))
        for name in ("z", os.path.join("b", "c", "文件")):
            open(os.path.join(folder, name), "w").close()
        self.run_.upload_folder("tree/", folder)
        with self.assertRaisesRegex(UserErrorException, "not a valid directory"):
            self.run_.upload_folder("tree", os.path.join(folder, "z"))
        with self.assertRaisesRegex(UserErrorException, "equal length, not 1 and 0"):
            self.run_.upload_files(["a"], [])
        self.assertEqual([(line["n"], line["size"]) for line in self.lines()[1:]],
                         [("stream", 3000000), ("tree/z", 0), ("tree/b/c/文件", 0)])
        self.assertEqual(len(os.listdir(os.path.join(self.where, "blobs"))), 3)

    def test_ending(self):
        path = os.path.join(self.where, "ending.json")
        self.run_.complete()
        with open(path) as reader:
            self.assertEqual(json.load(reader)["outcome"], "completed")
        self.run_.fail(ValueError("bad"), error_code="E1")
        with open(path) as reader:
            facts = json.load(reader)
        self.assertEqual((facts["outcome"], facts["message"], facts["code"]), ("failed", "User program failed with ValueError: bad", "E1"))
        self.assertEqual(facts["error"]["type"], "ValueError")

    def test_an_exception_that_cannot_say_its_message(self):
        class Odd(Exception):
            def __str__(self):
                raise RuntimeError("no words")
        self.run_.fail(Odd())
        with open(os.path.join(self.where, "ending.json")) as reader:
            facts = json.load(reader)
        self.assertEqual((facts["message"], facts["error"]["type"]), ("User program failed with Odd: ", "Odd"))
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir(self.where)
        with self.assertRaises(Odd), self.run_._start_child(self.run_._journal, "fold", "c1", None, {}):
            raise Odd()


class Offline(unittest.TestCase):
    def test_offline(self):
        with mock.patch.dict(os.environ):
            os.environ.pop("RUNYARD_RUN_ID", None)
            run = Run.get_context()
            with self.assertRaises(RunEnvironmentException):
                Run.get_context(allow_offline=False)
        self.assertIs(type(run), _OfflineRun)
        self.assertTrue(run.id.startswith("OfflineRun_"))
        self.assertIn("_OfflineRun", str(run))
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            run.log("x", 1)
            run.upload_file("a", "b")
        self.assertEqual(said.getvalue(), "Attempted to log scalar metric x:\n1\nAttempted to track file a at b\n")
        run.tag("a", "b")
        run.complete()
        self.assertEqual(run.experiment.name, "OfflineExperiment")

    def test_values_beyond_the_most_that_are_kept_are_dropped_with_one_sentence(self):
        run, said = _OfflineRun(), io.StringIO()
        with mock.patch.object(offline, "_MOST_LINES", 2), contextlib.redirect_stderr(said), \
                contextlib.redirect_stdout(io.StringIO()):
            for value in range(4):
                run.log("x", value)
        self.assertEqual(run.get_metrics(), {"x": [0, 1]})
        self.assertEqual(said.getvalue().count("\n"), 1)
        self.assertIn("only the first 2 logged values; submit the script as a run", said.getvalue())


if __name__ == "__main__":
    unittest.main()
