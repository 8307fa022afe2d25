// SPDX-License-Identifier: Apache-2.0
#include "daemon/serve/serve.h"

#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <spdlog/spdlog.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <charconv>
#include <csignal>
#include <cstring>

#include "base/account.h"
#include "base/lock.h"
#include "base/log.h"
#include "base/process.h"
#include "daemon/api/api.h"
#include "daemon/events/digests.h"
#include "daemon/events/notifier.h"
#include "daemon/http/own_host.h"
#include "daemon/http/server.h"
#include "daemon/serve/engine.h"
#include "daemon/state/state_lock.h"
#include "daemon/state/sweeper.h"
#include "daemon/store/checkpoint.h"
#include "daemon/store/health.h"
#include "daemon/store/rebuild.h"
#include "protocol/json.h"

namespace serve {

using base::Result;
using nlohmann::json;

namespace {

constexpr std::chrono::milliseconds kStopGrace(2000);

/// Answers the program that started the daemon, and closes `fd`. Negative: no program waits.
void tell(int fd, std::string_view what) {
  if (fd < 0) return;
  [[maybe_unused]] const auto written = ::write(fd, what.data(), what.size());
  ::close(fd);
}

/// Sends a line to the service manager, if one waits for it (sd_notify(3)).
void notify(const std::string& state) {
  const char* const address = std::getenv("NOTIFY_SOCKET");
  if (!address || !*address) return;
  sockaddr_un to{};
  to.sun_family = AF_UNIX;
  const std::size_t length = std::strlen(address);
  if (length >= sizeof to.sun_path) return;
  std::memcpy(to.sun_path, address, length);
  if (to.sun_path[0] == '@') to.sun_path[0] = '\0';
  const base::Fd socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!socket) return;
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + length);
  [[maybe_unused]] const auto sent =
      ::sendto(socket.get(), state.data(), state.size(), MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&to), size);
}

/// Allows as many descriptors as the hard limit: each live run and each client needs some.
void raise_descriptor_limit() {
  struct rlimit limit {};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  (void)::setrlimit(RLIMIT_NOFILE, &limit);
}

json daemon_json(const http::Addresses& addresses) {
  return {{"version", RUNYARD_VERSION},
          {"protocol", 1},
          {"pid", ::getpid()},
          {"boot_id", base::boot_id()},
          {"socket", addresses.socket.empty() ? json(nullptr) : json(addresses.socket)},
          {"host", addresses.host},
          {"port", addresses.port},
          {"url", addresses.url},
          {"portal", addresses.portal}};
}

/// The port of the daemon before this one, which bookmarks and open pages use; 0: not known.
std::uint16_t earlier_port(const protocol::StateDir& state) {
  constexpr std::size_t kLongest = 16;
  const auto text = base::read_file(state.port_file(), kLongest);
  std::uint16_t port = 0;
  if (text) std::from_chars(text->data(), text->data() + text->size(), port);
  return port;
}

/// The event loop. It can drop the handlers that wait on it while the objects that they refer to still exist.
class Loop : public boost::asio::io_context {
 public:
  Loop() : io_context(1) {}
  /// Destroys every coroutine and handler that waits, without calling it. Nothing may run on the loop afterwards.
  void drop_handlers() { shutdown(); }
};

/// Everything that makes up a daemon; destroyed from the last member to the first. Owned by run().
struct Daemon {
  explicit Daemon(state::Settings settings) : engine(loop, std::move(settings)) {}
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;
  ~Daemon();

  Loop loop;
  Engine engine;
  http::Sessions sessions;
  std::optional<api::Api> api;
  std::unique_ptr<http::Server> server;
  std::optional<events::Notifier> notifier;
  std::optional<events::Digester> digester;
  std::optional<store::Checkpointer> checkpointer;
  std::optional<state::Sweeper> sweeper;
  boost::asio::signal_set signals{loop, SIGTERM, SIGINT};
  bool stopping = false;
  bool damaged = false;  ///< the database is damaged: the daemon stops, and serve() starts another

  void stop();
};

void Daemon::stop() {
  if (std::exchange(stopping, true)) return;
  spdlog::info("Stopping; runs go on without the daemon");
  notify("STOPPING=1");
  engine.runs->stop_starting();
  auto end = [this]() -> Task<void> {
    co_await server->stop(kStopGrace);
    if (notifier) co_await notifier->stop();
    if (digester) co_await digester->stop();
    co_await engine.leave();
    loop.stop();
  };
  boost::asio::co_spawn(loop, end, async::or_end_daemon);
}

