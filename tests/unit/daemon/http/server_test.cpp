// SPDX-License-Identifier: Apache-2.0
#include "daemon/http/server.h"

#include <fcntl.h>

#include <atomic>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/digest.h"
#include "daemon/async/co_try.h"
#include "protocol/json.h"
#include "tests/support/http_client.h"

using namespace std::chrono_literals;
using async::Task;
using base::Result;
using http::Body;
using http::Method;
using http::Request;
using http::Response;
using test::request;

namespace {

constexpr std::string_view kJsonType = "Content-Type: application/json\r\n";
constexpr std::string_view kBytesType = "Content-Type: application/octet-stream\r\n";

std::atomic<int> streams_alive{0};
std::atomic<int> waits_begun{0}, waits_canceled{0};

Task<void> pause_for(std::chrono::milliseconds time) {
  boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, time);
  co_await timer.async_wait(boost::asio::use_awaitable);
}

/// `pieces` at once, then (with `endless`) one more an hour.
class Pieces : public http::Stream {
 public:
  Pieces(int pieces, bool endless, std::string piece) : left_(pieces), endless_(endless), piece_(std::move(piece)) {
    ++streams_alive;
  }
  ~Pieces() override { --streams_alive; }
  Task<std::optional<std::string>> next() override {
    if (left_-- > 0) co_return piece_;
    if (!endless_) co_return std::nullopt;
    co_await pause_for(1h);
    co_return piece_;
  }

 private:
  int left_;
  bool endless_;
  std::string piece_;
};

class Failing : public http::Stream {
 public:
  Task<std::optional<std::string>> next() override {
    if (begun_) throw std::runtime_error("the stream broke");
    begun_ = true;
    co_return "begin";
  }
  bool begun_ = false;
};

Task<Result<Response>> hello(Request& r) { co_return Response::text("hello " + r.value("who").value_or("you")); }
Task<Result<Response>> echo(Request& r) {
  CO_TRY_ASSIGN(const auto json, r.json());
  co_return Response::json(json, 201);
}
Task<Result<Response>> digest(Request& r) {
  base::Sha256 sum;
  std::size_t size = 0;
  for (;;) {
    AWAIT_TRY_ASSIGN(const std::string piece, r.stream->read_some());
    if (piece.empty()) break;
    size += piece.size();
    sum.update(piece);
  }
  co_return Response::text(r.parameter("name") + " " + std::to_string(size) + " " + sum.hex(), 201);
}
Task<Result<Response>> conflict(Request& r) {
  co_return base::error("cannot write " + r.path + ": it exists", std::errc::file_exists);
}
Task<Result<Response>> failing(Request&) {
  throw std::runtime_error("on purpose");
  co_return Response::text("");
}
Task<Result<Response>> waiting(Request&) {
  ++waits_begun;
  waits_begun.notify_all();
  try {
    co_await pause_for(1h);
  } catch (...) {
    ++waits_canceled;
    throw;
  }
  co_return Response::text("an hour later");
}
Task<Result<Response>> slow(Request&) {
  co_await pause_for(200ms);
  co_return Response::text("after a while");
}
Task<Result<Response>> events(Request&) {
  co_return Response::streamed(std::make_unique<Pieces>(1, true, "event: hello\ndata: {}\n\n"), "text/event-stream");
}
Task<Result<Response>> log_of(Request&) {
  co_return Response::streamed(std::make_unique<Pieces>(3, false, "line\n"), "application/octet-stream");
}
Task<Result<Response>> flood(Request&) {
  co_return Response::streamed(std::make_unique<Pieces>(1'000'000, false, std::string(65536, 'x')),
                               "application/octet-stream");
}
Task<Result<Response>> broken(Request&) {
  co_return Response::streamed(std::make_unique<Failing>(), "application/octet-stream");
}
Task<Result<Response>> who(Request& r) { co_return Response::text(r.caller.unix_socket ? "unix" : "tcp"); }
Task<Result<Response>> large(Request&) { co_return Response::text(std::string(3'000'000, 'y')); }

