// SPDX-License-Identifier: Apache-2.0
// A client that sends bytes as they are, and a server to send them to. For tests of HTTP mechanics.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <functional>
#include <future>
#include <string>
#include <thread>

#include "base/fd.h"
#include "base/file.h"
#include "daemon/http/server.h"
#include "tests/support/catch.h"

namespace test {

constexpr int kPatienceMs = 20'000;  ///< for what must happen; never waited for in full when all is well

struct Answer {
  int status = 0;
  std::string head;
  std::string body;
  bool has(std::string_view header_line) const {
    return head.find(std::string(header_line) + "\r\n") != std::string::npos;
  }
};

class Client {
 public:
  static Client tcp(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return Client(AF_INET, address);
  }
  static Client tcp6(std::uint16_t port, const char* host) {
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_port = htons(port);
    REQUIRE(::inet_pton(AF_INET6, host, &address.sin6_addr) == 1);
    return Client(AF_INET6, address);
  }
  static Client local(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    REQUIRE(path.size() < sizeof address.sun_path);
    std::memcpy(address.sun_path, path.c_str(), path.size());
    return Client(AF_UNIX, address);
  }

  void send(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent < 0) return;  // refused early: the answer says why
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }
  /// Reads on until `enough` or the end of the connection; false at the end.
  bool read_until(const std::function<bool()>& enough) {
    while (!enough()) {
      pollfd wait{fd_.get(), POLLIN, 0};
      const int ready = ::poll(&wait, 1, kPatienceMs);
      REQUIRE(ready > 0);
      char piece[65536];
      const auto got = ::recv(fd_.get(), piece, sizeof piece, 0);
      if (got <= 0) return false;
      pending += std::string(piece, static_cast<std::size_t>(got));
    }
    return true;
  }
  bool read_until(std::string_view text) {
    return read_until([&] { return pending.find(text) != std::string::npos; });
  }
  /// Whether the server ends the connection (whatever it still sends goes into `pending`).
  bool ends() {
    return !read_until([] { return false; });
  }

  /// The next answer with a Content-Length.
  Answer answer(bool has_body = true) {
    Answer answer;
    REQUIRE(read_until("\r\n\r\n"));
    const auto end = pending.find("\r\n\r\n") + 4;
    answer.head = pending.substr(0, end);
    pending.erase(0, end);
    answer.status = std::stoi(answer.head.substr(9, 3));
    const auto at = answer.head.find("Content-Length: ");
    if (at == std::string::npos || !has_body) return answer;
    const auto size = std::stoull(answer.head.substr(at + 16));
    REQUIRE(read_until([&] { return pending.size() >= size; }));
    answer.body = pending.substr(0, size);
    pending.erase(0, size);
    return answer;
  }
  Answer ask(std::string_view bytes) {
    send(bytes);
    return answer();
  }
  void reset() {
    const linger hard{1, 0};
    ::setsockopt(fd_.get(), SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    fd_.reset();
  }
  void close() { fd_.reset(); }
  int fd() const { return fd_.get(); }

  std::string pending;

 private:
  template <class Address>
  Client(int family, const Address& address) : fd_(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    REQUIRE(::connect(fd_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  }
  base::Fd fd_;
};

inline std::string request(std::string_view method, std::string_view target, std::string_view headers = "",
                           std::string_view body = "") {
  std::string bytes =
      std::string(method) + " " + std::string(target) + " HTTP/1.1\r\nHost: localhost\r\n" + std::string(headers);
  if (!body.empty()) bytes += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  return bytes + "\r\n" + std::string(body);
}

/// A server on a thread of its own, with a folder, a pool and whatever routes the test gives it.
class Server {
 public:
  explicit Server(std::vector<http::Route> routes, http::Patience patience = {}, std::size_t most_connections = 512,
                  uid_t owner = ::geteuid())
      : folder(make_folder()) {
    for (auto& route : sessions.routes()) routes.push_back(std::move(route));
    http::ServerOptions options;
    options.socket = folder / "s";
    options.port = 0;
    options.patience = patience;
    options.owner = owner;
    options.most_connections = most_connections;
    auto made = http::Server::listen(loop, pool.get_executor(), http::Router(std::move(routes)), sessions, options);
    REQUIRE(made);
    server = std::move(*made);
    server->start();
    thread = std::thread([this] { loop.run(); });
  }
  ~Server() {
    stop();
    std::filesystem::remove_all(folder);
  }

  /// Runs `function` on the loop thread.
  template <class F>
  auto on_loop(F function) {
    std::packaged_task<std::invoke_result_t<F&>()> task(std::move(function));
    auto result = task.get_future();
    boost::asio::post(loop, std::move(task));
    REQUIRE(result.wait_for(std::chrono::milliseconds(kPatienceMs)) == std::future_status::ready);
    return result.get();
  }
  /// An orderly stop, then the end of the loop.
  void stop(std::chrono::milliseconds grace = std::chrono::seconds(10)) {
    if (!thread.joinable()) return;
    boost::asio::co_spawn(loop, server->stop(grace), boost::asio::detached);
    thread.join();  // nothing is left to do: every connection has ended
    pool.join();
  }
  std::uint16_t port() const { return server->addresses().port; }
  Client tcp() const { return Client::tcp(port()); }
  Client local() const { return Client::local(server->addresses().socket); }
  void wait_for_connections(std::size_t count) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(kPatienceMs);
    while (on_loop([this] { return server->connections(); }) != count) {
      REQUIRE(std::chrono::steady_clock::now() < until);
      std::this_thread::yield();
    }
  }

  base::Path folder;
  boost::asio::io_context loop{1};
  boost::asio::thread_pool pool{2};
  http::Sessions sessions;
  std::unique_ptr<http::Server> server;
  std::thread thread;

 private:
  static base::Path make_folder() {
    char name[] = "/tmp/runyard-http-XXXXXX";
    return ::mkdtemp(name);
  }
};

}  // namespace test