/// Joins the threads first, because they answer on the loop. Then drops what still waits there (a request that outlived
/// the stop, for example), because it refers to the members.
Daemon::~Daemon() {
  checkpointer.reset();
  sweeper.reset();
  if (digester) digester->stop_thread();
  engine.stop_threads();
  loop.drop_handlers();
}

Result<void> listen(Daemon& d, const ServeOptions& options) {
  Engine& e = d.engine;
  const auto& state = e.settings.state;
  d.api.emplace(api::Api{e.settings, e.threads, *e.store, e.readers, e.status_readers, e.hub, *e.file_events, e.uploads,
                         *e.runs, *e.submitter, *e.canceler, *e.services, store::Place{state, ""}, base::now(),
                         [&d] { d.stop(); }, json()});
  d.sessions.keep_in(state.sessions());
  auto routes = api::api_routes(*d.api);
  for (auto& route : d.sessions.routes()) routes.push_back(std::move(route));
  http::ServerOptions server;
  server.socket = state.socket();
  if (options.port) server.port = static_cast<std::uint16_t>(*options.port);
  server.earlier_port = earlier_port(state);
  server.owner = ::getuid();
  server.own_host = http::own_host(state.own_host());
  server.lookups = e.threads.lookups.get_executor();
  TRY_ASSIGN(d.server, http::Server::listen(d.loop, e.threads.quick.get_executor(), http::Router(std::move(routes)),
                                            d.sessions, server));
  const auto& addresses = d.server->addresses();
  if (const auto kept = base::write_file_atomic(state.port_file(), std::to_string(addresses.port) + "\n"); !kept)
    spdlog::warn("The next daemon may have another port: {}", kept.error().message);
  if (!addresses.why_no_socket.empty()) spdlog::warn("{}", addresses.why_no_socket);
  d.api->place.url = addresses.portal;
  d.api->addresses = daemon_json(addresses);
  return {};
}

/// Starts the work that goes on without requests.
void start_background(Daemon& d) {
  d.checkpointer.emplace(d.engine.settings.state.database(), [&d] {
    boost::asio::post(d.loop, [&d] {
      spdlog::error("The database is damaged: it is made again from the files");
      d.damaged = true;
      d.stop();
    });
  });
  d.sweeper.emplace(d.engine.settings.state.trash());
}

void start_events(Daemon& d) {
  Engine& e = d.engine;
  d.notifier.emplace(events::NotifierParts{d.loop, e.threads.quick.get_executor(), e.hub, e.readers, d.api->place,
                                           e.settings.launcher});
  d.notifier->start();
  d.digester.emplace(d.loop, e.hub, e.readers, e.settings.state);
  d.digester->start();
}

/// Serves until the daemon stops. True when the database was found damaged: the caller serves again, with a new one.
Result<bool> run(const protocol::StateDir& state, const ServeOptions& options) {
  state::Settings settings;
  settings.state = state;
  settings.user = base::user_name().value_or(std::to_string(::getuid()));
  TRY(state::find_siblings(settings));
  TRY(state::read_settings(settings));
  TRY_ASSIGN(const base::Fd lock, state::lock_state(state));
  raise_descriptor_limit();
  TRY(store::rebuild_if_needed(state));
  Daemon daemon(std::move(settings));
  TRY(daemon.engine.open());
  TRY(listen(daemon, options));
  start_background(daemon);
  TRY(daemon.engine.runs->resume());
  daemon.engine.services->resume(state);
  daemon.server->start();
  start_events(daemon);
  TRY(base::write_file_atomic(state.daemon_file(), daemon.api->addresses.dump(2) + "\n"));
  daemon.signals.async_wait([&daemon](boost::system::error_code error, int) {
    if (!error) daemon.stop();
  });
  spdlog::info("Serving {} at {}", state.root.string(), daemon.server->addresses().portal);
  tell(options.ready_fd, "\n");
  notify("READY=1");
  daemon.loop.run();
  (void)::unlink(state.daemon_file().c_str());
  return daemon.damaged;
}

}  // namespace

Result<int> serve(const protocol::StateDir& state, const ServeOptions& options) {
  ::signal(SIGPIPE, SIG_IGN);
  base::set_up_log({});
  const bool known = store::has_damage(state.database());
  auto again = run(state, options);
  if (!again && !known && store::has_damage(state.database()))
    again = run(state, options);  // the damage was found before the daemon could serve
  while (again && *again) again = run(state, {options.port, -1});
  if (again) return 0;
  tell(options.ready_fd, again.error().message);
  return again.error();
}

}  // namespace serve