http::Handler file_handler(base::Path path, std::uint64_t claimed) {
  return [path, claimed](Request&) -> Task<Result<Response>> {
    http::FileBody body;
    CO_TRY_ASSIGN(body.fd, base::open_file(path, O_RDONLY));
    body.length = claimed;
    co_return Response::file(std::move(body), "outputs/model.pkl");
  };
}

std::vector<http::Route> routes() {
  return {
      {Method::kGet, "/api/hello", Body::kNone, hello},
      {Method::kDelete, "/api/hello", Body::kNone, hello},
      {Method::kPost, "/api/echo", Body::kJson, echo},
      {Method::kPut, "/api/digest/{name...}", Body::kStream, digest},
      {Method::kPut, "/api/conflict", Body::kStream, conflict},
      {Method::kGet, "/api/failing", Body::kNone, failing},
      {Method::kGet, "/api/waiting", Body::kNone, waiting, true},
      {Method::kGet, "/api/slow", Body::kNone, slow},
      {Method::kGet, "/api/events", Body::kNone, events},
      {Method::kGet, "/api/log", Body::kNone, log_of},
      {Method::kGet, "/api/flood", Body::kNone, flood},
      {Method::kGet, "/api/broken", Body::kNone, broken},
      {Method::kGet, "/api/who", Body::kNone, who},
      {Method::kGet, "/api/large", Body::kNone, large},
      {Method::kGet, "/page", Body::kNone, hello},
  };
}

std::string error_code(const test::Answer& answer) { return nlohmann::json::parse(answer.body)["error"]["code"]; }

}  // namespace

TEST_CASE("server: a connection is kept, whatever was asked") {
  test::Server server(routes());
  auto client = server.tcp();
  for (int i = 0; i < 3; ++i)
    CHECK(client.ask(request("GET", "/api/hello?who=" + std::to_string(i))).body == "hello " + std::to_string(i));
  CHECK(client.ask(request("GET", "/api/nothing")).status == 404);
  const auto wrong_method = client.ask(request("POST", "/api/hello", kJsonType));
  CHECK(wrong_method.status == 405);
  CHECK(wrong_method.has("Allow: GET, HEAD, DELETE"));
  CHECK(client.ask(request("DELETE", "/api/hello", kJsonType)).status == 200);
  CHECK(client.ask(request("POST", "/api/echo", kJsonType, R"({"a":"精"})")).body == R"({"a":"精"})");
  client.send(request("HEAD", "/api/hello"));
  CHECK(client.answer(false).has("Content-Length: 9"));
  CHECK(client.ask(request("GET", "/api/failing")).status == 500);
  const auto last = client.ask(request("GET", "/api/hello", "Connection: close\r\n"));
  CHECK(last.has("Connection: close"));
  CHECK(client.ends());
}

TEST_CASE("server: every answer carries the headers that protect it") {
  test::Server server(routes());
  auto client = server.tcp();
  for (const char* target : {"/api/hello", "/api/nothing", "/nothing", "/page", "/api/failing"}) {
    const auto answer = client.ask(request("GET", target));
    CHECK(answer.has("X-Content-Type-Options: nosniff"));
    CHECK(answer.has("Referrer-Policy: no-referrer"));
    CHECK(answer.has("Cache-Control: no-store"));
    CHECK(answer.head.find("Content-Security-Policy: default-src 'none'") != std::string::npos);
  }
}

TEST_CASE("server: both kinds of socket") {
  test::Server server(routes());
  CHECK(server.tcp().ask(request("GET", "/api/who")).body == "tcp");
  CHECK(server.local().ask(request("GET", "/api/who")).body == "unix");
  CHECK(test::Client::tcp6(server.port(), "::1").ask(request("GET", "/api/who")).body == "tcp");
}

