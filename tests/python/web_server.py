# SPDX-License-Identifier: Apache-2.0
"""A web server of a test's own, whose answers the test chooses."""

import http.server
import re
import threading


class WebServer:
    """Serves files by path, as `files` says: the content, or a function that gets the request's handler.

    `seen` has the method, the path and the headers of each request. `url` is the address of its top.
    """

    def __init__(self):
        self.files, self.seen, self.cut_after, self.validators = {}, [], None, True
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                outer.seen.append((self.path, dict(self.headers)))
                answer = outer.files.get(self.path)
                if callable(answer):
                    answer(self)
                elif answer is None:
                    self.send_error(404)
                else:
                    outer.send(self, answer)

            def log_message(self, *given):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = "http://127.0.0.1:{}/".format(self.server.server_port)
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def stop(self):
        """End."""
        self.server.shutdown()
        self.server.server_close()

    def send(self, handler, content):
        """Send a file, or the rest of it that was asked for; only `cut_after` bytes of it, where that is set."""
        tag = '"{:x}"'.format(hash(content) & 0xFFFFFF)
        asked = re.match(r"bytes=(\d+)-", handler.headers.get("Range") or "")
        start = int(asked.group(1)) if asked and handler.headers.get("If-Range") == tag else 0
        handler.send_response(206 if start else 200)
        if start:
            handler.send_header("Content-Range", "bytes {}-{}/{}".format(start, len(content) - 1, len(content)))
        if self.validators:
            handler.send_header("ETag", tag)
        handler.send_header("Content-Length", str(len(content) - start))
        handler.end_headers()
        end = len(content) if self.cut_after is None else min(len(content), start + self.cut_after)
        handler.wfile.write(content[start:end])


def redirect(target, status=302):
    """An answer that leads somewhere else."""
    def answer(handler):
        handler.send_response(status)
        handler.send_header("Location", target)
        handler.end_headers()
    return answer


def with_headers(content, **headers):
    """An answer with these headers ("_" for "-") and this content."""
    def answer(handler):
        handler.send_response(200)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(content)
    return answer
