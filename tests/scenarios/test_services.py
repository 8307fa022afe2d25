# SPDX-License-Identifier: Apache-2.0
"""Web services: a small program answers behind the daemon's address, through updates, deaths and restarts."""

import json
import os
import stat
import sys
import threading
import unittest
import urllib.error
import urllib.request

from daemon import SDK, DaemonTest, basic_environment, needs
from processes import PATIENCE, wait_for

HERE = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(HERE, "service_host.py")) as file:
    HOST = file.read()
JSON = {"Content-Type": "application/json"}


class ServiceCase(DaemonTest):
    def setUp(self):
        super().setUp()
        self.addCleanup(self.delete_all)  # before the daemon ends: else it would start their programs again

    def delete_all(self):
        for service in self.daemon.get("/services")["items"]:
            self.delete(service["name"])
        wait_for("the end of all services", lambda: not os.listdir(self.folder()) if os.path.isdir(self.folder()) else True)

    def delete(self, name="churn"):
        return self.daemon.api("DELETE", "/services/" + name, headers=JSON)

    def folder(self):
        return os.path.join(self.daemon.state, "services")

    def submit_body(self, program=HOST, **variables):
        folder = self.daemon.folder(program)
        about = os.stat(folder)
        return {"kind": "command", "command": [sys.executable, "main.py"], "environ": basic_environment(self.daemon.home),
                "environment": {name: str(value) for name, value in variables.items()}, "sdk_path": SDK,
                "source": {"directory": folder, "device": about.st_dev, "inode": about.st_ino}}

    def deploy(self, name="churn", program=HOST, version=1, **fields):
        body = {"name": name, "submit": self.submit_body(program, VERSION=version), **fields}
        answer = self.daemon.api("POST", "/services", body)
        self.assertEqual(answer.status, 201, answer.body)
        return answer.json

    def change(self, name="churn", **change):
        answer = self.daemon.api("POST", "/services/" + name, change)
        self.assertEqual(answer.status, 200, answer.body)
        return answer.json

    def service(self, name="churn"):
        return self.daemon.get("/services/" + name)

    def wait_state(self, state, name="churn"):
        return wait_for("state %s of %s" % (state, name),
                        lambda: self.service(name) if self.service(name)["state"] == state else None, 2 * PATIENCE)

    def healthy(self, name="churn", **fields):
        self.deploy(name, **fields)
        return self.wait_state("Healthy", name)

    def ask(self, path="score", data=b"{}", headers=None, method="POST", name="churn"):
        """Status, body and headers of a request as a client of the service sends it."""
        uri = self.service(name)["scoring_uri"][:-len("score")] + path
        request = urllib.request.Request(uri, data, {**JSON, **(headers or {})}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                return answer.status, answer.read(), answer.headers
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read(), error.headers

    def message(self, *arguments, **options):
        status, body, _ = self.ask(*arguments, **options)
        return status, json.loads(body)["error"]["message"]

    def score(self, **options):
        status, body, _ = self.ask(**options)
        self.assertEqual(status, 200, body)
        return json.loads(body)


@needs("runyardd", "runyard", "runyard-launcher")
class RequestTest(ServiceCase):
    def test_requests_reach_the_program_and_nothing_else_of_the_caller(self):
        service = self.healthy(models=[{"name": "ridge", "version": 2}], tags={"a": "b"})
        self.assertEqual((service["version"], service["models"][0]["name"], service["tags"]), (1, "ridge", {"a": "b"}))
        self.assertEqual(self.daemon.run(service["run"])["experiment"], "services")
        heard = self.score(path="score?a=%20b", headers={"Cookie": "secret=1", "X-Mine": "2", "Content-Type": "text/csv"})
        self.assertEqual((heard["method"], heard["target"], heard["size"]), ("POST", "/score?a=%20b", 2))
        self.assertEqual((heard["headers"]["x-mine"], heard["headers"]["content-type"]), ("2", "text/csv"))
        self.assertNotIn("cookie", heard["headers"])
        status, body, headers = self.ask("", None, method="GET")
        self.assertEqual((status, body, headers["X-Of-Host"], headers["Set-Cookie"]), (200, b"Healthy", "yes", None))
        self.assertIn("default-src 'none'", headers["Content-Security-Policy"])
        for method in ("PUT", "DELETE", "PATCH", "OPTIONS"):
            self.assertEqual(self.score(method=method)["method"], method)
        self.assertEqual(self.ask("teapot")[:2], (418, b"short and stout"))
        large = os.urandom(3_000_000)
        self.assertEqual(self.ask("echo", large, {"Content-Type": "application/octet-stream"})[1], large)
        self.assertEqual(len(self.ask("chunks", b"20")[1]), 2_000_000)
        self.assertEqual(self.score(data=iter([b"x" * 500_000] * 2))["size"], 1_000_000)

    def test_keys_sites_and_limits(self):
        self.healthy(auth=True, timeout=0.3)
        keys = self.daemon.get("/services/churn/keys")
        status, why = self.message()
        self.assertEqual(status, 401)
        self.assertIn("Authorization: Bearer KEY", why)
        self.assertEqual(self.ask(headers={"Authorization": "Bearer " + keys["primary"][:-1]})[0], 401)
        for key in keys.values():
            self.assertNotIn("authorization", self.score(headers={"Authorization": "Bearer " + key})["headers"])
        evil = {"Origin": "http://evil.example"}
        self.score(headers={"Authorization": "Bearer " + keys["primary"], **evil})
        changed = self.daemon.api("POST", "/services/churn/keys", {"key": "Primary"}).json
        self.assertEqual(self.ask(headers={"Authorization": "Bearer " + keys["primary"]})[0], 401)
        self.score(headers={"Authorization": "Bearer " + changed["primary"]})
        self.change(auth=False)
        self.assertEqual(self.message(headers=evil)[0], 403)
        self.assertEqual(self.ask("slow", b"5")[0], 504)
        self.assertEqual(self.message(data=b"x", headers={"Content-Length": "1000000000"})[0], 413)
        self.assertEqual(self.message("score", name="churn", headers={"Host": "evil.example"})[0], 403)

    def test_bad_requests_for_services_say_what_is_wrong(self):
        self.deploy()
        self.assertEqual(self.daemon.api("POST", "/services", {"name": "churn", "submit": self.submit_body()}).status, 409)
        for body, why in (({}, "name of a service"), ({"name": "new"}, "'submit' is missing"),
                          ({"name": "new", "submit": {"kind": "command"}}, "needs 'command'"),
                          ({"name": "new", "submit": {**self.submit_body(), "source": {"directory": "x"}}}, "absolute")):
            answer = self.daemon.api("POST", "/services", body)
            self.assertEqual(answer.status, 400, answer.body)
            self.assertIn(why, answer.message)
        self.assertEqual([item["name"] for item in self.daemon.get("/services")["items"]], ["churn"])
        self.assertEqual(self.daemon.api("POST", "/services/churn", {"version": 9}).status, 404)
        for path in ("/services/none", "/services/none/keys"):
            self.assertEqual(self.daemon.api("GET", path).status, 404)
        self.assertEqual(self.delete("none").status, 404)


@needs("runyardd", "runyard", "runyard-launcher")
class LifeTest(ServiceCase):
    def test_an_update_and_a_rollback_drop_no_request(self):
        self.healthy()
        uri, answers, lost, stop = self.service()["scoring_uri"], [], [], threading.Event()

        def ask_all_the_time():
            while not stop.is_set():
                try:
                    with urllib.request.urlopen(urllib.request.Request(uri, b"{}", JSON), timeout=PATIENCE) as answer:
                        answers.append(json.loads(answer.read())["version"])
                except OSError as error:
                    lost.append(str(error))

        threads = [threading.Thread(target=ask_all_the_time) for _ in range(4)]
        self.addCleanup(stop.set)
        for thread in threads:
            thread.start()
        wait_for("answers", lambda: len(answers) > 50)
        first = self.service()["run"]
        self.change(submit=self.submit_body(VERSION=2))
        self.assertEqual(self.wait_state("Healthy")["version"], 2)
        wait_for("an answer of version 2", lambda: answers[-1] == "2")
        self.assertEqual(self.daemon.wait(first)["status"], "Canceled")
        self.change(version=1)
        self.wait_state("Healthy")
        wait_for("an answer of version 1", lambda: answers[-1] == "1")
        count = len(answers)
        wait_for("more answers", lambda: len(answers) > count + 50)
        stop.set()
        for thread in threads:
            thread.join()
        self.assertEqual(lost, [])
        states = [version["state"] for version in self.service()["versions"]]
        self.assertEqual(states, ["Healthy", "Stopped"])

    def test_a_program_that_dies_comes_back(self):
        service = self.healthy()
        pid = self.score()["pid"]
        status, why = self.message("die")
        self.assertEqual(status, 502)
        self.assertIn("closed the connection", why)
        dead = wait_for("the reason", lambda: self.service()["reason"])
        self.assertIn("7", dead)
        self.wait_state("Healthy")
        self.assertNotEqual(self.score()["pid"], pid)
        self.assertNotEqual(self.service()["run"], service["run"])

    def test_the_service_outlives_its_daemon(self):
        before = self.healthy()
        pid = self.score()["pid"]
        self.daemon.restart()
        after = self.wait_state("Healthy")
        self.assertEqual((self.score()["pid"], after["run"], after["versions"]), (pid, before["run"], before["versions"]))
        self.daemon.kill()
        os.kill(pid, 9)
        self.daemon.start()
        self.wait_state("Healthy")
        self.assertNotEqual(self.score()["pid"], pid)

    def test_a_full_training_target_does_not_block_it_and_a_delete_leaves_nothing(self):
        self.daemon.api("POST", "/targets/local", {"slots": 0})
        service = self.healthy()
        (folder,) = os.listdir(self.folder())
        for name in ("", "service.json"):
            mode = os.stat(os.path.join(self.folder(), folder, name)).st_mode
            self.assertEqual(stat.S_IMODE(mode) & 0o077, 0)
        self.assertEqual(self.delete().json, {"removed": "churn"})
        self.assertEqual(self.daemon.wait(service["run"])["status"], "Canceled")
        wait_for("the end of its files", lambda: not os.listdir(self.folder()))
        with self.assertRaises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(urllib.request.Request(service["scoring_uri"], b"{}", JSON))
        caught.exception.close()
        self.assertEqual(caught.exception.code, 404)
        self.healthy()

    def test_programs_that_never_answer(self):
        self.deploy("ends", "raise SystemExit('no model')")
        failed = self.wait_state("Failed", "ends")
        self.assertIn("version 1 ended before it answered", failed["reason"])
        self.deploy("hangs", "import time\nprint('up', flush=True)\ntime.sleep(1000)")
        self.daemon.wait_log(self.service("hangs")["run"], "up")
        self.assertEqual(self.service("hangs")["state"], "Transitioning")
        status, why = self.message(name="hangs")
        self.assertEqual(status, 503)
        self.assertIn("does not answer now (it is Transitioning)", why)
        self.healthy()
        self.change(submit=self.submit_body("raise SystemExit(3)"))
        failed = self.wait_state("Failed")
        self.assertIn("version 1 is kept", failed["reason"])
        self.assertEqual(self.score()["version"], "1")

    def test_the_shell(self):
        self.healthy(auth=True)
        cli = self.daemon.cli
        self.assertIn("Healthy", cli("service", "list").out)
        shown = cli("service", "show", "churn", "--keys").out
        self.assertIn(self.daemon.get("/services/churn/keys")["primary"], shown)
        self.assertIn("/services/churn/score", shown)
        self.assertEqual(json.loads(cli("service", "test", "churn", "--data", "[1]").out)["size"], 3)
        self.assertIn("listening", cli("service", "logs", "churn").out)
        self.assertIn("version 1", cli("service", "update", "churn", "--auth", "off").out)
        self.assertEqual(self.score()["version"], "1")
        self.assertIn("name what changes", cli("service", "update", "churn", code=2).err)
        self.assertIn("there is no service", cli("service", "show", "none", code=1).err)
        self.assertIn("removed", cli("service", "delete", "churn").out)
        self.assertIn("name one script", cli("serve", code=2).err)


if __name__ == "__main__":
    unittest.main()
