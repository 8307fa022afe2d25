# SPDX-License-Identifier: Apache-2.0
"""The host of a service: what it answers, what its workers may do to it, and how it ends."""

import json
import os
import socket
import stat
import threading
import unittest

from host_case import JSON, Connection, Host, HostCase

ECHO = """
import json, os, signal, time
def init():
    global started
    started = os.getpid()
def run(data):
    asked = json.loads(data) if data else None
    if isinstance(asked, dict):
        if "raise" in asked:
            raise ValueError(asked["raise"])
        if "kill" in asked:
            os.kill(os.getpid(), getattr(signal, asked["kill"]))
        if "sleep" in asked:
            open("asleep", "w").close()
            time.sleep(asked["sleep"])
        if "hang" in asked:
            for number in (signal.SIGALRM, signal.SIGTERM):
                signal.signal(number, signal.SIG_IGN)
            time.sleep(60)
        if "value" in asked:
            return {"nan": float("nan"), "bytes": b"x", "none": None, "set": {1}}[asked["value"]]
        if "pid" in asked:
            return os.getpid()
    return asked
"""
FAILED = {"message": "An unexpected error occurred in scoring script. Check the logs for more info."}


class Answers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.one = Host(ECHO, timeout=20, cors=["http://page.example"])
        cls.one.until_healthy()

    @classmethod
    def tearDownClass(cls):
        cls.one.end()

    def test_the_body_is_given_to_run_and_its_result_comes_back_as_json(self):
        status, text, headers = self.one.ask(body={"data": [[1, 2.5]], "text": "\u00e4"})
        self.assertEqual((status, json.loads(text)), (200, {"data": [[1, 2.5]], "text": "\u00e4"}))
        self.assertEqual((headers["Content-Type"], headers["x-ms-run-function-failed"]), ("application/json", "False"))
        self.assertRegex(headers["x-ms-run-fn-exec-ms"], r"^\d+\.\d{3}$")

    def test_a_get_gives_run_the_query_as_json(self):
        self.assertEqual(json.loads(self.one.ask("GET", "/score?a=1&b=[1,2]&c=a&d=null&e=x&e=2")[1]),
                         {"a": 1, "b": [1, 2], "c": "a", "d": None, "e": ["x", 2]})

    def test_health_and_what_is_not_there(self):
        self.assertEqual(self.one.ask("GET", "/")[:2], (200, "Healthy"))
        self.assertEqual(self.one.ask("HEAD", "/")[:2], (200, ""))
        for method, path, status, word in (("GET", "/other", 404, "not found"), ("POST", "/", 405, "not allowed"),
                                           ("PUT", "/score", 405, "not allowed"), ("GET", "/score/", 404, "not found"),
                                           ("HEAD", "/score", 405, "")):
            found, text, _ = self.one.ask(method, path)
            self.assertEqual(found, status, (method, path))
            self.assertIn(word, text)

    def test_an_exception_of_run_is_500_and_its_traceback_is_in_the_log(self):
        status, text, headers = self.one.ask(body={"raise": "no such column"})
        self.assertEqual((status, json.loads(text), headers["x-ms-run-function-failed"]), (500, FAILED, "True"))
        self.one.until(lambda: "ValueError: no such column" in self.one.said())

    def test_results_that_are_not_json(self):
        status, value = self.one.score({"value": "bytes"})
        self.assertEqual(status, 500)
        self.assertRegex(value["message"], "not JSON, of type bytes.*AMLResponse")
        self.assertRegex(self.one.score({"value": "set"})[1]["message"], "of type set.*sorted")
        self.assertEqual(self.one.ask(body={"value": "nan"})[:2], (200, "NaN"))
        self.assertIn("run() returned NaN", self.one.said())
        self.assertEqual(self.one.ask(body={"value": "none"})[:2], (200, "{}"))

    def test_a_body_that_is_no_text_is_400_and_a_form_is_empty(self):
        status, value = self.one.score(b"\xff\xfe")
        self.assertEqual(status, 400)
        self.assertIn("Input cannot be decoded as UTF-8", value["message"])
        self.assertEqual(self.one.score("a=1", headers={"Content-Type": "application/x-www-form-urlencoded"}), (200, {}))

    def test_request_ids_come_back(self):
        self.assertEqual(self.one.ask(body=1, headers={"x-request-id": "seven"})[2]["x-request-id"], "seven")
        self.assertEqual(self.one.ask(body=1, headers={"x-ms-client-request-id": "c"})[2]["x-ms-request-id"], "c")
        self.assertEqual(self.one.ask(body=1, headers={"x-request-id": "x" * 101})[0], 431)

    def test_pages_of_an_origin_that_is_allowed_may_read(self):
        asked = {"Origin": "http://page.example", "Access-Control-Request-Method": "POST",
                 "Access-Control-Request-Headers": "content-type"}
        status, text, headers = self.one.ask("OPTIONS", headers=asked)
        self.assertEqual((status, text), (200, ""))
        self.assertEqual([headers["Access-Control-Allow-" + name] for name in ("Origin", "Methods", "Headers")],
                         ["http://page.example", "GET, POST", "content-type"])
        headers = self.one.ask(body=1, headers={"Origin": "http://other.example"})[2]
        self.assertIsNone(headers["Access-Control-Allow-Origin"])

    def test_a_connection_is_used_again_and_chunks_are_read(self):
        connection = Connection(self.one.path)
        self.addCleanup(connection.close)
        for body in ([b'"fi', b'rst"'], [b'"second"']):
            connection.request("POST", "/score", iter(body), JSON, encode_chunked=True)
            self.assertEqual(connection.getresponse().read(), b"".join(body))

    def raw(self, sent):
        """All that is answered to bytes."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as caller:
            caller.settimeout(60)
            caller.connect(self.one.path)
            caller.sendall(sent)
            return b"".join(iter(lambda: caller.recv(65536), b""))

    def test_what_is_not_http_is_refused_in_words(self):
        for sent, status, word in (
                (b"nonsense\r\n\r\n", b"400", b"first line"), (b"GET / HTTP/1.1\r\n: x\r\n\r\n", b"400", b"no name"),
                (b"POST /score HTTP/1.1\r\nContent-Length: x\r\n\r\n", b"400", b"no number"),
                (b"POST /score HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", b"400", b"length"),
                (b"POST /score HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", b"400", b"no size"),
                (b"POST /score HTTP/1.1\r\nContent-Length: 1000000000\r\n\r\n", b"413", b"100 MB"),
                (b"GET /" + b"x" * 70000, b"431", b"too long")):
            answer = self.raw(sent)
            self.assertTrue(answer.startswith(b"HTTP/1.1 " + status), (sent[:60], answer))
            self.assertIn(word, answer)

    def test_requests_in_a_row_without_waiting_are_answered_in_their_order(self):
        one = b"POST /score HTTP/1.1\r\nContent-Length: 1\r\n\r\n"
        answer = self.raw(one + b"1" + one + b"2" + b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n")
        self.assertEqual([part.rpartition(b"\r\n")[2][:1] for part in answer.split(b"HTTP/1.1 200 OK")[1:]], [b"1", b"2", b"H"])

    def test_a_crash_takes_one_worker_and_its_request_is_answered_in_words(self):
        for name, number in (("SIGKILL", 9), ("SIGSEGV", 11)):
            status, value = self.one.score({"kill": name})
            self.assertEqual(status, 502)
            self.assertIn("killed by signal {} ({}) while it scored this request".format(number, name), value["message"])
            self.assertEqual(self.one.score("5"), (200, 5))

    def test_requests_go_to_several_processes(self):
        found = set()

        def ask():
            found.add(self.one.score({"sleep": 0.5, "pid": 1})[1])

        for _ in range(60):  # a worker that another test killed may not be there yet
            threads = [threading.Thread(target=ask) for _ in range(2)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            if len(found) == 2:
                return
        self.fail("one worker has answered all requests: {}".format(found))

    def test_only_its_user_may_connect(self):
        self.assertEqual(stat.S_IMODE(os.stat(self.one.path).st_mode), 0o600)

    def test_the_description_of_an_undecorated_script(self):
        found = json.loads(self.one.ask("GET", "/swagger.json")[1])
        self.assertEqual((found["swagger"], sorted(found["paths"])), ("2.0", ["/", "/score", "/swagger.json"]))
        self.assertEqual(found["definitions"]["ServiceInput"], {"type": "object", "example": {}})
        self.assertEqual(json.loads(self.one.ask("GET", "/swagger.json?version=3.1")[1])["openapi"], "3.1.0")
        status, text, _ = self.one.ask("GET", "/swagger.json?version=9")
        self.assertEqual((status, json.loads(text)["message"]),
                         (404, "Swagger version [9] is not valid. Supported versions: [2, 3, 3.1]."))


class Ends(HostCase):
    def test_sigterm_lets_the_running_request_end_and_the_metrics_are_in_the_journal(self):
        host = self.host(ECHO, workers=1)
        answers = []
        thread = threading.Thread(target=lambda: answers.append(host.score({"sleep": 1})))
        thread.start()
        host.until(lambda: os.path.exists(os.path.join(host.work, "asleep")))
        code, said = host.end()
        thread.join()
        self.assertEqual((answers, code), ([(200, {"sleep": 1})], 0), said)
        (name,) = os.listdir(os.path.join(host.folder, "journal"))
        with open(os.path.join(host.folder, "journal", name)) as file:
            lines = [json.loads(line) for line in file]
        found = {line["n"]: line["v"] for line in lines if line["k"] == "scalar"}
        self.assertEqual((found["requests"], found["errors"]), (1, 0))
        self.assertGreater(found["latency_ms"], 900)
        self.assertGreater(found["memory_mb"], 1)

    def test_a_request_that_takes_too_long_is_500_and_a_worker_that_hangs_is_killed(self):
        host = self.host(ECHO, workers=1, timeout=0.3)
        self.assertEqual(host.score({"sleep": 20}), (500, {"message": "Scoring timeout after 300 ms"}))
        status, value = host.score({"hang": 1})
        self.assertEqual(status, 500)
        self.assertIn("Scoring timeout after 300 ms; the worker did not stop, and was killed by signal 9", value["message"])
        host.until(lambda: host.score("6") == (200, 6))

    def test_scripts_that_cannot_be_used_say_why(self):
        for source, word in (
                ("def run(data): pass", "cannot use the entry script score.py: it has no function init()"),
                ("def init(): pass", "it has no function run()"), ("def init(): pass\ndef run(): pass", "no parameter for the data"),
                ("def init(): pass\ndef run(*a): pass", "must not have positional-only"),
                ("def init(): raise ValueError('no model')\ndef run(d): pass", "init() of score.py raised ValueError: no model"),
                ("import nothing_here", "the module score.py raised ModuleNotFoundError: No module named 'nothing_here'")):
            code, said = self.refused(source)
            self.assertEqual(code, 3, said)
            self.assertIn("the service cannot start: ", said)
            self.assertNotIn("_service", said, "frames of the worker in the traceback")
            self.assertIn(word, said)

    def test_an_entry_script_that_is_missing_and_a_model_that_is_missing(self):
        self.assertIn("cannot find the entry script score.py: the service's source has a.txt",
                      self.refused(None, files={"a.txt": ""})[1])
        code, said = self.refused(ECHO, models=[{"name": "ridge", "version": 2, "path": "azureml-models/ridge/2"}])
        self.assertEqual(code, 2)
        self.assertIn("cannot find version 2 of the model 'ridge'", said)

    def test_an_init_that_hangs_is_ended_after_its_time(self):
        code, said = self.refused("import time\ndef init(): time.sleep(60)\ndef run(d): pass", init_timeout=0.5)
        self.assertEqual(code, 3)
        self.assertIn("init() of score.py did not return in 0.5 s", said)

    def test_settings_that_are_wrong(self):
        for given, word in (({"workers": 0}, "0 workers"), ({"timeout": -1}, "timeout = -1"), ({"entry_script": ""}, "entry_script")):
            code, said = self.refused(ECHO, **given)
            self.assertEqual(code, 2)
            self.assertIn(word, said)


if __name__ == "__main__":
    unittest.main()
