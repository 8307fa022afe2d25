# SPDX-License-Identifier: Apache-2.0
"""The hook that checks the subjects of commits."""

import os
import subprocess
import sys
import tempfile
import unittest

HOOK = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "scripts", "commit_subject"))


def check(*arguments):
    """The exit status and what the hook says."""
    done = subprocess.run([sys.executable, HOOK, *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.returncode, done.stdout.decode()


class CommitSubject(unittest.TestCase):
    def test_an_area_and_an_imperative_verb_pass(self):
        for subject in ("daemon: skip a damaged run record", "env, tests: correct a sentence", "Merge branch 'main'",
                        'Revert "cli: say it"', "fixup! cli: ask who listens"):
            self.assertEqual(check("--subject", subject), (0, ""))

    def test_a_wrong_subject_is_refused_with_a_reason(self):
        for subject, reason in (("skip a damaged run record", "begin with an area"), ("daemon: a damaged record is skipped", "'a' is not"),
                                ("daemon: skipped a record", "'skipped' is not"), ("house: skip a record", "'house' is no area"),
                                ("daemon: skip a record.", "full stop"), ("daemon: skip " + "x" * 60, "at most 60"), ("", "begin with")):
            status, said = check("--subject", subject)
            self.assertEqual(status, 1, subject)
            self.assertIn(reason, said)

    def test_the_first_line_of_the_message_counts(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "COMMIT_EDITMSG")
            with open(path, "w") as file:
                file.write("# a comment of git's\n\ncli: ask who listens\n\nThe body may say anything. And more.\n")
            self.assertEqual(check(path), (0, ""))


if __name__ == "__main__":
    unittest.main()
