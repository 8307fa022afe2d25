# SPDX-License-Identifier: Apache-2.0
"""Secrets stay in the folder of the key vaults, in files that their user alone has opened."""

import os
import stat
import sys
import tempfile
import unittest
from unittest import mock

sys.path.insert(0, os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "python")))

from runyard._config.workspace_file import Identity  # noqa: E402
from runyard.keyvault import Keyvault  # noqa: E402


class Files(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.state = folder.name
        patched = mock.patch.dict(os.environ, RUNYARD_STATE=self.state)
        patched.start()
        self.addCleanup(patched.stop)

    def files(self):
        return sorted(os.path.relpath(os.path.join(folder, name), self.state)
                      for folder, _, names in os.walk(self.state) for name in names if not name.endswith(".lock"))

    def test_no_name_of_a_workspace_leads_out(self):
        for names in ((".", "..", "settings"), ("..", "..", "x"), ("a/b", "../c", "..")):
            vault = Keyvault(Identity(*names))
            vault.set_secret("password", "secret of " + names[2])
            self.assertEqual(vault.get_secret("password"), "secret of " + names[2])
        self.assertEqual(self.files(), ["keyvaults/%2E./%2E./x.json", "keyvaults/%2E/%2E./settings.json",
                                        "keyvaults/a%2Fb/%2E.%2Fc/%2E..json"])

    def test_a_file_that_was_there_before_gets_no_secret(self):
        folder = os.path.join(self.state, "keyvaults", "s", "g")
        os.makedirs(folder)
        before = os.path.join(folder, "w.json.new")
        with open(before, "w"):
            os.chmod(before, 0o666)
        Keyvault(Identity("s", "g", "w")).set_secret("password", "secret")
        self.assertEqual(os.path.getsize(before), 0)
        self.assertEqual(stat.S_IMODE(os.stat(os.path.join(folder, "w.json")).st_mode), 0o600)
        self.assertEqual(self.files(), ["keyvaults/s/g/w.json", "keyvaults/s/g/w.json.new"])


if __name__ == "__main__":
    unittest.main()
