# SPDX-License-Identifier: Apache-2.0
"""A package index of the tests' own: tiny wheels in a folder, and a server that can be made to answer nothing."""

import hashlib
import json
import os
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def make_wheel(folder, name, version, requires=(), programs=None, text="", module=None):
    """A wheel with one module (without `module`: of the same name), that knows its version and then has `text`, and
    programs, name to text; its path."""
    module = (module or name) + ".py"
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, "%s-%s-py3-none-any.whl" % (name, version))
    about = "%s-%s.dist-info/" % (name, version)
    metadata = "Metadata-Version: 2.1\nName: %s\nVersion: %s\n" % (name, version)
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr(module, "version = %r\n%s\n" % (version, text))
        scripts = {"%s-%s.data/scripts/%s" % (name, version, program): text for program, text in (programs or {}).items()}
        for place, text in scripts.items():
            entry = zipfile.ZipInfo(place)
            entry.external_attr = 0o100755 << 16
            wheel.writestr(entry, text)
        wheel.writestr(about + "METADATA", metadata + "".join("Requires-Dist: %s\n" % required for required in requires))
        wheel.writestr(about + "WHEEL", "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\n"
                       "Tag: py3-none-any\n")
        inside = [module, *scripts, about + "METADATA", about + "WHEEL", about + "RECORD"]
        wheel.writestr(about + "RECORD", "".join(place + ",,\n" for place in inside))
    return path


def sha256(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


class Index:
    """Serves a folder of wheels as pip and uv ask for it. While `shut`, questions stay without an answer.

    With `uploaded`, "demo-1.0" to "2021-06-01T00:00:00Z", it says of each wheel when it was uploaded, in JSON.
    """

    def __init__(self, folder):
        self.folder = folder
        self.uploaded = {}
        self.asked = []  # paths, in the order of the questions
        self._open = threading.Event()
        self._open.set()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self.url = "http://127.0.0.1:%d/simple" % self._server.server_port

    def shut(self):
        self._open.clear()

    def open(self):
        self._open.set()

    def close(self):
        self.open()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def page(self, name):
        """The links to a package's wheels; None: there is no such package."""
        wheels = [file for file in sorted(os.listdir(self.folder)) if file.replace("_", "-").startswith(name + "-")]
        if wheels and self.uploaded:
            files = [{"filename": wheel, "url": "/files/" + wheel, "hashes": {},
                      "upload-time": self.uploaded["-".join(wheel.split("-")[:2])]} for wheel in wheels]
            return json.dumps({"meta": {"api-version": "1.1"}, "name": name, "files": files}).encode()
        links = "".join('<a href="/files/%s">%s</a>\n' % (wheel, wheel) for wheel in wheels)
        return ("<!DOCTYPE html><html><body>%s</body></html>" % links).encode() if wheels else None

    def _handler(index):
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                index.asked.append(self.path)
                index._open.wait()
                parts = self.path.strip("/").split("/")
                if parts[0] == "simple":
                    kind = "application/vnd.pypi.simple.v1+json" if index.uploaded else "text/html"
                    body = index.page(parts[-1])
                else:
                    body, kind = index.file(parts[-1]), "application/octet-stream"
                try:
                    self.send_response(404 if body is None else 200)
                    self.send_header("Content-Type", kind)
                    self.send_header("Content-Length", str(len(body or b"")))
                    self.end_headers()
                    self.wfile.write(body or b"")
                except OSError:
                    pass  # who asked has been killed

            do_HEAD = do_GET

            def log_message(self, *_):
                pass

        return Handler

    def file(self, name):
        """A wheel's bytes; None: there is none of that name."""
        path = os.path.join(self.folder, name)
        if not os.path.isfile(path):
            return None
        with open(path, "rb") as file:
            return file.read()
