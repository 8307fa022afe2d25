// SPDX-License-Identifier: Apache-2.0
// A proxy that puts a prefix before a daemon, and serves the built portal itself, so that it is tested whatever the daemon finds beside it.
import { createReadStream, existsSync } from "node:fs";
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import { extname, join } from "node:path";

const dist = join(import.meta.dirname, "../../dist");
const policy =
  "default-src 'self'; img-src 'self' blob:; object-src 'none'; frame-ancestors 'none'; base-uri 'self'; form-action 'self'";
const types: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
};

export interface Front {
  url: string;
  /** What is answered in place of the daemon, in JSON, by the path below the prefix. */
  answers: Map<string, (query: URLSearchParams) => string>;
  /** Event streams that are open through it. */
  streams: () => number;
  /** Open streams stay open but deliver nothing more, as after a sleep during which they ended unnoticed. */
  silence: () => void;
  /** Ends the logs that are followed through it, in the middle of an answer. */
  cutLogs: () => void;
  close: () => Promise<void>;
}

/** Serves under `prefix` ("/" or "/some/where/"); `port` 0: any. */
export async function front(daemon: string, prefix = "/", port = 0): Promise<Front> {
  const streams = new Map<ServerResponse, () => void>();
  const logs = new Set<ServerResponse>();
  const answers: Front["answers"] = new Map();
  const server = createServer((asked, answer) => {
    const { pathname: path, searchParams } = new URL(asked.url ?? "/", "http://front");
    if (!path.startsWith(prefix)) return void answer.writeHead(404).end();
    const below = path.slice(prefix.length);
    if (!below.startsWith("api/")) return serveFile(answer, below);
    const given = answers.get(below);
    if (given) return void answer.writeHead(200, { "Content-Type": "application/json" }).end(given(searchParams));
    const silence = forward(asked, answer, daemon, (asked.url ?? "").slice(prefix.length - 1));
    if (asked.url?.includes("follow=1")) {
      logs.add(answer);
      answer.on("close", () => logs.delete(answer));
    }
    if (!below.startsWith("api/v1/events")) return;
    streams.set(answer, silence);
    answer.on("close", () => streams.delete(answer));
  });
  await new Promise<void>((done) => server.listen(port, "127.0.0.1", done));
  const taken = (server.address() as { port: number }).port;
  return {
    url: `http://127.0.0.1:${taken}${prefix}`,
    answers,
    streams: () => streams.size,
    close: () => closed(server),
    silence: () => {
      for (const silence of streams.values()) silence();
    },
    cutLogs: () => {
      for (const log of logs) log.destroy();
    },
  };
}

const closed = (server: Server): Promise<void> => {
  server.closeAllConnections();
  return new Promise((done) => server.close(() => done()));
};

function serveFile(answer: ServerResponse, path: string): void {
  const file = path.startsWith("assets/") ? path : path.includes("/") ? "below.html" : "index.html";
  const whole = join(dist, file);
  if (!existsSync(whole)) return void answer.writeHead(404).end();
  answer.writeHead(200, {
    "Content-Type": types[extname(file)] ?? "application/octet-stream",
    "Content-Security-Policy": policy,
    "X-Content-Type-Options": "nosniff",
  });
  createReadStream(whole).pipe(answer);
}

/** Call the returned function to withhold the rest of the answer. */
function forward(asked: IncomingMessage, answer: ServerResponse, daemon: string, target: string): () => void {
  const { origin: _, ...headers } = asked.headers;
  let source: IncomingMessage | undefined;
  const onward = request(
    new URL(target, daemon),
    { method: asked.method, headers: { ...headers, host: new URL(daemon).host } },
    (found) => {
      source = found;
      answer.writeHead(found.statusCode ?? 502, found.headers);
      found.on("aborted", () => answer.destroy());
      found.pipe(answer);
    },
  );
  onward.on("error", () => answer.destroy());
  answer.on("close", () => onward.destroy());
  asked.pipe(onward);
  return () => void source?.unpipe(answer).resume();
}
