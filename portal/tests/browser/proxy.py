# SPDX-License-Identifier: Apache-2.0
"""A proxy that puts a prefix before a daemon, as notebook servers do: `proxy.py DAEMON PREFIX [keep-origin]`. Prints its
port, and lives until its stdin ends."""

import http.client
import http.server
import sys
import threading
from urllib.parse import urlsplit

DAEMON, PREFIX, KEEPS_ORIGIN = urlsplit(sys.argv[1]).netloc, sys.argv[2], "keep-origin" in sys.argv
HOP = ("connection", "transfer-encoding", "keep-alive")


class Proxy(http.server.BaseHTTPRequestHandler):
    def pass_on(self):
        headers = {k: v for k, v in self.headers.items() if k.lower() not in HOP and (KEEPS_ORIGIN or k.lower() != "origin")}
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        daemon = http.client.HTTPConnection(DAEMON)
        try:
            daemon.request(self.command, "/" + self.path[len(PREFIX):], body, dict(headers, Host=DAEMON))
            answer = daemon.getresponse()
        except OSError:
            return self.send_error(502)
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in HOP + ("date", "server"):
                self.send_header(name, value)
        self.end_headers()
        try:
            for piece in iter(lambda: answer.read1(65536), b""):
                self.wfile.write(piece)
        except (OSError, http.client.HTTPException):
            pass  # one side has gone: so goes the other

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = pass_on
    log_message = lambda *_: None  # noqa: E731


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
server.daemon_threads = True
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.server_address[1], flush=True)
sys.stdin.read()
