# SPDX-License-Identifier: Apache-2.0
"""S12: a canary in every place where people keep secrets, and a search of all that is kept, listed or answered."""

import json
import os
import sys
import uuid

import wire  # noqa: F401  finds daemon.py and its neighbors

from processes import living, read_bytes, wait_for
from daemon import DaemonTest, basic_environment, needs

SECRET_NAMES = ("API_TOKEN", "AWS_SECRET_ACCESS_KEY", "DB_PASSWORD", "GIT_CREDENTIALS", "my_api_key",
                "AZURE_STORAGE_CONNECTION_STRING", "SSH_PRIVATE_KEY")
KEY_FILES = (".env", ".env.local", "deep/.env", "id_rsa", "deep/id_ed25519", "server.pem", "cert.p12", "store.jks",
             ".netrc", ".pgpass", ".pypirc",
             "Server.KEY", ".npmrc", "user.keytab", ".aws/credentials", "deep/.ssh/known", ".gnupg/ring", ".kube/config",
             "deep/.docker/config.json",
             ".git-credentials", "key.ppk", ".git/config", ".git/credentials", "deep/.git/config")

# A conda: tells how it was called, and makes a prefix.
CONDA = """#!{python}
import json, os, sys
settings = os.environ["CONDARC"]
with open(settings) as file:
    told = [sys.argv, file.read(), os.stat(settings).st_mode & 0o777]
with open({told!r}, "w") as file:
    json.dump(told, file)
prefix = sys.argv[sys.argv.index("--prefix") + 1]
os.makedirs(os.path.join(prefix, "bin"))
os.symlink({python!r}, os.path.join(prefix, "bin", "python"))
"""


class Canaries:
    """Makes values that occur nowhere else, each with a name that says where it was put."""

    def __init__(self):
        self.made = {}

    def new(self, place):
        return self.made.setdefault(place, "canary-" + uuid.uuid4().hex)

    def found(self, text):
        return sorted(place for place, value in self.made.items() if value.encode() in text)


