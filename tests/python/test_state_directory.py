# SPDX-License-Identifier: Apache-2.0
"""Whose a state directory is, and files that are written where other users may have prepared something."""

import os
import sys
import tempfile
import unittest
from unittest import mock

sys.path.insert(0, os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "python")))

from runyard._base import new_file  # noqa: E402
from runyard._client import state_directory  # noqa: E402
from runyard.exceptions import UserErrorException  # noqa: E402

STRANGER = 65533
needs_root = unittest.skipIf(os.geteuid() != 0, "only root can give something away")


class Case(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.top = folder.name

    def use(self, *names):
        """Make a path below the folder the state directory."""
        path = os.path.join(self.top, *names)
        patch = mock.patch.dict(os.environ, {"RUNYARD_STATE": path})
        patch.start()
        self.addCleanup(patch.stop)
        return path

    def assert_refused(self, why):
        for use in (state_directory.own, state_directory.make):
            with self.assertRaisesRegex(UserErrorException, "cannot use the state directory {}: .*{}".format(
                    state_directory.path(), why)):
                use()


class Directory(Case):
    def test_it_may_be_absent_and_is_made_for_this_user_alone(self):
        path = self.use("above", "state")
        self.assertEqual(state_directory.own(), path)
        self.assertFalse(os.path.exists(path))
        self.assertEqual((state_directory.make(), os.stat(path).st_mode & 0o7777), (path, 0o700))

    def test_others_may_read_but_not_write(self):
        path = self.use()
        for mode in (0o700, 0o755, 0o500):
            os.chmod(path, mode)
            self.assertEqual(state_directory.own(), path)
        for mode in (0o770, 0o702, 0o1777):
            os.chmod(path, mode)
            self.assert_refused("other users may write to it .* run 'chmod go-w")

    def test_a_link_of_this_user_is_followed_and_its_target_checked(self):
        path = self.use("link")
        os.symlink(os.path.join(self.top, "real"), path)
        self.assert_refused("make the directory that the symbolic link leads to, or remove the link")
        os.mkdir(os.path.join(self.top, "real"), 0o700)
        self.assertEqual(state_directory.own(), path)
        os.chmod(os.path.join(self.top, "real"), 0o777)
        self.assert_refused("other users may write to it")

    def test_a_file_is_no_directory(self):
        with open(self.use("file"), "w"):
            self.assert_refused("it is not a directory")

    @needs_root
    def test_what_belongs_to_another_user_is_refused(self):
        os.mkdir(self.use("theirs"))
        os.chown(state_directory.path(), STRANGER, STRANGER)
        self.assert_refused("it belongs to another user \\(uid 65533\\); use a directory of your own")
        os.symlink(self.top, self.use("link"))
        self.assertTrue(state_directory.own())
        os.lchown(state_directory.path(), STRANGER, STRANGER)
        self.assert_refused("the symbolic link belongs to another user")

    def test_a_user_that_is_not_mapped_cannot_be_told_from_others(self):
        self.use()
        with mock.patch.object(os, "geteuid", return_value=state_directory._overflow_uid()):
            self.assert_refused("does not map")


class NewFiles(Case):
    def test_a_file_is_whole_or_absent(self):
        path = os.path.join(self.top, "file")

        def broken():
            yield b"half"
            raise ValueError
        with self.assertRaises(ValueError):
            new_file.put(path, broken())
        self.assertEqual(os.listdir(self.top), [])
        new_file.put(path, [b"all ", b"of it"])
        with open(path, "rb") as file:
            self.assertEqual((file.read(), os.listdir(self.top)), (b"all of it", ["file"]))

    def test_the_name_beside_is_another_each_time(self):
        self.assertNotEqual(new_file.beside("/x/file"), new_file.beside("/x/file"))

    def test_only_a_link_of_this_user_is_written_through(self):
        victim, link = os.path.join(self.top, "victim"), os.path.join(self.top, "link")
        os.symlink("victim", link)
        new_file.overwrite(link, "mine")
        if os.geteuid() == 0:
            os.lchown(link, STRANGER, STRANGER)
            with self.assertRaisesRegex(OSError, "symbolic link of another user"):
                new_file.overwrite(link, "theirs")
            os.symlink("link", os.path.join(self.top, "mine"))
            with self.assertRaisesRegex(OSError, "symbolic link of another user"):
                new_file.overwrite(os.path.join(self.top, "mine"), "theirs")
        with open(victim) as file:
            self.assertEqual(file.read(), "mine")


if __name__ == "__main__":
    unittest.main()
