# SPDX-License-Identifier: Apache-2.0
"""The program of a web service for tests: it listens at RUNYARD_SERVICE_SOCKET and answers what it was asked."""

import http.server
import json
import os
import signal
import socketserver
import sys
import threading
import time

SOCKET = os.environ["RUNYARD_SERVICE_SOCKET"]
VERSION = os.environ.get("VERSION", "")
under_way = set()


class Host(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True
    request_queue_size = 128


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1

    def address_string(self):
        return "unix"

    def log_message(self, *words):
        pass

    def body(self):
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        pieces = []
        while True:
            size = int(self.rfile.readline(), 16)
            pieces.append(self.rfile.read(size))
            self.rfile.readline()
            if size == 0:
                return b"".join(pieces)

    def answer(self, body, kind="application/json", status=200):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Of-Host", "yes")
        self.send_header("Set-Cookie", "of=host")
        self.end_headers()
        self.wfile.write(body)

    def in_chunks(self, pieces):
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for piece in [*pieces, b""]:
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))

    def serve(self):
        body = self.body()
        path = self.path.split("?")[0]
        if path == "/":
            return self.answer(b"Healthy", "text/plain")
        if path == "/die":
            os._exit(7)
        if path == "/slow":
            time.sleep(float(body))
        if path == "/echo":
            return self.answer(body, self.headers.get("Content-Type", "application/octet-stream"))
        if path == "/chunks":
            return self.in_chunks([b"x" * 100000] * int(body))
        if path == "/teapot":
            return self.answer(b"short and stout", "text/plain", 418)
        about = {"version": VERSION, "pid": os.getpid(), "method": self.command, "target": self.path, "size": len(body),
                 "headers": {name.lower(): value for name, value in self.headers.items()}}
        return self.answer(json.dumps(about).encode())

    def one(self):
        under_way.add(self)
        try:
            self.serve()
            self.wfile.flush()
        finally:
            under_way.discard(self)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_OPTIONS = one


def main():
    os.umask(0o177)
    host = Host(SOCKET, Handler)
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=host.shutdown).start())
    print("listening", flush=True)
    host.serve_forever(0.05)
    while under_way:
        time.sleep(0.01)
    sys.exit(0)


main()
