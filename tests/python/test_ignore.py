# SPDX-License-Identifier: Apache-2.0
"""What is listed of a folder that the daemon cannot see: links out of it are followed as the daemon follows them."""

import os
import sys
import tempfile
import unittest

PYTHON = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "python")
sys.path.insert(0, PYTHON)

from runyard._runs import ignore  # noqa: E402


class IgnoreFiles(unittest.TestCase):
    def test_one_that_is_no_file_is_passed_by(self):
        with tempfile.TemporaryDirectory() as folder:
            os.mkfifo(os.path.join(folder, ".amlignore"))
            self.assertEqual(ignore.ignore_files(folder), {})
            with open(os.path.join(folder, ".gitignore"), "w") as file:
                file.write("*.log")
            self.assertEqual(ignore.ignore_files(folder), {".gitignore": "*.log"})


class Links(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.top = folder.name

    def write(self, name):
        path = os.path.join(self.top, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file:
            file.write("1")

    def link(self, target, name):
        os.symlink(target, os.path.join(self.top, name))

    def listed(self):
        """Path to type of every entry of exp/."""
        return {entry["path"]: entry["type"] for entry in ignore.entries(os.path.join(self.top, "exp"))}

    def test_relative_links_out_of_the_folder_are_followed(self):
        for name in ("common/util.py", "config.json", "lib/b", "exp/main.py"):
            self.write(name)
        self.link("../common", "exp/common")
        self.link("../config.json", "exp/config.json")
        self.link("../lib", "common/lib")
        self.assertEqual(self.listed(), {"common": "dir", "common/util.py": "file", "common/lib": "dir", "common/lib/b": "file",
                                         "config.json": "file", "main.py": "file"})

    def test_other_links_stay_links(self):
        self.write("exp/data/x")
        self.write("common/a")
        self.link(os.path.join(self.top, "common"), "exp/absolute")
        self.link("data/x", "exp/inside")
        self.link("../nowhere", "exp/broken")
        self.link("..", "exp/above")
        self.link("../exp", "exp/self")
        self.assertEqual(self.listed(), {"data": "dir", "data/x": "file", "absolute": "link", "inside": "link", "broken": "link",
                                         "above": "link", "self": "link"})

    def test_folders_that_link_to_each_other_come_to_an_end(self):
        self.write("a/x")
        self.write("b/y")
        os.mkdir(os.path.join(self.top, "exp"))
        self.link("../b", "a/b")
        self.link("../a", "b/a")
        self.link("../a", "exp/a")
        self.assertEqual(self.listed(), {"a": "dir", "a/x": "file", "a/b": "dir", "a/b/y": "file", "a/b/a": "link"})


if __name__ == "__main__":
    unittest.main()
