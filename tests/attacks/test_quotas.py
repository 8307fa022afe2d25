# SPDX-License-Identifier: Apache-2.0
"""S18: what a run may grow to is a setting; reaching it is a warning; short of memory, the child goes first."""

import json
import os
import subprocess

import wire  # noqa: F401  finds daemon.py and its neighbors

from processes import read_bytes, wait_for
from daemon import DaemonTest, needs, program

LINE = '{"k":"scalar","n":"m","v":%d}\\n'


@needs("runyardd")
class Quotas(DaemonTest):
    def warned(self, run, *words):
        return [text for text in run["warnings"] if all(word in text for word in words)]

    def settings(self, text):
        with open(os.path.join(self.daemon.state, "settings.json"), "w") as file:
            file.write(text if isinstance(text, str) else json.dumps(text))

    def test_a_log_that_does_not_end(self):
        run = self.daemon.finish("import os\nfor _ in range(200): os.write(1, b'x' * 65536)\n"
                               "os.write(2, b'the last words')\nprint(os.getpid())", quotas={"log_bytes": 1_000_000})
        self.assertEqual((run["status"], run["exit_code"]), ("Completed", 0), run)
        log = self.daemon.log(run["id"])
        self.assertTrue(log.startswith(b"x" * 1_000_000 + b"\n[runyard: the log has reached its quota of "),
                        log[1_000_000:1_000_200])
        self.assertLess(len(log), 1_000_200)
        self.assertTrue(self.warned(run, "the log has reached its quota of"), run["warnings"])
        self.assertTrue(self.warned(run, "12 MB of what the run printed were not kept"), run["warnings"])

    def test_a_log_within_its_quota_to_the_byte(self):
        run = self.daemon.finish("import os; os.write(1, b'x' * 1000)", quotas={"log_bytes": 1000})
        self.assertEqual((self.daemon.log(run["id"]), run["warnings"]), (b"x" * 1000, []))

    def test_the_warning_is_seen_while_the_run_goes_on(self):
        run = self.daemon.submit("import os, time\nfor _ in range(10): os.write(1, b'x' * 1000)\n"
                               "while not os.path.exists('go'): time.sleep(0.01)", quotas={"log_bytes": 1000})
        self.daemon.wait_log(run, "quota")
        self.daemon.wait_status(run, "Running")
        wait_for("the warning", lambda: self.warned(self.daemon.run(run), "the log has reached its quota"))
        with open(self.daemon.attempt(run, "work", "go"), "w"):
            pass
        self.assertEqual(self.daemon.wait(run)["status"], "Completed")

    def test_the_launcher_is_killed_beyond_the_quota(self):
        run = self.daemon.submit("import os, time\nfor _ in range(10): os.write(1, b'x' * 1000)\n"
                               "print('ready', flush=True)\ntime.sleep(1000)", quotas={"log_bytes": 1000})
        self.daemon.wait_log(run, "quota")
        os.kill(self.daemon.holder(run, "worker"), 9)
        self.assertEqual(self.daemon.wait(run)["status"], "Failed")
        self.assertTrue(self.daemon.log(run).startswith(b"x" * 1000 + b"\n[runyard: "))

    def test_a_journal_that_does_not_end(self):
        source = "import os\nwith open(os.environ['RUNYARD_METRICS'], 'a') as f:\n"
        source += "  for i in range(10000): f.write('%s' %% i)\n" % LINE
        run = self.daemon.finish(source, quotas={"journal_bytes": 100_000})
        self.assertEqual(run["status"], "Completed", run)
        values = self.daemon.values(run["id"], "m")
        kept = len(read_bytes(self.daemon.attempt(run["id"], "journal", "metrics.jsonl"))[:100_000].splitlines()) - 1
        self.assertEqual(values, list(range(kept)))
        self.assertEqual(len(self.warned(run, "metrics.jsonl", "has reached the quota of")), 1, run["warnings"])
        self.assertEqual(len(run["warnings"]), 1)
        self.assertEqual(len(read_bytes(self.daemon.attempt(run["id"], "journal", "metrics.jsonl")).splitlines()), 10000)
        before = (self.daemon.run(run["id"])["warnings"], values)
        self.daemon.stop()
        self.daemon.execute([program("runyardd"), "--rebuild"])
        self.daemon.start()
        self.assertEqual((self.daemon.run(run["id"])["warnings"], self.daemon.values(run["id"], "m")), before)

    def test_settings_hold_for_every_run_and_a_submit_may_say_otherwise(self):
        self.settings({"quotas": {"log_bytes": 1000, "output_files": 1}})
        self.daemon.restart()
        source = "import os\nos.write(1, b'x' * 5000)\nfor name in 'abc': open('outputs/' + name, 'w').close()"
        run = self.daemon.finish(source)
        self.assertTrue(self.warned(run, "the log has reached its quota") and self.warned(run,
                                                                                          "2 files stay in the "
                                                                                          "working directory"),
                        run["warnings"])
        run = self.daemon.finish(source, quotas={"log_bytes": 100_000})
        self.assertFalse(self.warned(run, "the log has reached its quota"), run["warnings"])
        self.assertTrue(self.warned(run, "2 files stay in the working directory"), run["warnings"])

    def test_settings_that_are_wrong_are_named(self):
        self.daemon.stop()
        for text, words in (("{", "settings.json"), ("[]", "not a JSON object"),
                            ({"quota": {}}, "there is no setting 'quota'"),
                            ({"quotas": 3}, "'quotas' is not an object"),
                            ({"quotas": {"log": 1}}, "there is no quota 'log'"),
                            ({"quotas": {"log_bytes": "1"}}, "'quotas.log_bytes' is \"1\""),
                            ({"quotas": {"log_bytes": 0}}, "above 0"), ({"quotas": {"log_bytes": -5}}, "-5"),
                            ({"quotas": {"log_bytes": 1.5}}, "1.5")):
            with self.subTest(text):
                self.settings(text)
                done = subprocess.run([program("runyardd")], env=self.daemon.environment, stderr=subprocess.PIPE,
                                      timeout=60)
                self.assertEqual(done.returncode, 1)
                self.assertIn(words, done.stderr.decode())
                self.assertIn("settings.json", done.stderr.decode())

    def test_quotas_of_a_submit_that_are_wrong_are_named(self):
        for quotas, words in (([], "'quotas' is not an object"), ({"log": 1}, "there is no quota 'log'"),
                              ({"log_bytes": 0}, "'quotas.log_bytes' is 0")):
            answer = self.daemon.post_run(self.daemon.request(self.daemon.folder("print(1)"), quotas=quotas))
            self.assertEqual(answer.status, 400)
            self.assertIn(words, answer.message)

    def test_short_of_memory_the_child_goes_before_launcher_and_daemon(self):
        run = self.daemon.submit("import os, time\nif os.fork() == 0: time.sleep(1000)\nprint('ready', flush=True)\n"
                               "time.sleep(1000)")
        self.daemon.wait_log(run, "ready")

        def score(pid):
            return int(read_bytes("/proc/%d/oom_score_adj" % pid))

        children = [pid for pid in self.daemon.left_of(run) if b"main.py" in read_bytes("/proc/%d/cmdline" % pid)]
        self.assertEqual(len(children), 2)
        above = max(score(pid) for pid in (self.daemon.process.pid, self.daemon.holder(run, "worker"),
                                           self.daemon.holder(run, "guard")))
        for pid in children:
            self.assertGreater(score(pid), above)
