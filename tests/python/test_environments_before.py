# SPDX-License-Identifier: Apache-2.0
"""The day before which the packages of an environment were uploaded: where it is read, and where it goes."""

import datetime
import os
import sys
import unittest
from unittest import mock

PYTHON = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "python"))
sys.path.insert(0, PYTHON)

from folder_case import FolderCase  # noqa: E402
from runyard import CondaDependencies, Environment  # noqa: E402
from runyard._config import before, managed  # noqa: E402
from runyard.exceptions import UserErrorException  # noqa: E402


class Before(FolderCase):
    """The day before which packages were uploaded."""

    def of(self, given=None, **variables):
        environment = Environment("mine")
        if given is not None:
            environment.before = given
        with mock.patch.dict(os.environ, variables):
            return before.of(environment, self.top)

    def test_the_environment_precedes_the_file_and_the_file_the_variable(self):
        self.assertIsNone(self.of(RUNYARD_ENV_BEFORE=""))
        self.assertEqual(self.of(RUNYARD_ENV_BEFORE="2019-01-02"), "2019-01-02")
        self.put(".runyard.toml", "# of its time\n\nbefore = '2020-02-29' # leap\n")
        self.assertEqual(self.of(RUNYARD_ENV_BEFORE="2019-01-02"), "2020-02-29")
        self.assertEqual(self.of("2021-06-01", RUNYARD_ENV_BEFORE="2019-01-02"), "2021-06-01")
        self.assertEqual(self.of(datetime.date(2021, 6, 1)), "2021-06-01")

    def test_how_the_file_may_write_it(self):
        for text, expected in (('before="2021-06-01"', "2021-06-01"), ("before = 2021-06-01", "2021-06-01"), ("", None)):
            self.put(".runyard.toml", text + "\n")
            self.assertEqual(self.of(RUNYARD_ENV_BEFORE=""), expected)
        day = "before = '2021-06-01'"
        for text in ("day = '2021-06-01'", "[env]", day[:-1], day + "\n" + day):
            self.put(".runyard.toml", "\n" + text + "\n")
            with self.assertRaisesRegex(UserErrorException, r"\.runyard\.toml, line [23]: cannot read "):
                self.of()

    def test_what_is_no_day(self):
        self.put(".runyard.toml", "before = '2021-02-29'\n")
        why = r"\.runyard\.toml: '2021-02-29' is not a day: give one that exists"
        with self.assertRaisesRegex(UserErrorException, why):
            self.of()
        with self.assertRaisesRegex(UserErrorException, "'before' of the environment 'mine': '1.6.2021' is not a day"):
            self.of("1.6.2021")
        os.unlink(os.path.join(self.top, ".runyard.toml"))
        with self.assertRaisesRegex(UserErrorException, "RUNYARD_ENV_BEFORE: 2999-01-01 is in the future"):
            self.of(RUNYARD_ENV_BEFORE="2999-01-01")

    def test_a_fifo_is_not_waited_for(self):
        os.mkfifo(os.path.join(self.top, ".runyard.toml"))
        with self.assertRaisesRegex(UserErrorException, r"\.runyard\.toml: it is not a file"):
            self.of()

    def test_it_is_kept_with_the_environment_if_it_is_set(self):
        made = Environment("mine")
        self.assertNotIn("before", made.as_dict())
        made.before = "2021-06-01"
        folder = os.path.join(self.top, "saved")
        made.save_to_directory(folder)
        self.assertEqual(Environment.load_from_directory(folder).before, "2021-06-01")

    def test_it_is_sent_with_a_run(self):
        packages = CondaDependencies.create(pip_packages=["azureml-defaults"])
        self.assertIsNone(managed.of("mine", packages))
        self.assertEqual(managed.of("mine", packages, "2021-06-01")["before"], "2021-06-01")


if __name__ == "__main__":
    unittest.main()
