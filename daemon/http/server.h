// SPDX-License-Identifier: Apache-2.0
// The HTTP server: listens, finds out who connects, and keeps the connections. Everything runs on the one thread that
// runs the io_context; files are read on the pool that is handed in.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/fd.h"
#include "base/file.h"
#include "daemon/http/connection.h"
#include "daemon/http/router.h"
#include "daemon/http/sessions.h"

namespace http {

struct ServerOptions {
  base::Path socket;                   ///< empty: no Unix socket
  std::optional<std::uint16_t> port;   ///< given: this one or an error
  std::uint16_t earlier_port = 0;      ///< not given: this one, kUsualPort or another
  std::size_t most_connections = 512;  ///< one more is answered 503 and closed
  std::size_t most_strangers = 32;     ///< of them, connections of strangers
  uid_t owner;                         ///< the uid that may ask
  std::string own_host;                ///< that its pages have (own_host.h); empty: host of `url`
  Patience patience;
  boost::asio::any_io_executor lookups;  ///< a thread that finds out who holds a connection; none: the pool
};

/// Where the server can be reached, as daemon.json says it.
struct Addresses {
  std::string socket;         ///< empty: none
  std::string why_no_socket;  ///< a sentence, when one was asked for
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;
  std::string url;     ///< for programs: "http://127.0.0.1:7471"
  std::string portal;  ///< for browsers: "http://runyard-0123456789abcdef0123.localhost:7471"
};

/// Owned by main; outlives the io_context's run(). `sessions` and all that the handlers refer to outlive it.
class Server {
 public:
  /// Binds and listens; a connection made from now on is answered once start() is called and the loop runs. The caller
  /// holds the daemon's lock. The TCP port comes first: without it there is no server; without the Unix socket there
  /// is.
  static base::Result<std::unique_ptr<Server>> listen(boost::asio::io_context& loop, boost::asio::any_io_executor pool,
                                                      Router router, Sessions& sessions, ServerOptions options);
  const Addresses& addresses() const { return addresses_; }
  void start();
  /// Accepts no more connections, ends streams and waiting handlers, lets answers under way be finished for `grace`,
  /// then ends them too, and waits for them for as long again. Not from inside a handler: it would wait for itself.
  Task<void> stop(std::chrono::milliseconds grace);
  std::size_t connections() const { return connections_.size(); }

 private:
  Server(boost::asio::io_context& loop, Serving serving, ServerOptions options);
  base::Result<void> bind();
  void listen_on(base::Fd fd);
  Task<void> accept_all(boost::asio::posix::stream_descriptor& listening);
  Task<void> wait_after(const base::Error& error);
  void serve(base::Fd fd);
  Caller caller_of(int fd, int family) const;
  bool make_room_for(const Caller& caller);
  void keep(std::shared_ptr<Connection> connection);
  Task<void> wait_until_empty(std::chrono::milliseconds at_most);

  boost::asio::io_context& loop_;
  Serving serving_;
  ServerOptions options_;
  Addresses addresses_;
  std::vector<std::unique_ptr<boost::asio::posix::stream_descriptor>> listening_;
  std::map<std::uint64_t, std::shared_ptr<Connection>> connections_;  ///< the oldest first
  std::uint64_t accepted_ = 0;
  boost::asio::steady_timer empty_;  ///< canceled when the last connection goes
};

}  // namespace http
