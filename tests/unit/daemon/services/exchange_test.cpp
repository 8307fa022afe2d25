// SPDX-License-Identifier: Apache-2.0
#include "daemon/services/exchange.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "base/digest.h"
#include "tests/support/unix_host.h"

using namespace std::chrono_literals;
using services::AnswerHead;
using services::Backend;
using services::Exchange;

namespace {

constexpr auto kLimit = 20'000ms;
const std::string kGet = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

/// A loop, and a backend at a path of its own.
struct Asking {
  boost::asio::io_context loop;
  std::string path = "/tmp/host-" + base::random_hex(6);
  std::shared_ptr<Backend> backend = std::make_shared<Backend>(loop.get_executor(), path);

  ~Asking() { (void)::unlink(path.c_str()); }
  template <class T>
  T await(async::Task<T> task) {
    std::optional<T> answer;
    auto run = [&]() -> async::Task<void> { answer = co_await std::move(task); };
    boost::asio::co_spawn(loop, run(), async::or_end_daemon);
    loop.restart();
    while (!answer) loop.run_one();
    return std::move(*answer);
  }
  /// Status and body, or the error's words.
  std::string ask(std::string bytes, std::chrono::milliseconds limit = kLimit) {
    return await(ask_and_read(backend, std::move(bytes), limit));
  }
  static async::Task<std::string> ask_and_read(std::shared_ptr<Backend> backend, std::string bytes,
                                               std::chrono::milliseconds limit) {
    Exchange exchange(std::move(backend), limit, false);
    auto head = co_await exchange.ask(std::move(bytes));
    if (!head) co_return head.error().message;
    std::string text = std::to_string(head->status) + " ";
    for (;;) {
      auto piece = co_await exchange.read_some();
      if (!piece) co_return piece.error().message;
      if (piece->empty()) co_return text;
      text += *piece;
    }
  }
};

}  // namespace

TEST_CASE("an answer comes back whole, and its connection is used again", "[services]") {
  Asking f;
  test::UnixHost host(f.path, [](const std::string& request) {
    return test::http_answer(201, std::to_string(request.size()) + std::string(300'000, 'x'));
  });
  for (int i = 0; i < 3; ++i) CHECK(f.ask(kGet) == "201 " + std::to_string(kGet.size()) + std::string(300'000, 'x'));
  CHECK(host.connections() == 1);
  CHECK_FALSE(f.backend->is_busy());
}

TEST_CASE("chunks and answers that end with their connection are read to the end", "[services]") {
  Asking f;
  const std::string head =
      GENERATE("Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", "Connection: close\r\n\r\nabcde");
  test::UnixHost host(f.path, [&](const std::string&) { return "HTTP/1.1 200 OK\r\n" + head; });
  for (int i = 0; i < 2; ++i) CHECK(f.ask(kGet) == "200 abcde");
}

TEST_CASE("a host that answers nothing, garbage or a half is told apart", "[services]") {
  Asking f;
  CHECK(f.ask(kGet).starts_with("its program does not listen"));
  const std::string bytes =
      GENERATE("", "SSH-2.0\r\n\r\n", "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nabc",
               "HTTP/1.1 200 OK\r\n");
  test::UnixHost host(f.path, [&](const std::string&) { return bytes; });
  const std::string answer = f.ask(kGet, 300ms);
  if (bytes.starts_with("SSH")) CHECK(answer.starts_with("the answer of its program cannot be read"));
  else if (bytes.ends_with("OK\r\n")) CHECK(answer == "its program has not answered in time");
  else CHECK(answer == "its program closed the connection before it had answered");
}

TEST_CASE("a connection that the host has closed meanwhile loses no request", "[services]") {
  Asking f;
  std::optional<test::UnixHost> host;
  host.emplace(f.path, [](const std::string&) { return test::http_answer(200, "one"); });
  CHECK(f.ask(kGet) == "200 one");
  host.reset();
  host.emplace(f.path, [](const std::string&) { return test::http_answer(200, "two"); });
  CHECK(f.ask(kGet) == "200 two");
}

TEST_CASE("a body is passed on in pieces", "[services]") {
  Asking f;
  std::string got;
  test::UnixHost host(f.path, [&](const std::string& request) {
    got = request;
    return test::http_answer(200, "ok");
  });
  auto send = [&]() -> async::Task<int> {
    Exchange exchange(f.backend, kLimit, false);
    auto begun = co_await exchange.begin("POST / HTTP/1.1\r\nhost: h\r\ncontent-length: 6\r\n\r\n");
    REQUIRE(begun);
    const bool first = co_await exchange.send("abc");
    const bool second = co_await exchange.send("def");
    REQUIRE((first && second));
    auto head = co_await exchange.answer();
    REQUIRE(head);
    co_return head->status;
  };
  CHECK(f.await(send()) == 200);
  CHECK(got.ends_with("\r\n\r\nabcdef"));
}

TEST_CASE("only 200 of GET / counts as an answer of a service", "[services]") {
  Asking f;
  int status = 503;
  test::UnixHost host(f.path, [&](const std::string&) { return test::http_answer(status, "Healthy"); });
  const auto starting = f.await(services::probe(f.backend, kLimit));
  REQUIRE_FALSE(starting);
  CHECK(starting.error().message == "it answers GET / with 503");
  status = 200;
  CHECK(f.await(services::probe(f.backend, kLimit)));
}
