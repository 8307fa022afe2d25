# SPDX-License-Identifier: Apache-2.0
"""Scoring scripts of every documented shape on our host and on Microsoft's server: the answers are equal. It installs
azureml-inference-server-http: only with RUNYARD_SLOW=1."""

import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(os.path.dirname(HERE), folder) for folder in ("python", "scenarios")]

from host_case import Host  # noqa: E402
from venvs import make_venv  # noqa: E402

PACKAGES = ["azureml-inference-server-http==1.5.1", "numpy", "pandas"]
SLOW = os.environ.get("RUNYARD_SLOW") and sys.version_info[:2] == (3, 11)
JSON, TEXT = {"Content-Type": "application/json"}, {"Content-Type": "text/plain"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
RAW = """
try:
    from azureml_inference_server_http.api.aml_request import AMLRequest, rawhttp
    from azureml_inference_server_http.api.aml_response import AMLResponse
except ImportError:
    from azureml.contrib.services.aml_request import AMLRequest, rawhttp
    from azureml.contrib.services.aml_response import AMLResponse
def init(): pass
@rawhttp
def run(request):
    case = request.args.get("case")
    return {None: {"data": request.get_data(as_text=True), "path": request.full_path, "method": request.method},
            "json": request.get_json(silent=True), "image": AMLResponse(b"PNG", 201, {"Content-Type": "image/png"}),
            "value": AMLResponse({"a": [1]}, 200, json_str=True), "none": AMLResponse(None, 404),
            "text": AMLResponse("words", 200, {"X-Two": "a, b"}), "bad": AMLResponse("bad", 503)}[case]
"""
PLAIN = """
import json
def init(): pass
def run(data):
    asked = json.loads(data) if data else "empty"
    if asked == "raise":
        raise ValueError("no")
    if asked == "bytes":
        return b"x"
    if asked == "none":
        return None
    return float("nan") if asked == "nan" else asked
"""
HEADERS = "def init(): pass\ndef run(data, request_headers): return [data, request_headers['X-Who']]\n"
NUMPY = """
import numpy as np
from inference_schema.schema_decorators import input_schema, output_schema
from inference_schema.parameter_types.numpy_parameter_type import NumpyParameterType
def init(): pass
@input_schema("data", NumpyParameterType(np.array([[1.0, 2.0]])))
@output_schema(NumpyParameterType(np.array([3.0])))
def run(data):
    return data.sum(axis=1).tolist()
"""
PANDAS = """
import pandas as pd
from inference_schema.schema_decorators import input_schema, output_schema
from inference_schema.parameter_types.pandas_parameter_type import PandasParameterType
from inference_schema.parameter_types.standard_py_parameter_type import StandardPythonParameterType
def init(): pass
@input_schema("Inputs", PandasParameterType(pd.DataFrame({"a": [1], "b": [2.5]})))
@input_schema("method", StandardPythonParameterType("predict"))
@output_schema(StandardPythonParameterType([1.0]))
def run(Inputs, method="predict"):
    return [method, (Inputs["a"] + Inputs["b"]).tolist()]
"""
# Script -> requests: method, path, body, headers.
CASES = {
    "plain": (PLAIN, [("POST", "/score", '{"a": [1, 2.5, null, "\u00e4"]}', JSON), ("POST", "/score", "5", TEXT),
                      ("POST", "/score", "5", {}), ("POST", "/score", "a=1", FORM), ("POST", "/score", b"\xff", JSON),
                      ("POST", "/score", "", JSON), ("GET", "/score?a=1&b=[1,2]&c=x&c=2&d=", None, {}), ("GET", "/score", None, {}),
                      ("POST", "/score", '"raise"', JSON), ("POST", "/score", '"nan"', JSON), ("POST", "/score", '"none"', JSON),
                      ("OPTIONS", "/score", None, {}), ("PUT", "/score", "1", JSON), ("DELETE", "/score", None, {}),
                      ("POST", "/", "1", JSON), ("GET", "/", None, {}), ("GET", "/nowhere", None, {}), ("POST", "/score/", "1", JSON),
                      ("GET", "/swagger.json?version=9", None, {}), ("POST", "/score", "1", {"x-request-id": "x" * 101})]),
    "headers": (HEADERS, [("POST", "/score", "d", {"x-who": "me"}), ("POST", "/score", "d", {})]),
    "rawhttp": (RAW, [("POST", "/score?case=" + case, '{"b": 1}', JSON) for case in (
        "json", "image", "value", "none", "text", "bad", "unknown")] + [
            ("POST", "/score", "x", TEXT), ("GET", "/score", None, {}), ("OPTIONS", "/score", None, {}), ("PUT", "/score", "x", TEXT)]),
    "numpy": (NUMPY, [("POST", "/score", '{"data": [[1, 2], [3, 4]]}', JSON), ("POST", "/score", '{"data": [[1, 2]]}', TEXT),
                      ("POST", "/score", '{"date": 1}', JSON), ("POST", "/score", "[1]", JSON), ("POST", "/score", "{", JSON),
                      ("POST", "/score", "", JSON), ("POST", "/score", '{"data": "text"}', JSON),
                      ("GET", "/score?data=[[1,2]]", None, {}), ("POST", "/score", '{"data": [[1]], "more": 1}', JSON),
                      ("POST", "/score", '{"data": [[1, 2]]}', {"Content-Type": "application/vnd.api+json"})]),
    "pandas": (PANDAS, [("POST", "/score", '{"Inputs": [{"a": 1, "b": 2}], "method": "p"}', JSON),
                        ("POST", "/score", '{"Inputs": [{"a": 1, "b": 2}]}', JSON), ("POST", "/score", '{"Inputs": [{"c": 1}]}', JSON)])}


class Theirs:
    """Microsoft's server with a script, at a port of this machine."""

    def __init__(self, python, source):
        self.folder = tempfile.mkdtemp()
        with open(os.path.join(self.folder, "score.py"), "w") as file:
            file.write(source)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.process = subprocess.Popen([os.path.join(os.path.dirname(python), "azmlinfsrv"), "--entry_script", "score.py",
                                         "--port", str(self.port)], cwd=self.folder, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL, start_new_session=True)

    def ask(self, method, path, body, headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode("utf-8", "replace"), answer.headers
        except OSError:
            return 0, "", {}
        finally:
            connection.close()

    def end(self):
        os.killpg(self.process.pid, 15)
        self.process.wait(60)
        shutil.rmtree(self.folder)


def compared(answer):
    """What of an answer has to be equal."""
    status, text, headers = answer
    return status, text, headers["Content-Type"], headers["x-ms-run-function-failed"], headers.get_all("X-Two")


@unittest.skipUnless(SLOW, "slow, needs CPython 3.11 and a package index: set RUNYARD_SLOW=1")
class Answers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        top = tempfile.mkdtemp(prefix="scoring-")
        cls.addClassCleanup(shutil.rmtree, top)
        cls.python = os.environ.get("RUNYARD_SCORING_PYTHON") or make_venv(os.path.join(top, "venv"), PACKAGES)

    def both(self, source, python):
        theirs = Theirs(self.python, source)
        self.addCleanup(theirs.end)
        ours = Host(source, python=python, workers=1)
        self.addCleanup(ours.end)
        ours.until_healthy()
        ours.until(lambda: theirs.ask("GET", "/", None, {})[0] == 200)
        return ours, theirs

    def check(self, name, python):
        source, requests = CASES[name]
        ours, theirs = self.both(source, python)
        for method, path, body, headers in requests:
            with self.subTest(name, method=method, path=path, body=body, headers=headers):
                self.assertEqual(compared(ours.ask(method, path, body, headers)), compared(theirs.ask(method, path, body, headers)))
        return ours, theirs

    def test_scripts_that_need_no_library(self):
        for name in ("plain", "headers", "rawhttp"):
            self.check(name, sys.executable)

    def test_scripts_in_the_environment_of_their_server(self):
        for name in ("rawhttp", "numpy", "pandas"):
            ours, theirs = self.check(name, self.python)
            for version in ("2", "3", "3.1"):
                found = [json.loads(server.ask("GET", "/swagger.json?version=" + version, None, {})[1]) for server in (ours, theirs)]
                kinds = [document.get("definitions") or document["components"]["schemas"] for document in found]
                self.assertEqual([(kind["ServiceInput"], kind["ServiceOutput"]) for kind in kinds[:1]],
                                 [(kind["ServiceInput"], kind["ServiceOutput"]) for kind in kinds[1:]])
                self.assertEqual(*[sorted(document["paths"]) for document in found])

    def test_what_is_not_json_is_500_on_both(self):
        ours, theirs = self.both(PLAIN, sys.executable)
        self.assertEqual([server.ask("POST", "/score", '"bytes"', JSON)[0] for server in (ours, theirs)], [500, 500])


if __name__ == "__main__":
    unittest.main()
