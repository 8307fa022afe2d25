// SPDX-License-Identifier: Apache-2.0
// A small HTTP server at a Unix socket, as the program of a web service is one: a thread for each connection.
#pragma once

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <cstring>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "base/fd.h"
#include "tests/support/catch.h"

namespace test {

inline std::string http_answer(int status, const std::string& body, const std::string& headers = "") {
  return "HTTP/1.1 " + std::to_string(status) + " X\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
         headers + "\r\n" + body;
}

class UnixHost {
 public:
  /// Gets head and body of a request; gives the bytes of the answer. An empty answer closes the connection.
  using Answer = std::function<std::string(const std::string& request)>;

  UnixHost(const std::string& path, Answer answer) : answer_(std::move(answer)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    REQUIRE(path.size() < sizeof address.sun_path);
    std::memcpy(address.sun_path, path.c_str(), path.size());
    (void)::unlink(path.c_str());
    listening_ = base::Fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    REQUIRE(::bind(listening_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(::listen(listening_.get(), 64) == 0);
    acceptor_ = std::thread([this] { accept_all(); });
  }
  ~UnixHost() {
    ended_ = true;
    acceptor_.join();
    for (auto& thread : connections_) thread.join();
  }
  UnixHost(const UnixHost&) = delete;
  UnixHost& operator=(const UnixHost&) = delete;

  int connections() const { return count_; }

 private:
  static constexpr int kPollMs = 10;

  bool is_readable(int fd) const {
    pollfd polled{fd, POLLIN, 0};
    return ::poll(&polled, 1, kPollMs) > 0;
  }
  void accept_all() {
    while (!ended_) {
      if (!is_readable(listening_.get())) continue;
      const int fd = ::accept4(listening_.get(), nullptr, nullptr, SOCK_CLOEXEC);
      if (fd < 0) continue;
      ++count_;
      connections_.emplace_back([this, fd] { serve(base::Fd(fd)); });
    }
  }
  void serve(base::Fd fd) {
    std::string read;
    while (!ended_) {
      const auto end = read.find("\r\n\r\n");
      const auto at = read.find("content-length: ");
      const std::size_t length = at < end ? std::stoul(read.substr(at + 16)) : 0;
      if (end != std::string::npos && read.size() >= end + 4 + length) {
        const std::string answer = answer_(read.substr(0, end + 4 + length));
        read.erase(0, end + 4 + length);
        if (answer.empty()) return;
        if (::send(fd.get(), answer.data(), answer.size(), MSG_NOSIGNAL) < 0) return;
        if (answer.find("Connection: close") != std::string::npos) return;
        continue;
      }
      if (!is_readable(fd.get())) continue;
      char piece[65536];
      const auto got = ::recv(fd.get(), piece, sizeof piece, 0);
      if (got <= 0) return;
      read.append(piece, static_cast<std::size_t>(got));
    }
  }

  Answer answer_;
  base::Fd listening_;
  std::atomic<bool> ended_{false};
  std::atomic<int> count_{0};
  std::thread acceptor_;
  std::vector<std::thread> connections_;
};

}  // namespace test
