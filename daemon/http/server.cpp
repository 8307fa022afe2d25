// SPDX-License-Identifier: Apache-2.0
#include "daemon/http/server.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <spdlog/spdlog.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/peer.h"
#include "daemon/async/as_tuple.h"
#include "daemon/http/listen.h"

namespace http {

namespace asio = boost::asio;

namespace {

constexpr std::chrono::milliseconds kAcceptRetry{200};
constexpr std::string_view kFull =
    "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nContent-Length: 110\r\nConnection: "
    "close\r\n\r\n"
    R"({"error":{"code":"unavailable","message":"cannot answer: too many connections are open already","details":{}}})";
static_assert(kFull.size() - kFull.find("{\"error\"") == 110);

int family_of(int fd) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  return ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0 ? address.ss_family : AF_UNSPEC;
}

}  // namespace

Server::Server(asio::io_context& loop, Serving serving, ServerOptions options)
    : loop_(loop), serving_(std::move(serving)), options_(std::move(options)),
      empty_(loop, asio::steady_timer::time_point::max()) {}

base::Result<std::unique_ptr<Server>> Server::listen(asio::io_context& loop, asio::any_io_executor pool, Router router,
                                                     Sessions& sessions, ServerOptions options) {
  const auto lookups = options.lookups ? options.lookups : pool;
  Serving serving{
      std::move(pool), lookups, std::move(router), &sessions, options.patience, {}, std::make_unique<SocketHolders>()};
  std::unique_ptr<Server> server(new Server(loop, std::move(serving), std::move(options)));
  TRY(server->bind());
  sessions.serve_at(server->addresses_.portal, server->addresses_.port);
  return server;
}

base::Result<void> Server::bind() {
  TRY_ASSIGN(auto loopback, listen_loopback(options_.port, options_.earlier_port));
  serving_.own = {options_.own_host, loopback.port};
  addresses_.port = loopback.port;
  const auto url = [port = loopback.port](const std::string& host) {
    return "http://" + host + ":" + std::to_string(port);
  };
  addresses_.url = url(addresses_.host);
  addresses_.portal = url(options_.own_host.empty() ? addresses_.host : options_.own_host);
  listen_on(std::move(loopback.v4));
  if (loopback.v6) listen_on(std::move(loopback.v6));
  if (options_.socket.empty()) return {};
  auto local = listen_unix(options_.socket);
  if (local) {
    addresses_.socket = options_.socket.string();
    listen_on(std::move(*local));
  } else {
    addresses_.why_no_socket = local.error().message;
  }
  return {};
}

void Server::listen_on(base::Fd fd) {
  listening_.push_back(std::make_unique<asio::posix::stream_descriptor>(loop_, fd.release()));
}

void Server::start() {
  for (auto& listening : listening_) asio::co_spawn(loop_, accept_all(*listening), async::or_end_daemon);
}

Task<void> Server::accept_all(asio::posix::stream_descriptor& listening) {
  for (;;) {
    const auto [ec] = co_await listening.async_wait(asio::posix::descriptor_base::wait_read, async::kAsTuple);
    if (ec || serving_.stopping) co_return;
    auto accepted = accept_one(listening.native_handle());
    if (accepted) serve(std::move(*accepted));
    else if (accepted.error().code != std::errc::resource_unavailable_try_again) co_await wait_after(accepted.error());
  }
}

/// Out of descriptors or memory: the connection stays in the queue and would be reported again at once.
Task<void> Server::wait_after(const base::Error& error) {
  spdlog::warn("{}; retrying in {} ms", error.message, kAcceptRetry.count());
  asio::steady_timer pause(loop_, kAcceptRetry);
  co_await pause.async_wait(async::kAsTuple);
}

void Server::serve(base::Fd fd) {
  const int family = family_of(fd.get());
  const auto caller = caller_of(fd.get(), family);
  if (!make_room_for(caller)) {
    [[maybe_unused]] const auto sent = ::send(fd.get(), kFull.data(), kFull.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    return;
  }
  const int on = 1;
  if (family != AF_UNIX) ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  Connection::Wire::socket_type socket(loop_);
  boost::system::error_code ec;
  socket.assign(Connection::Protocol(family, 0), fd.get(), ec);
  if (ec) return;
  fd.release();
  keep(std::make_shared<Connection>(serving_, Connection::Wire(std::move(socket)), caller));
}

Caller Server::caller_of(int fd, int family) const {
  Caller caller;
  caller.unix_socket = family == AF_UNIX;
  if (caller.unix_socket) {
    const auto uid = base::unix_peer_uid(fd);
    if (uid && *uid == options_.owner) caller.way = Caller::Way::kUid;
  } else if (const auto peer = base::tcp_peer(fd); peer && peer->uid == options_.owner) {
    caller.way = Caller::Way::kUid;
    caller.socket = peer->inode;
  }
  return caller;
}

/// A new stranger replaces the oldest one, so that strangers keep no client out. The daemon's user always gets in, by
/// the socket.
bool Server::make_room_for(const Caller& caller) {
  if (connections_.size() >= options_.most_connections) return false;
  if (caller.way == Caller::Way::kUid && caller.unix_socket) return true;
  const auto is_stranger = [](const auto& entry) { return entry.second->is_stranger(); };
  const auto strangers = std::count_if(connections_.begin(), connections_.end(), is_stranger);
  if (static_cast<std::size_t>(strangers) < options_.most_strangers) return true;
  const auto oldest =
      std::find_if(connections_.begin(), connections_.end(), is_stranger)->second;  // it leaves the map when it ends
  oldest->end_now();
  return true;
}

void Server::keep(std::shared_ptr<Connection> connection) {
  const auto number = accepted_++;
  connections_.emplace(number, connection);
  auto gone = [this, number, connection](const std::exception_ptr&) {
    connections_.erase(number);
    if (connections_.empty()) empty_.cancel();
  };
  asio::co_spawn(loop_, connection->run(), asio::bind_cancellation_slot(connection->slot(), std::move(gone)));
}

Task<void> Server::stop(std::chrono::milliseconds grace) {
  serving_.stopping = true;
  std::error_code ignored;  // a socket file that stays does no harm: the next daemon replaces it
  if (!addresses_.socket.empty()) std::filesystem::remove(addresses_.socket, ignored);
  boost::system::error_code unclosed;
  for (auto& listening : listening_) listening->close(unclosed);
  for (const auto& [number, connection] : std::vector(connections_.begin(), connections_.end())) connection->end_soon();
  co_await wait_until_empty(grace);
  for (const auto& [number, connection] : std::vector(connections_.begin(), connections_.end())) connection->end_now();
  co_await wait_until_empty(grace);
}

Task<void> Server::wait_until_empty(std::chrono::milliseconds at_most) {
  if (connections_.empty()) co_return;
  empty_.expires_after(at_most);
  co_await empty_.async_wait(async::kAsTuple);
}

}  // namespace http
