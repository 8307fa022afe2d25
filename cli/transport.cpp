// SPDX-License-Identifier: Apache-2.0
#include "cli/transport.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/file.h"
#include "base/peer.h"
#include "base/text.h"
#include "protocol/names.h"

namespace cli {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr std::size_t kPiece = 64 << 10, kSendPiece = 256 << 10;
constexpr std::chrono::seconds kAcceptPatience{10};
constexpr int kAcceptPollMs = 1;

base::Result<base::Fd> connect_to(int family, const sockaddr* address, socklen_t size, const std::string& where) {
  base::Fd fd(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd) return base::os_error("cannot make a socket");
  int done;
  do done = ::connect(fd.get(), address, size);
  while (done != 0 && errno == EINTR);
  if (done != 0) return base::os_error("cannot reach the daemon at " + where);
  return fd;
}

base::Result<base::Fd> connect_unix(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return base::os_error("cannot reach '" + path + "'", ENAMETOOLONG);
  std::memcpy(address.sun_path, path.data(), path.size());
  return connect_to(AF_UNIX, reinterpret_cast<const sockaddr*>(&address), sizeof address, path);
}

base::Result<base::Fd> connect_tcp(const std::string& host, int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  const std::string numeric = host.empty() || host == "localhost" ? "127.0.0.1" : host;
  if (::inet_pton(AF_INET, numeric.c_str(), &address.sin_addr) != 1)
    return base::os_error("cannot reach '" + host + "'", EADDRNOTAVAIL);
  return connect_to(AF_INET, reinterpret_cast<const sockaddr*>(&address), sizeof address,
                    numeric + ":" + std::to_string(port));
}

/// The owner of the other end, once it has accepted: the kernel knows none before.
base::Result<uid_t> tcp_owner(const base::Fd& fd) {
  const auto end = Clock::now() + kAcceptPatience;
  for (bool last = false;;) {
    const auto peer = base::tcp_peer(fd.get());
    if (peer) return peer->uid;
    if (last || peer.error().code != std::errc::no_such_process) return peer.error();
    pollfd polled{fd.get(), POLLIN | POLLRDHUP, 0};
    last = ::poll(&polled, 1, kAcceptPollMs) > 0 || Clock::now() >= end;
  }
}

base::Result<void> check_owner(const std::string& where, const base::Result<uid_t>& owner) {
  if (owner && *owner == ::geteuid()) return {};
  const std::string who = owner ? " belongs to another user (uid " + std::to_string(*owner) + ")"
                                : " belongs to a user that the kernel does not name";
  return base::error("cannot talk to the daemon: what listens at " + where + who +
                         ", so nothing was sent; stop the daemon and start it again ('runyard up')",
                     std::errc::permission_denied);
}

/// Never a port instead of a socket that is named: when the daemon is gone, any user can listen at its port.
base::Result<base::Fd> connect(const Endpoint& endpoint) {
  if (endpoint.socket.empty() && endpoint.port <= 0)
    return base::error("it listens nowhere", std::errc::connection_refused);
  const bool local = !endpoint.socket.empty();
  auto connected = local ? connect_unix(endpoint.socket) : connect_tcp(endpoint.host, endpoint.port);
  if (!connected) return base::error(connected.error().message, std::errc::connection_refused);
  TRY(check_owner(local ? endpoint.socket : "port " + std::to_string(endpoint.port),
                  local ? base::unix_peer_uid(connected->get()) : tcp_owner(*connected)));
  return connected;
}

/// False when the peer has stopped listening: it may still have answered.
bool send_all(const base::Fd& fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::send(fd.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

std::string head_of(const Endpoint& endpoint, const Request& request) {
  const std::string host = endpoint.port > 0 ? "127.0.0.1:" + std::to_string(endpoint.port) : "localhost";
  std::string head = request.method + " " + request.target + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n";
  if (!request.bearer.empty()) head += "Authorization: Bearer " + request.bearer + "\r\n";
  if (protocol::check_run_id(request.run)) head += "X-Runyard-Run: " + base::percent_encode(request.run) + "\r\n";
  const auto size = request.stream ? request.stream_size : request.body.size();
  if (!request.content_type.empty())
    head += "Content-Type: " + request.content_type + "\r\nContent-Length: " + std::to_string(size) + "\r\n";
  return head + "\r\n";
}

/// Returns when the socket is readable; calls on_idle meanwhile.
base::Result<void> wait_readable(const base::Fd& fd, const Watch& watch) {
  const auto begin = Clock::now();
  for (;;) {
    const auto silent = std::chrono::duration_cast<milliseconds>(Clock::now() - begin);
    if (watch.patience.count() > 0 && silent >= watch.patience)
      return base::os_error("the daemon does not answer", ETIMEDOUT);
    milliseconds wait = watch.on_idle ? watch.idle_after : milliseconds(-1);
    if (watch.patience.count() > 0)
      wait = wait.count() < 0 ? watch.patience - silent : std::min(wait, watch.patience - silent);
    pollfd polled[2] = {{fd.get(), POLLIN, 0}, {watch.interrupt, POLLIN, 0}};
    const int ready = ::poll(polled, 2, static_cast<int>(wait.count()));
    if (ready < 0 && errno != EINTR) return base::os_error("cannot wait for the daemon");
    if (ready > 0 && polled[1].revents != 0) return base::os_error("interrupted", EINTR);
    if (ready > 0 && polled[0].revents != 0) return {};
    if (ready == 0 && watch.on_idle) watch.on_idle();
  }
}

/// Hands what was decoded to the caller, or keeps it.
base::Result<void> deliver(const ResponseParser& parser, std::string& body, const Watch& watch) {
  if (body.empty() || !watch.on_body || parser.status() / 100 != 2) return {};
  TRY(watch.on_body(parser, body));
  body.clear();
  return {};
}

base::Result<Response> receive(const base::Fd& fd, const Watch& watch) {
  ResponseParser parser;
  Response response;
  std::string buffer(kPiece, '\0');
  while (!parser.done()) {
    TRY(wait_readable(fd, watch));
    const ssize_t n = ::recv(fd.get(), buffer.data(), buffer.size(), 0);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return base::os_error("the connection to the daemon broke", ECONNRESET);
    if (n == 0) TRY(parser.finish());
    TRY(parser.feed(std::string_view(buffer).substr(0, static_cast<std::size_t>(n)), response.body));
    TRY(deliver(parser, response.body, watch));
  }
  response.status = parser.status();
  return response;
}

}  // namespace

base::Result<void> send_file(const base::Fd& file, std::uint64_t size, const Send& send) {
  for (std::uint64_t sent = 0; sent < size;) {
    const auto length = static_cast<std::size_t>(std::min<std::uint64_t>(kSendPiece, size - sent));
    TRY_ASSIGN(const std::string piece, base::read_at(file, sent, length));
    if (piece.empty()) return base::error("the file became shorter while it was sent", std::errc::io_error);
    if (!send(piece)) return {};
    sent += piece.size();
  }
  return {};
}

base::Result<Response> exchange(const Endpoint& endpoint, const Request& request, const Watch& watch) {
  TRY_ASSIGN(const base::Fd fd, connect(endpoint));
  // A peer that refuses the body early has its reasons: they are in its answer.
  const bool heard = send_all(fd, head_of(endpoint, request));
  if (heard && request.stream) TRY(request.stream([&](std::string_view bytes) { return send_all(fd, bytes); }));
  if (heard && !request.stream) send_all(fd, request.body);
  return receive(fd, watch);
}

base::Result<void> probe(const Endpoint& endpoint) {
  TRY(connect(endpoint));
  return {};
}

bool connection_lost(const base::Error& error) {
  return error.code == std::errc::connection_refused || error.code == std::errc::connection_reset;
}

}  // namespace cli
