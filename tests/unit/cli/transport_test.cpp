// SPDX-License-Identifier: Apache-2.0
#include "cli/transport.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <cstring>
#include <filesystem>
#include <functional>
#include <thread>

#include "base/digest.h"
#include "tests/support/catch.h"

namespace fs = std::filesystem;
using namespace std::chrono_literals;

namespace {

/// Listens on a Unix socket, takes one connection, reads a request's head and `body` bytes, lets `answer` write.
class Peer {
 public:
  explicit Peer(std::function<void(int)> answer, std::size_t body = 0)
      : path_(fs::temp_directory_path() / ("runyard-peer-" + base::random_hex(4))),
        listener_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path_.c_str(), sizeof address.sun_path - 1);
    REQUIRE(::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(::listen(listener_.get(), 4) == 0);
    thread_ = std::thread([this, answer = std::move(answer), body] {
      const base::Fd connection(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
      char buffer[4096];
      for (ssize_t n = 1; n > 0 && !whole(body);) {
        n = ::read(connection.get(), buffer, sizeof buffer);
        if (n > 0) request.append(buffer, static_cast<std::size_t>(n));
      }
      answer(connection.get());
    });
  }
  ~Peer() {
    join();
    fs::remove(path_);
  }
  cli::Endpoint endpoint() const { return {path_.string(), "", 0}; }
  void join() {
    if (thread_.joinable()) thread_.join();
  }
  std::string request;  ///< after join()

 private:
  bool whole(std::size_t body) const {
    const auto end = request.find("\r\n\r\n");
    return end != std::string::npos && request.size() >= end + 4 + body;
  }
  fs::path path_;
  base::Fd listener_;
  std::thread thread_;
};

void say(int fd, std::string_view text) { (void)!::write(fd, text.data(), text.size()); }

cli::Request get(const std::string& target) {
  cli::Request request;
  request.target = target;
  return request;
}

}  // namespace

TEST_CASE("a request goes out whole and its answer comes back", "[cli][transport]") {
  Peer peer([](int fd) { say(fd, "HTTP/1.1 422 No\r\nContent-Length: 2\r\n\r\n{}"); }, 7);
  const auto response = cli::exchange(peer.endpoint(), {"POST", "/a?b=c", "application/json", R"({"a":1})"});
  REQUIRE(response);
  CHECK(response->status == 422);
  CHECK(response->body == "{}");
  peer.join();
  CHECK(peer.request.starts_with("POST /a?b=c HTTP/1.1\r\nHost: localhost\r\n"));
  CHECK(peer.request.find("Content-Type: application/json\r\nContent-Length: 7\r\n") != std::string::npos);
  CHECK(peer.request.ends_with("\r\n\r\n{\"a\":1}"));
}

TEST_CASE("a followed body is delivered as it comes, before the answer is whole", "[cli][transport]") {
  std::atomic<bool> seen = false;
  Peer peer([&](int fd) {
    say(fd, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n50%\rpart\r\n");
    seen.wait(false);  // the rest is sent only when the first piece has arrived
    say(fd, "1\r\n!\r\n0\r\n\r\n");
  });
  std::string got;
  cli::Watch watch;
  watch.on_body = [&](const cli::ResponseParser& head, std::string_view piece) -> base::Result<void> {
    CHECK(head.status() == 200);
    got += piece;
    seen = true;
    seen.notify_all();
    return {};
  };
  const auto response = cli::exchange(peer.endpoint(), get("/log"), watch);
  REQUIRE(response);
  CHECK(got == "50%\rpart!");
  CHECK(response->body.empty());
}

TEST_CASE("a daemon that dies in the middle of an answer is told apart from an end", "[cli][transport]") {
  Peer peer([](int fd) { say(fd, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel"); });
  const auto response = cli::exchange(peer.endpoint(), get("/log"));
  REQUIRE_FALSE(response);
  CHECK(cli::connection_lost(response.error()));
}

TEST_CASE("a socket without a listener is a lost connection too", "[cli][transport]") {
  const auto response = cli::exchange({"/no/such/socket", "", 0}, get("/"));
  REQUIRE_FALSE(response);
  CHECK(response.error().code == std::errc::connection_refused);
  CHECK(cli::connection_lost(response.error()));
  CHECK_FALSE(cli::exchange({std::string(200, 'x'), "", 0}, get("/")));
  CHECK_FALSE(cli::exchange({"", "not-an-address", 80}, get("/")));
}

TEST_CASE("a wait ends when the descriptor given for it becomes readable", "[cli][transport]") {
  int ends[2];
  REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
  const base::Fd read_end(ends[0]);
  base::Fd write_end(ends[1]);
  std::atomic<bool> done = false;
  Peer peer([&](int) {
    write_end.reset();  // the other end hangs up: readable
    done.wait(false);
  });
  cli::Watch watch;
  watch.interrupt = read_end.get();
  const auto response = cli::exchange(peer.endpoint(), get("/wait"), watch);
  done = true;
  done.notify_all();
  REQUIRE_FALSE(response);
  CHECK(response.error().code == std::errc::interrupted);
}

TEST_CASE("who waits is called back meanwhile, and patience has an end", "[cli][transport]") {
  std::atomic<int> calls = 0;
  Peer peer([&](int fd) {
    calls.wait(0);
    say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  });
  cli::Watch watch;
  watch.idle_after = 1ms;
  watch.on_idle = [&] {
    ++calls;
    calls.notify_all();
  };
  CHECK(cli::exchange(peer.endpoint(), get("/"), watch));
  CHECK(calls > 0);

  std::atomic<bool> done = false;
  Peer silent([&](int) { done.wait(false); });
  cli::Watch impatient;
  impatient.patience = 5ms;
  const auto response = cli::exchange(silent.endpoint(), get("/"), impatient);
  done = true;
  done.notify_all();
  REQUIRE_FALSE(response);
  CHECK(response.error().code == std::errc::timed_out);
}

TEST_CASE("a body is sent in pieces", "[cli][transport]") {
  const std::string piece(100'000, 'z');
  Peer peer([](int fd) { say(fd, "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"); }, 3 * piece.size());
  cli::Request request{"PUT", "/x", "application/octet-stream", ""};
  request.stream = [&](const cli::Send& send) -> base::Result<void> {
    for (int i = 0; i < 3; ++i)
      if (!send(piece)) return base::error("it was not heard");
    return {};
  };
  request.stream_size = 3 * piece.size();
  const auto response = cli::exchange(peer.endpoint(), request);
  REQUIRE(response);
  peer.join();
  CHECK(peer.request.ends_with(piece + piece + piece));
}

TEST_CASE("an answer given before the body was read is heard", "[cli][transport]") {
  Peer peer([](int fd) { say(fd, "HTTP/1.1 409 Conflict\r\nContent-Length: 2\r\n\r\nno"); });
  const auto response =
      cli::exchange(peer.endpoint(), {"PUT", "/x", "application/octet-stream", std::string(1 << 22, 'a')});
  REQUIRE(response);
  CHECK(response->status == 409);
}
