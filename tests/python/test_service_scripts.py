# SPDX-License-Identifier: Apache-2.0
"""Scoring scripts of every documented shape: what run() gets, rawhttp, schemas, helpers, models, request_headers."""

import json
import unittest

from host_case import HostCase

HEAD = "def init(): pass\n"
RAW = HEAD + """
from azureml.contrib.services.aml_request import AMLRequest, rawhttp
from azureml.contrib.services.aml_response import AMLResponse
@rawhttp
def run(request):
    if request.method == "GET":
        return AMLResponse(str.encode("{}|{}".format(request.full_path, request.args.get("size", type=int))), 200)
    if request.method == "POST" and request.path == "/score" and "image" in request.files:
        sent = request.files.getlist("image")[0]
        return AMLResponse(sent.read()[::-1], 201, {"Content-Type": "image/png", "X-Name": sent.filename})
    if request.is_json:
        return {"got": request.get_json()["a"], "kind": request.headers["content-type"], "len": len(request.get_data(False))}
    return AMLResponse("bad request", 500)
"""
FORM = (b'--edge\r\nContent-Disposition: form-data; name="image"; filename="a.png"\r\n'
        b"Content-Type: image/png\r\n\r\nPNG\r\n--edge--\r\n")
# What inference_schema does for a script, without the package and what it needs.
SCHEMA = '''
import functools
decorated = {}
ALL = ["2.0", "3.0", "3.1"]
def is_schema_decorated(function):
    return function.__name__ in decorated
def get_input_schema(function):
    return {"type": "object", "properties": {"data": {"type": "array"}}, "example": {"data": [[1]]}}
def get_output_schema(function):
    return {"type": "array"}
def get_supported_versions(function):
    return ["2.0", "3.0"]
def input_schema(name, sample):
    def decorate(function):
        decorated[function.__name__] = name
        @functools.wraps(function)
        def call(*args, **kwargs):
            kwargs[name] = [list(row) for row in kwargs[name]]
            return function(*args, **kwargs)
        return call
    return decorate
'''
DECORATED = HEAD + """
from inference_schema.schema_util import input_schema
@input_schema("data", [[1]])
def run(data, method="predict"):
    return [method, [sum(row) for row in data]]
"""


class Shapes(HostCase):
    def test_rawhttp_gets_the_request_and_says_the_answer(self):
        host = self.host(RAW, workers=1)
        self.assertEqual(host.ask("GET", "/score?size=5")[:2], (200, "/score?size=5|5"))
        status, text, headers = host.ask(body=FORM, headers={"Content-Type": "multipart/form-data; boundary=edge"})
        self.assertEqual((status, text, headers["Content-Type"], headers["X-Name"]), (201, "GNP", "image/png", "a.png"))
        self.assertEqual(host.score({"a": 1}), (200, {"got": 1, "kind": "application/json", "len": 8}))
        status, text, headers = host.ask(body="x", headers={"Content-Type": "text/plain"})
        self.assertEqual((status, text, headers["x-ms-run-function-failed"]), (500, "bad request", "True"))

    def test_a_schema_gives_run_the_values_of_an_object_and_makes_the_swagger(self):
        host = self.host(DECORATED, workers=1, files={"inference_schema/__init__.py": "",
                                                      "inference_schema/schema_util.py": SCHEMA})
        self.assertEqual(host.score({"data": [[1, 2], [3, 4]]}), (200, ["predict", [3, 7]]))
        self.assertEqual(host.score({"data": [[1]], "method": "proba"}), (200, ["proba", [1]]))
        for body, headers, status, word in (
                ({"date": []}, None, 415, "Content-Type"), ({"date": []}, {}, 400, "for the 'data' parameter"),
                ("[1]", {}, 400, "should be a JSON dictionary"), ("{", {}, 400, "could not be decoded as JSON"),
                ("", {}, 400, "POST body is empty")):
            found = host.score(body, headers={"Content-Type": "text/plain" if headers is None else "application/json"})
            self.assertEqual(found[0], status, found)
            self.assertIn(word, found[1]["message"])
        described = json.loads(host.ask("GET", "/swagger.json")[1])
        self.assertEqual(described["definitions"]["ServiceInput"]["example"], {"data": [[1]]})
        status, text, _ = host.ask("GET", "/swagger.json?version=3.1")
        self.assertEqual((status, json.loads(text)["message"]), (
            404, "Swagger version [3.1] is not supported for the scoring script. Supported versions: [2, 3]."))

    def test_a_source_brings_its_own_swagger(self):
        host = self.host(HEAD + "def run(data): return 1", workers=1, files={"swagger.json": '{"mine": 1}'})
        self.assertEqual(json.loads(host.ask("GET", "/swagger.json")[1]), {"mine": 1})

    def test_modules_beside_the_script_and_the_headers_of_a_request(self):
        host = self.host(None, workers=1, entry_script="code/score.py", files={
            "code/score.py": "import helper, top\n" + HEAD + "def run(data, request_headers):\n"
                             "    return [helper.NAME, top.NAME, request_headers['X-Who'], data]\n",
            "code/helper.py": "NAME = 'helper'", "top.py": "NAME = 'top'"})
        self.assertEqual(host.score("d", headers={"x-who": "me"}), (200, ["helper", "top", "me", "d"]))

    def test_one_model_is_in_azureml_model_dir_and_several_are_below_it(self):
        source = ("import os\nfrom azureml.core.model import Model\n" + HEAD +
                  "def run(data):\n    top = os.environ['AZUREML_MODEL_DIR']\n"
                  "    found = [os.path.relpath(os.path.join(folder, name), top) for folder, _, names in os.walk(top) "
                  "for name in names]\n    return sorted(found) + [open(Model.get_model_path('ridge')).read()]\n")
        ridge = {"name": "ridge", "version": 12, "path": "azureml-models/ridge/12"}
        lasso = {"name": "lasso", "version": 1, "path": "azureml-models/lasso/1"}
        files = {"azureml-models/ridge/12/model.pkl": "R"}
        host = self.host(source, workers=1, models=[ridge], files=files)
        self.assertEqual(host.score(""), (200, ["model.pkl", "R"]))
        files["azureml-models/lasso/1/m/a.bin"] = "L"
        host = self.host(source, workers=1, models=[ridge, lasso], files=files)
        self.assertEqual(host.score(""), (200, ["lasso/1/m/a.bin", "ridge/12/model.pkl", "R"]))

    def test_both_rawhttp_and_a_schema_are_refused(self):
        code, said = self.refused(RAW.replace("@rawhttp", "from inference_schema.schema_util import input_schema\n"
                                              "@rawhttp\n@input_schema('request', 1)"),
                                  files={"inference_schema/__init__.py": "", "inference_schema/schema_util.py": SCHEMA})
        self.assertEqual(code, 3, said)
        self.assertIn("decorated with both rawhttp and input_schema", said)


if __name__ == "__main__":
    unittest.main()
