# SPDX-License-Identifier: Apache-2.0
"""S7, R25: of a run's outputs only plain files are collected; the rest is named, and the run's status stays."""

import io
import os
import unittest
import zipfile
from urllib.parse import quote

import wire  # noqa: F401  finds daemon.py and its neighbors

from processes import PATIENCE, read_bytes, wait_for
from strangers import needs_root
from daemon import DaemonTest, needs

SECRET = "CANARY-SECRET"


@needs("runyardd")
class Outputs(DaemonTest):
    def setUp(self):
        super().setUp()
        self.secret = os.path.join(self.daemon.home, "id_rsa")
        with open(self.secret, "w") as file:
            file.write(SECRET)
        os.chmod(self.secret, 0o600)

    def finish(self, source, **fields):
        """A run that does this in its working directory and must complete."""
        run = self.daemon.finish("import os, stat\nSECRET = %r\n" % self.secret + source, **fields)
        self.assertEqual(run["status"], "Completed", run)
        return run

    def collected(self, run):
        return [name for name in self.daemon.files(run["id"]) if name.startswith(("outputs/", "logs/"))]

    def assert_skipped(self, run, *names):
        for name in names:
            self.assertTrue([text for text in run["warnings"] if text.startswith(name + " was not collected: ")],
                            (name, run["warnings"]))

    def assert_record_has_no_secret(self, run):
        for folder, _, names in os.walk(os.path.join(self.daemon.state, "runs", run["id"], "artifacts")):
            for name in names:
                path = os.path.join(folder, name)
                self.assertFalse(os.path.islink(path), path)
                self.assertNotIn(SECRET.encode(), read_bytes(path), path)
        for name in self.daemon.files(run["id"]):
            self.assertNotIn(SECRET.encode(), self.daemon.api("GET", "/runs/%s/files/%s" % (run["id"], name)).body)
        self.assertNotIn(SECRET.encode(), self.daemon.api("GET", "/runs/%s/archive" % run["id"]).body)

    def test_links_to_a_secret(self):
        run = self.finish("os.symlink(SECRET, 'outputs/file'); os.symlink(os.path.dirname(SECRET), 'outputs/folder')\n"
                          "os.symlink('outputs', 'hop'); os.symlink('../hop/file', 'outputs/two-hops'); "
                          "os.symlink('self', 'outputs/self')\n"
                          "open('outputs/good', 'w').write('g')")
        self.assertEqual(self.collected(run), ["outputs/good"])
        self.assert_skipped(run, "outputs/file", "outputs/folder", "outputs/two-hops", "outputs/self")
        self.assert_record_has_no_secret(run)
        for name in ("work/hop/file", "work/outputs/file", "work/outputs/folder/id_rsa", "files/outputs/file",
                     "files/outputs/folder/id_rsa"):
            self.assertNotIn(SECRET.encode(), self.daemon.api("GET", "/runs/%s/%s" % (run["id"], name)).body, name)

    def test_links_to_files_are_kept_as_copies(self):
        public = os.path.join(self.daemon.home, "weights.bin")
        with open(public, "w") as file:
            file.write("public")
        os.chmod(public, 0o644)
        run = self.finish("os.makedirs('cache'); open('cache/w.bin', 'w').write('cached'); os.chmod('cache/w.bin', 0o600)\n"
                          "open('outputs/epoch=1.ckpt', 'w').write('one'); os.symlink('epoch=1.ckpt', 'outputs/last.ckpt')\n"
                          "os.symlink('../cache/w.bin', 'outputs/model.bin'); os.symlink(%r, 'outputs/shared')\n"
                          "os.symlink('nowhere', 'outputs/broken'); os.symlink('/dev/zero', 'outputs/zero')\n"
                          "os.symlink('/proc/self/environ', 'outputs/environ'); os.symlink('../cache', 'outputs/folder')" % public)
        kept = {name: self.daemon.api("GET", "/runs/%s/files/%s" % (run["id"], quote(name))).body for name in self.collected(run)}
        self.assertEqual(kept, {"outputs/epoch=1.ckpt": b"one", "outputs/last.ckpt": b"one", "outputs/model.bin": b"cached",
                                "outputs/shared": b"public"})
        self.assert_skipped(run, "outputs/broken", "outputs/zero", "outputs/environ", "outputs/folder")
        self.assertTrue([text for text in run["warnings"] if text.startswith("outputs/shared is a link to " + public)], run["warnings"])

    def test_a_folder_of_outputs_that_is_a_link(self):
        run = self.finish("os.rmdir('outputs'); os.symlink(os.path.dirname(SECRET), 'outputs')\n"
                          "os.rmdir('logs'); os.symlink('/', 'logs')")
        self.assertEqual(self.collected(run), [])
        self.assert_skipped(run, "outputs", "logs")
        self.assert_record_has_no_secret(run)

    def test_links_are_not_followed_while_the_run_goes_on(self):
        run = self.daemon.submit("import os, time\nos.symlink(%r, 'logs/live')\nos.symlink(%r, 'outputs/live')\n"
                               "print('ready', flush=True)\n"
                               "time.sleep(1000)" % (self.secret, self.secret))
        self.daemon.wait_log(run, "ready")
        for name in ("logs/live", "outputs/live"):
            answer = self.daemon.api("GET", "/runs/%s/files/%s" % (run, name))
            self.assertNotEqual(answer.status, 200)
            self.assertNotIn(SECRET.encode(), answer.body)

    def test_what_is_no_file(self):
        run = self.finish("import socket\nos.mkfifo('outputs/fifo')\n"
                          "s = socket.socket(socket.AF_UNIX); s.bind('outputs/socket')\n"
                          "open('outputs/good', 'w').write('g')")
        self.assertEqual(self.collected(run), ["outputs/good"])
        self.assert_skipped(run, "outputs/fifo", "outputs/socket")

    @needs_root
    def test_devices(self):
        run = self.finish("os.mknod('outputs/zero', 0o666 | stat.S_IFCHR, os.makedev(1, 5))\n"
                          "os.mknod('outputs/disk', 0o666 | stat.S_IFBLK, os.makedev(7, 0))")
        self.assertEqual(self.collected(run), [])
        self.assert_skipped(run, "outputs/zero", "outputs/disk")

    def test_a_second_name_of_a_file_elsewhere_does_not_change_the_record(self):
        kept = os.path.join(self.daemon.home, "checkpoint")
        run = self.finish("open(%r, 'w').write('first')\nos.link(%r, 'outputs/best')\nos.chmod(%r, 0o640)" % (kept,
                                                                                                              kept,
                                                                                                              kept))
        with open(kept, "w") as file:
            file.write("later")
        self.assertEqual(self.daemon.api("GET", "/runs/%s/files/outputs/best" % run["id"]).body, b"first")
        self.assertEqual(os.stat(kept).st_mode & 0o777, 0o640)

    def test_a_huge_file_without_content(self):
        run = self.finish("with open('outputs/sparse', 'w') as f: f.truncate(1 << 39)\n"
                          "open('outputs/good', 'w').write('g')")
        self.assertIn("outputs/good", self.collected(run))
        listed = {file["name"]: file["size"] for file in self.daemon.get("/runs/%s/files" % run["id"])["items"]}
        self.assertEqual(listed.get("outputs/sparse"), 1 << 39)

    def test_a_file_that_another_process_lets_grow(self):
        folder = self.daemon.folder({"main.py": "open('outputs/grows', 'wb').write(b'x' * 1000)\n"
                                              "os.system('setsid sh -c \"while :; do cat /dev/zero | head -c 1000000"
                                              " >> outputs/grows; done\" & true')" .replace("os.system",
                                                                                            "import os; os.system")})
        body = self.daemon.request(folder)
        body["source"].update(in_place=True, snapshot=False)
        run = self.daemon.wait(self.daemon.post_run(body).json["id"])
        self.assertEqual(run["status"], "Completed", run)
        self.assertIn("outputs/grows", self.collected(run))

    def test_names_that_are_no_names(self):
        run = self.finish("for name in (b'new\\nline', b'\\xff\\xfe', b'x' * 255, b'-rf', b'$(reboot)', b';x', b' ', "
                          "b'a\\x1b[31m'):\n"
                          "  open(b'outputs/' + name, 'w').close()\n"
                          "os.makedirs('outputs/' + '/'.join(['d' * 250] * 12)); "
                          "open('outputs/' + '/'.join(['d' * 250] * 12) + '/deep', 'w').close()")
        names = self.collected(run)
        for name in ("outputs/-rf", "outputs/$(reboot)", "outputs/;x"):
            self.assertIn(name, names)
        self.assertFalse([name for name in names if "\n" in name or "\x1b" in name])
        self.assertGreater(len(run["warnings"]), 1)

    def archive(self, run):
        """The zip of the run's files."""
        answer = self.daemon.api("GET", "/runs/%s/archive" % run["id"])
        self.assertEqual(answer.status, 200, answer.body)
        return zipfile.ZipFile(io.BytesIO(answer.body))

    def test_no_name_in_a_zip_leads_out_on_windows(self):
        run = self.finish("for name in ('a\\\\..\\\\..\\\\evil.txt', 'C:evil', 'C%3Aevil', '100%'): open('outputs/' + name, 'w').close()")
        names = [name for name in self.archive(run).namelist() if name.startswith("outputs/")]
        self.assertEqual(sorted(names), ["outputs/100%", "outputs/C%253Aevil", "outputs/C%3Aevil",
                                         "outputs/a%5C..%5C..%5Cevil.txt"])

    def test_one_bad_file_costs_no_other(self):
        run = self.finish("journal = os.environ['RUNYARD_JOURNAL']\nos.makedirs(journal + '/blobs', exist_ok=True)\n"
                          "os.symlink(SECRET, journal + '/blobs/link')\n"
                          "open(journal + '/forged.jsonl', 'w').write('{\"k\":\"file\",\"n\":\"bad\",\"p\":\"blobs/link\",\"size\":3}\\n')\n"
                          "open('outputs/good', 'w').write('g')")
        self.assertIn("bad", self.daemon.files(run["id"]))
        self.assertEqual(self.daemon.api("GET", "/runs/%s/files/bad" % run["id"]).status, 404)
        archive = self.archive(run)
        self.assertEqual(archive.read("outputs/good"), b"g")
        self.assertTrue(archive.read("FILES LEFT OUT.txt").startswith(b"bad: the run has no file 'bad'"))

    @unittest.skipIf(os.geteuid() == 0, "root reads everything")
    def test_what_cannot_be_read(self):
        run = self.finish("os.mkdir('outputs/closed'); open('outputs/closed/x', 'w').close(); "
                          "os.chmod('outputs/closed', 0)\n"
                          "open('outputs/file', 'w').write('f'); os.chmod('outputs/file', 0)")
        self.assert_skipped(run, "outputs/closed")
        self.assertEqual(self.daemon.api("GET", "/runs/%s/files/outputs/file" % run["id"]).body, b"f")

    def test_folders_without_end(self):
        run = self.finish("open('outputs/good', 'w').write('g')\nos.chdir('outputs')\n"
                          "for _ in range(3000): os.mkdir('d'); os.chdir('d')\nopen('deep', 'w').close()")
        self.assertEqual(self.collected(run), ["outputs/good"])
        self.assertTrue([text for text in run["warnings"] if "was not collected" in text and "too long" in text])
        self.assertEqual(self.daemon.api("GET", "/runs/%s/work" % run["id"]).status, 200)
        self.assertEqual(self.daemon.api("GET", "/usage").status, 200)
        deleted = self.daemon.api("DELETE", "/runs/" + run["id"], headers={"Content-Type": "application/json"})
        self.assertEqual(deleted.status, 200, deleted.body)
        wait_for("the folders to be gone", lambda: not os.listdir(os.path.join(self.daemon.state, "trash")), 2 * PATIENCE)

    def test_many_files_and_many_that_are_skipped(self):
        run = self.finish("for i in range(300): os.mkfifo('outputs/f%d' % i)\n"
                          "for i in range(2000): open('logs/%04d' % i, 'w').close()")
        self.assertEqual(len(self.collected(run)), 2000)
        self.assertTrue([text for text in run["warnings"] if text.startswith("300 files were not collected")],
                        run["warnings"][-3:])
        self.assertLess(len(run["warnings"]), 110)

    def test_more_than_a_run_may_keep(self):
        run = self.finish("for i in range(20): open('outputs/%02d' % i, 'w').write('x' * 10)",
                          quotas={"output_files": 5})
        self.assertEqual(len(self.collected(run)), 5)
        self.assertTrue([text for text in run["warnings"] if "15 files stay in the working directory" in text],
                        run["warnings"])
        self.assertEqual(len(os.listdir(self.daemon.attempt(run["id"], "work", "outputs"))), 15)
        run = self.finish("for i in range(20): open('outputs/%02d' % i, 'w').write('x' * 10)",
                          quotas={"output_bytes": 55})
        self.assertEqual(len(self.collected(run)), 5)

    @unittest.skipUnless(os.environ.get("RUNYARD_SLOW"), "RUNYARD_SLOW=1: takes a minute")
    def test_a_hundred_thousand_files(self):
        run = self.finish("for i in range(100010): open('outputs/%06d' % i, 'w').close()")
        self.assertEqual(len(self.collected(run)), 100000)
        self.assertTrue([text for text in run["warnings"] if "10 files stay in the working directory" in text],
                        run["warnings"])