TEST_CASE("server: requests sent ahead are answered in their order") {
  test::Server server(routes());
  auto client = server.tcp();
  std::string bytes;
  for (int i = 0; i < 200; ++i) bytes += request("POST", "/api/echo", kJsonType, "{\"n\":" + std::to_string(i) + "}");
  bytes += request("GET", "/api/slow") + request("GET", "/api/hello");
  client.send(bytes);
  for (int i = 0; i < 200; ++i) REQUIRE(client.answer().body == "{\"n\":" + std::to_string(i) + "}");
  CHECK(client.answer().body == "after a while");
  CHECK(client.answer().body == "hello you");
}

TEST_CASE("server: a request that arrives byte by byte") {
  test::Server server(routes());
  auto client = server.local();
  for (const char c : request("POST", "/api/echo", kJsonType, R"({"slow":true})")) client.send(std::string(1, c));
  CHECK(client.answer().body == R"({"slow":true})");
}

TEST_CASE("server: broken requests are refused and end the connection") {
  test::Server server(routes());
  const std::vector<std::pair<std::string, int>> cases = {
      {"\x16\x03\x01 TLS?\r\n\r\n", 400},
      {"GET /api/hello HTTP/2.0\r\nHost: localhost\r\n\r\n", 400},
      {"GET /api/hello\r\n\r\n", 400},
      {request("GET", "/api/hello", "X: " + std::string(http::kHeaderLimit, 'x') + "\r\n"), 431},
      {request("GET", "/" + std::string(http::kHeaderLimit, 'x')), 431},
      {request("POST", "/api/echo", std::string(kJsonType) + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n") +
           "0\r\n\r\n",
       400},
      {request("POST", "/api/echo", std::string(kJsonType) + "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n") +
           "0\r\n\r\n",
       400},
      {request("POST", "/api/echo", std::string(kJsonType) + "Content-Length: 2\r\nContent-Length: 3\r\n") + "{}", 400},
      {request("POST", "/api/echo", std::string(kJsonType) + "Content-Length: 2\r\nContent-Length: 2\r\n") + "{}", 400},
      {request("POST", "/api/echo", std::string(kJsonType) + "Content-Length: -1\r\n"), 400},
      {request("POST", "/api/echo", std::string(kJsonType) + "Content-Length: 99999999999999999999\r\n"), 400},
      {request("POST", "/api/echo", std::string(kJsonType) + "Transfer-Encoding: gzip, chunked\r\n") + "0\r\n\r\n",
       400},
      {request("POST", "/api/echo", std::string(kJsonType) + "Transfer-Encoding : chunked\r\n") + "0\r\n\r\n", 400},
      {request("POST", "/api/echo", std::string(kJsonType) + "Expect: a miracle\r\n", "{}"), 400},
      {request("GET", "/api/hello", "", "a body"), 400},
      {request("POST", "/api/echo", std::string(kJsonType) + "Content-Length: 1000000000\r\n"), 413},
  };
  for (const auto& [bytes, status] : cases) {
    INFO(bytes.substr(0, 200));
    auto client = server.tcp();
    const auto answer = client.ask(bytes);
    CHECK(answer.status == status);
    CHECK(answer.has("Connection: close"));
    CHECK(client.ends());
  }
}

TEST_CASE("server: what is only wrong is refused, and the connection goes on") {
  test::Server server(routes());
  auto client = server.tcp();
  CHECK(client.ask("GET /api/hello HTTP/1.1\r\nHost: evil.example\r\n\r\n").status == 403);
  CHECK(client.ask(request("GET", "/api/hello", "Origin: http://evil.example\r\n")).status == 403);
  CHECK(client.ask(request("OPTIONS", "/api/echo", "Access-Control-Request-Method: POST\r\n")).status == 405);
  CHECK(client.ask(request("BREW", "/api/echo")).status == 405);
  CHECK(error_code(client.ask(request("POST", "/api/echo", "Content-Type: text/plain\r\n", "{}"))) == "content_type");
  CHECK(client.pending.empty());
}

TEST_CASE("server: the Host of every method and route is looked at first") {
  test::Server server(routes());
  for (const char* target : {"/", "/page", "/api/hello", "/api/events", "/login?token=x", "/nothing", "/api/digest/x"})
    for (const char* method : {"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"}) {
      auto client = server.tcp();
      client.send(std::string(method) + " " + target + " HTTP/1.1\r\nHost: rebound.example:" +
                  std::to_string(server.port()) + "\r\nContent-Type: application/json\r\nContent-Length: 0\r\n\r\n");
      const auto answer = client.answer(std::string_view(method) != "HEAD");
      CHECK(answer.status == (std::string_view(method) == "OPTIONS" ? 405 : 403));
    }
}

TEST_CASE("server: an upload of any length and framing") {
  test::Server server(routes());
  std::string bytes(5'000'000, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 2654435761u >> 13);
  const auto expected = "a/b.bin 5000000 " + base::sha256_hex(bytes);
  auto client = server.tcp();
  CHECK(client.ask(request("PUT", "/api/digest/a/b.bin", kBytesType, bytes)).body == expected);
  client.send(request("PUT", "/api/digest/a/b.bin", std::string(kBytesType) + "Transfer-Encoding: chunked\r\n"));
  for (std::size_t at = 0; at < bytes.size(); at += 77'777) {
    const auto piece = bytes.substr(at, 77'777);
    client.send(http::chunk_head(piece.size()) + piece + "\r\n");
  }
  client.send("0\r\n\r\n");
  CHECK(client.answer().body == expected);
  CHECK(client.ask(request("PUT", "/api/digest/empty", kBytesType)).body == "empty 0 " + base::sha256_hex(""));
  CHECK(client.ask(request("GET", "/api/hello")).status == 200);
}

TEST_CASE("server: a client that waits for a word before its body") {
  test::Server server(routes());
  auto client = server.tcp();
  client.send(
      request("PUT", "/api/digest/x", std::string(kBytesType) + "Expect: 100-continue\r\nContent-Length: 3\r\n"));
  REQUIRE(client.read_until("\r\n\r\n"));
  CHECK(client.pending == "HTTP/1.1 100 Continue\r\n\r\n");
  client.pending.clear();
  CHECK(client.ask("abc").body == "x 3 " + base::sha256_hex("abc"));
  auto refused = server.tcp();
  CHECK(refused
            .ask(request("PUT", "/api/conflict",
                         std::string(kBytesType) + "Expect: 100-continue\r\nContent-Length: 3\r\n"))
            .status == 409);
  CHECK(refused.ends());
}

TEST_CASE("server: who is refused before the end of a long upload still gets the answer") {
  test::Server server(routes());
  auto client = server.tcp();
  const auto answer = client.ask(request("PUT", "/api/conflict", kBytesType, std::string(8'000'000, 'x')));
  CHECK(answer.status == 409);
  CHECK(client.ends());
}

TEST_CASE("server: slow and silent clients are let go") {
  http::Patience hurry{100ms, 100ms, 100ms, 100ms, 100ms};
  test::Server server(routes(), hurry);
  auto silent = server.tcp();
  CHECK(silent.ends());
  auto slow_header = server.tcp();
  slow_header.send("GET /api/hello HTTP/1.1\r\nHost: lo");
  CHECK(slow_header.ends());
  auto slow_body = server.tcp();
  slow_body.send(request("PUT", "/api/digest/x", std::string(kBytesType) + "Content-Length: 10\r\n") + "abc");
  CHECK(slow_body.ends());
  auto stuck = server.tcp();
  const int small = 4096;
  ::setsockopt(stuck.fd(), SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
  stuck.send(request("GET", "/api/flood"));
  server.wait_for_connections(1);
  server.wait_for_connections(0);
  auto idle = server.tcp();
  CHECK(idle.ask(request("GET", "/api/hello")).status == 200);
  CHECK(idle.ends());
}

TEST_CASE("server: a stranger that says nothing goes soon, and makes room for the next") {
  http::Patience patience;
  patience.stranger = 100ms;
  constexpr uid_t kAnotherUser = 4'000'000;
  test::Server impatient(routes(), patience, 512, kAnotherUser);
  auto silent = impatient.tcp();
  CHECK(silent.ends());

  test::Server full(routes(), {}, 512, kAnotherUser);
  std::vector<test::Client> idle;
  idle.reserve(40);
  for (int i = 0; i < 40; ++i) idle.push_back(full.tcp());  // 32 strangers are let in
  CHECK(idle.front().ends());
  auto next = full.tcp();
  CHECK(next.ask(request("GET", "/api/hello")).status == 403);
}

TEST_CASE("server: a stream outlives the patience for the next request") {
  http::Patience hurry{100ms, 100ms, 100ms, 100ms, 100ms};
  test::Server server(routes(), hurry);
  auto client = server.tcp();
  client.send(request("GET", "/api/events"));
  REQUIRE(client.read_until("data: {}\n\n"));
  pollfd wait{client.fd(), POLLIN, 0};
  CHECK(::poll(&wait, 1, 500) == 0);  // five times as long as the server would wait for a request
}

TEST_CASE("server: a followed log is chunked, and the connection goes on after it") {
  test::Server server(routes());
  auto client = server.tcp();
  client.send(request("GET", "/api/log") + request("GET", "/api/hello"));
  REQUIRE(client.read_until("hello you"));
  CHECK(client.pending.find("Transfer-Encoding: chunked\r\n") != std::string::npos);
  CHECK(client.pending.find("\r\n\r\n5\r\nline\n\r\n5\r\nline\n\r\n5\r\nline\n\r\n0\r\n\r\nHTTP/1.1 200 OK\r\n") !=
        std::string::npos);
  auto old = server.tcp();
  old.send("GET /api/log HTTP/1.0\r\nHost: localhost\r\n\r\n");
  CHECK(old.ends());
  CAPTURE(old.pending);
  CHECK(old.pending.ends_with("\r\n\r\nline\nline\nline\n"));
}

TEST_CASE("server: a stream that breaks is cut, not ended") {
  test::Server server(routes());
  auto client = server.tcp();
  client.send(request("GET", "/api/broken"));
  CHECK(client.ends());
  CHECK(client.pending.ends_with("5\r\nbegin\r\n"));
}

TEST_CASE("server: streams and waits end when their client goes") {
  test::Server server(routes());
  auto closing = server.tcp();
  auto resetting = server.tcp();
  for (auto* client : {&closing, &resetting}) {
    client->send(request("GET", "/api/events"));
    REQUIRE(client->read_until("data: {}"));
  }
  CHECK(streams_alive == 2);
  closing.close();
  resetting.reset();
  const int before = waits_canceled, begun = waits_begun;
  auto waiter = server.tcp();
  waiter.send(request("GET", "/api/waiting"));
  waits_begun.wait(begun);
  server.wait_for_connections(1);
  CHECK(streams_alive == 0);
  waiter.close();
  server.wait_for_connections(0);
  CHECK(waits_canceled == before + 1);
}

TEST_CASE("server: clients that reset right after sending disturb no other client") {
  test::Server server(routes());
  for (int i = 0; i < 50; ++i) {
    auto client = server.tcp();
    client.send(request("GET", i % 2 == 0 ? "/api/large" : "/api/flood"));
    if (i % 3 == 0) client.close();
    else client.reset();
  }
  CHECK(server.tcp().ask(request("GET", "/api/hello")).status == 200);
  server.wait_for_connections(0);
  CHECK(streams_alive == 0);
}

TEST_CASE("server: files whole and in part") {
  char name[] = "/tmp/runyard-file-XXXXXX";
  const base::Path folder = ::mkdtemp(name);
  std::string bytes(2'000'003, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 2654435761u >> 11);
  REQUIRE(base::write_file_atomic(folder / "f", bytes));
  REQUIRE(base::write_file_atomic(folder / "empty", ""));
  auto table = routes();
  table.push_back({Method::kGet, "/api/file", Body::kNone, file_handler(folder / "f", bytes.size())});
  table.push_back({Method::kGet, "/api/short", Body::kNone, file_handler(folder / "f", bytes.size() + 1)});
  table.push_back({Method::kGet, "/api/empty", Body::kNone, file_handler(folder / "empty", 0)});
  table.push_back({Method::kGet, "/api/missing", Body::kNone, file_handler(folder / "missing", 0)});
  test::Server server(table);
  auto client = server.tcp();
  const auto whole = client.ask(request("GET", "/api/file"));
  CHECK(whole.status == 200);
  CHECK(whole.body == bytes);
  CHECK(whole.has("Content-Disposition: attachment; filename=\"model.pkl\"; filename*=UTF-8''model.pkl"));
  CHECK(whole.head.find("Content-Security-Policy: sandbox") != std::string::npos);
  const auto part = [&](const char* range) {
    return client.ask(request("GET", "/api/file", "Range: " + std::string(range) + "\r\n"));
  };
  const auto middle = part("bytes=1000000-1000004");
  CHECK(middle.status == 206);
  CHECK(middle.body == bytes.substr(1'000'000, 5));
  CHECK(middle.has("Content-Range: bytes 1000000-1000004/2000003"));
  CHECK(part("bytes=2000000-").body == bytes.substr(2'000'000));
  CHECK(part("bytes=-3").body == bytes.substr(2'000'000));
  CHECK(part("bytes=0-99999999").body == bytes);
  CHECK(part("bytes=2000003-").status == 416);
  CHECK(part("bytes=2000003-").has("Content-Range: bytes */2000003"));
  CHECK(part("bytes=5-4").status == 200);
  CHECK(part("bytes=0-1,3-4").status == 200);
  CHECK(part("lines=1-2").status == 200);
  CHECK(part("bytes=x-18446744073709551616").status == 200);
  CHECK(client.ask(request("GET", "/api/empty")).body.empty());
  CHECK(client.ask(request("GET", "/api/empty", "Range: bytes=0-\r\n")).status == 416);
  CHECK(client.ask(request("GET", "/api/missing")).status == 404);
  client.send(request("HEAD", "/api/file"));
  CHECK(client.answer(false).has("Content-Length: 2000003"));
  client.send(request("GET", "/api/short"));
  CHECK(client.ends());
  std::filesystem::remove_all(folder);
}

TEST_CASE("server: one connection too many is told so") {
  test::Server server(routes(), {}, 2);
  auto first = server.tcp();
  auto second = server.local();
  CHECK(first.ask(request("GET", "/api/hello")).status == 200);
  CHECK(second.ask(request("GET", "/api/hello")).status == 200);
  auto third = server.tcp();
  CHECK(error_code(third.answer()) == "unavailable");
  CHECK(third.ends());
  first.close();
  server.wait_for_connections(1);
  CHECK(server.tcp().ask(request("GET", "/api/hello")).status == 200);
}

TEST_CASE("server: a stop ends streams and waits, and lets answers be finished") {
  test::Server server(routes());
  auto idle = server.tcp();
  CHECK(idle.ask(request("GET", "/api/hello")).status == 200);
  auto stream = server.tcp();
  stream.send(request("GET", "/api/events"));
  REQUIRE(stream.read_until("data: {}"));
  auto waiter = server.local();
  waiter.send(request("GET", "/api/waiting"));
  auto busy = server.tcp();
  busy.send(request("GET", "/api/slow"));
  server.wait_for_connections(4);
  const auto begun = std::chrono::steady_clock::now();
  server.stop();
  CHECK(std::chrono::steady_clock::now() - begun < 8s);
  CHECK(stream.ends());
  CHECK_FALSE(stream.pending.ends_with("0\r\n\r\n"));
  CHECK(idle.ends());
  CHECK(waiter.ends());
  CHECK(streams_alive == 0);
  CHECK_FALSE(std::filesystem::exists(server.folder / "s"));
}