@needs("runyardd")
class Secrets(DaemonTest):
    def setUp(self):
        super().setUp()
        self.canaries = Canaries()

    def submission(self, script):
        new = self.canaries.new
        files = {path: new("file " + path) for path in KEY_FILES}
        files.update({"main.py": script, ".env.example": "plain", "public.txt": "plain"})
        environ = {name: new("submitter's " + name) for name in SECRET_NAMES}
        own = {name: new("own " + name) for name in SECRET_NAMES}
        environ.update(PATH=os.environ["PATH"], INDEX="https://me:%s@host/" % new("address"))
        registered = {"environmentVariables": {"DB_PASSWORD": new("configuration")},
                      "docker": {"baseImageRegistry": {"username": "me", "password": new("registry")}}}
        variables = {**own, "PLAIN": "shown", "EXTRA_INDEX": "https://me:%s@host/simple" % new("own address")}
        return self.daemon.request(self.daemon.folder(files), environ=environ, environment=variables,
                                 configuration={"environmentVariables": own, "environment": registered})

    def kept(self, root):
        """Where below `root` a canary lies: (path, place)."""
        found = []
        for folder, _, names in os.walk(root):
            for name in names:
                path = os.path.join(folder, name)
                if os.path.isfile(path) and not os.path.islink(path):
                    found += [(os.path.relpath(path, root), place) for place in self.canaries.found(read_bytes(path))]
        return found

    def answers(self, run):
        """What every way of asking says of the run."""
        text = b"".join(self.daemon.api("GET", path % run).body for path in (
            "/runs/%s", "/runs?experiment=scenario&x=%s", "/runs/%s/files", "/runs/%s/snapshot/files",
            "/runs/%s/archive", "/runs/%s/snapshot",
            "/runs/%s/work", "/runs/%s/log"))
        return text + self.daemon.said().encode()

    def assert_nothing_is_left(self, run):
        self.assertEqual(self.canaries.found(self.answers(run)), [])
        self.daemon.stop()  # so that the database is whole, with nothing in its log
        self.assertEqual(self.kept(self.daemon.state), [])
        self.daemon.start()

    def test_while_it_runs_and_after_it_ended(self):
        script = ("import os, time\nassert all(os.environ[name].startswith('canary') for name in %r)\n"
                  "assert os.path.exists('public.txt')\n"
                  "assert not os.path.exists('.env')\nprint('ready', flush=True)\n"
                  "while not os.path.exists('go'): time.sleep(0.01)\n" % (SECRET_NAMES,))
        run = self.daemon.post_run(self.submission(script)).json["id"]
        self.daemon.wait_log(run, "ready")
        self.assertEqual(self.canaries.found(self.answers(run)), [])
        lines = b"".join(read_bytes("/proc/%d/cmdline" % pid) for pid in living(self.daemon.state))
        self.assertIn(b"main.py", lines)
        self.assertEqual(self.canaries.found(lines), [])
        self.assertEqual({path for path, _ in self.kept(self.daemon.state)}, {"runs/%s/record/environ.json" % run,
                                                                            "runs/%s/record/spec.json" % run})
        with open(self.daemon.attempt(run, "work", "go"), "w"):
            pass
        ended = self.daemon.wait(run)
        self.assertEqual((ended["status"], ended["environment"]["PLAIN"], ended["environment"]["API_TOKEN"]),
                         ("Completed", "shown", "(redacted)"), ended)
        self.assert_nothing_is_left(run)

    def test_whatever_ends_the_run(self):
        body = self.submission("import time\nprint('ready', flush=True)\ntime.sleep(1000)")
        killed = self.daemon.post_run(body).json["id"]
        queued = self.daemon.post_run({**body, "submission_id": "second"}).json["id"]
        self.daemon.wait_log(killed, "ready")
        self.daemon.api("POST", "/runs/%s/cancel" % queued)
        self.assertEqual(self.daemon.wait(queued)["status"], "Canceled")
        for who in ("worker", "guard"):
            os.kill(self.daemon.holder(killed, who), 9)
        self.assertEqual(self.daemon.wait(killed)["status"], "Failed")
        missing = self.daemon.post_run({**body, "submission_id": "third", "interpreter": "/nowhere/python"}).json["id"]
        self.assertEqual(self.daemon.wait(missing)["status"], "Failed")
        self.assert_nothing_is_left(missing)

    def test_a_run_that_its_own_process_reports(self):
        for end in ("/runs/%s/end", "/runs/%s/cancel"):
            body = {**self.submission(""), "submission_id": end, "kind": "interactive", "script": None, "process": {"pid": os.getpid()}}
            run = self.daemon.post_run(body).json["id"]
            self.assertEqual(self.daemon.api("POST", end % run, {"outcome": "completed"} if "end" in end else {}).status, 200)
            wait_for("its snapshot", lambda: self.daemon.run(run)["snapshot"])
        self.assert_nothing_is_left(run)

    def test_the_same_run_once_more_says_what_it_lacks(self):
        run = self.daemon.wait(self.daemon.post_run(self.submission("import os\nprint(sorted(name for name in os.environ "
                                                                "if name in %r))\n"
                                                                "print(os.environ['PLAIN'], 'INDEX' in os.environ)"
                                                                % (SECRET_NAMES,))).json["id"])
        again = self.daemon.api("POST", "/runs/%s/resubmit" % run["id"], {"submission_id": "again"})
        self.assertEqual(again.status, 201, again.body)
        ended = self.daemon.wait(again.json["id"])
        self.assertEqual((ended["status"], self.daemon.log(ended["id"])), ("Completed", b"[]\nshown False\n"), ended)
        for name in SECRET_NAMES + ("INDEX", "EXTRA_INDEX"):
            self.assertIn("the variable %s is not set: its value was not kept" % name, ended["warnings"])
        self.assert_nothing_is_left(ended["id"])

    def test_a_channel_of_conda_with_a_token(self):
        told, folder = os.path.join(self.daemon.root, "told"), os.path.join(self.daemon.root, "bin")
        os.mkdir(folder)
        with open(os.path.join(folder, "micromamba"), "w") as file:
            file.write(CONDA.format(python=sys.executable, told=told))
        os.chmod(file.name, 0o755)
        own = os.path.join(self.daemon.root, "condarc")
        with open(own, "w") as file:
            file.write("channels:\n- other\nssl_verify: false\n")
        channels = ["https://conda.anaconda.org/t/%s/x" % self.canaries.new("channel"), "plain"]
        environ = {**basic_environment(self.daemon.home), "CONDARC": own}
        environ["PATH"] = folder + ":" + environ["PATH"]
        managed = {"name": "mine", "conda": {"demo": None}, "channels": channels, "strict": True}
        run = self.daemon.finish("print('ran')", managed=managed, environ=environ,
                               configuration={"conda": {"channels": channels}})
        self.assertEqual((run["status"], self.daemon.log(run["id"])), ("Completed", b"ran\n"), run)
        with open(told) as file:
            words, settings, mode = json.load(file)
        self.assertEqual(self.canaries.found(" ".join(words).encode()), [])
        self.assertEqual((settings, mode), ('ssl_verify: false\n\nchannels:\n  - "%s"\n  - "plain"\n' % channels[0], 0o600))
        again = self.daemon.api("POST", "/runs/%s/resubmit" % run["id"], {"submission_id": "again"}).json["id"]
        self.assertIn("the environment lacks '(redacted)': the address was not kept", self.daemon.wait(again)["warnings"])
        self.assert_nothing_is_left(run["id"])
        body = self.daemon.request(None, managed={**managed, "channels": ["--help"]})
        refused = self.daemon.post_run(body)
        self.assertEqual((refused.status, "a channel does not begin with '-'" in refused.message), (400, True), refused)

    def test_the_address_of_a_dataset(self):
        def register(address):
            workspace = {"subscription_id": "local", "resource_group": "local", "name": "default"}
            return self.daemon.api("POST", "/datasets", {"workspace": workspace, "name": "d", "path": address})
        refused = register("https://me:%s@host/a.csv" % self.canaries.new("password"))
        self.assertEqual(refused.status, 400)
        self.assertIn("it holds a user name or password", refused.message)
        for name in ("sig", "token"):
            kept = register("https://host/a.csv?%s=%s#%s" % (name, self.canaries.new("query"), self.canaries.new("fragment")))
            self.assertEqual((kept.status, kept.json["paths"]), (201, ["https://host/a.csv"]))
        answers = refused.body + kept.body + self.daemon.api("GET", "/datasets?workspace=default").body
        self.assertEqual(self.canaries.found(answers + self.daemon.said().encode()), [])

    def test_a_rebuilt_database_holds_none(self):
        run = self.daemon.wait(self.daemon.post_run(self.submission("print(1)")).json["id"])
        self.daemon.stop()
        self.daemon.execute([os.path.join(os.environ["RUNYARD_BIN"], "runyardd"), "--rebuild"])
        self.daemon.start()
        self.assert_nothing_is_left(run["id"])

    def test_a_key_that_is_asked_for_is_taken(self):
        files = {"main.py": "print(open('.env').read())", ".env": "A=1", ".amlignore": "!.env\n"}
        run = self.daemon.finish(files)
        self.assertEqual(self.daemon.log(run["id"]), b"A=1\n")
