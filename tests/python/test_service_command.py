# SPDX-License-Identifier: Apache-2.0
"""What `runyard serve` reads from its words, and what it says of mistakes."""

import contextlib
import io
import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "python"))

from folder_case import FolderCase  # noqa: E402
from runyard._service import command  # noqa: E402


class Words(FolderCase):
    def setUp(self):
        super().setUp()
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir(self.top)

    def source(self, *words):
        return command.source_of(command.parser().parse_args(words))

    def said(self, *words):
        with contextlib.redirect_stderr(io.StringIO()) as said:
            code = command.main([*words])
        return code, said.getvalue()

    def test_the_name_of_a_service_from_its_script(self):
        for script, name in (("score.py", "score"), ("my_Model.v2.py", "my-model-v2"), ("1st.py", "service-1st"),
                             ("m.py", "m-service"), ("_.py", "service"), ("x" * 40 + ".py", "x" * 32)):
            self.assertEqual(command.name_of(script), name)

    def test_a_script_alone_and_in_a_folder(self):
        self.put("app/code/score.py", "def init(): pass")
        self.assertEqual(list(self.source("app/code/score.py").files), ["score.py"])
        for words in (("--source=app", "--", "app/code/score.py"), ("--source", "app", "code/score.py")):
            found = self.source(*words)
            self.assertEqual((found.folder, found.entry_script), (os.path.join(self.top, "app"), "code/score.py"))

    def test_mistakes(self):
        self.put("app/score.py", "def init(): pass")
        self.put("other/a.txt", "")
        for words, said in (((), "cannot serve nothing: name one script"), (("a.py", "b.py"), "cannot serve a.py b.py"),
                            (("--workers=0", "app/score.py"), "cannot serve with 0 workers: 1 to 64 are possible"),
                            (("--timeout=0", "app/score.py"), "it must be positive"),
                            (("--source=other", "app/score.py"), "it is not in the folder other"),
                            (("none.py",), "entry_script none.py doesn't exist")):
            code, text = self.said(*words)
            self.assertIn(code, (1, 2), text)
            self.assertIn(said, text)


if __name__ == "__main__":
    unittest.main()
