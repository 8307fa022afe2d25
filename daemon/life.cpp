// SPDX-License-Identifier: Apache-2.0
// The life of a run as the daemon sees it: its launcher is started or found, watched until it is gone, and an ending is
// there whatever became of it. One coroutine a run.
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>
#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

#include "base/lock.h"
#include "base/process.h"
#include "base/spawn.h"
#include "daemon/yard.h"
#include "protocol/bytes_json.h"

namespace yard {

using base::Result;
using nlohmann::json;
using std::chrono::milliseconds;

namespace {

constexpr auto kQuietly = boost::asio::as_tuple(boost::asio::use_awaitable);
constexpr milliseconds kLockPoll(20);
constexpr milliseconds kBuryRetry(1000);
constexpr int kBuryTries = 60;  // --bury gives up on what cannot be killed after 30 s
constexpr int kLockFd = 3;

bool is_there(const base::Path& path) { return ::access(path.c_str(), F_OK) == 0; }

std::vector<std::string> launcher_environment() {
  std::vector<std::string> environment = {"LC_ALL=C.UTF-8"};
  for (auto& entry : base::current_environment())
    if (entry.starts_with("PATH=") || entry.starts_with("HOME=")) environment.push_back(std::move(entry));
  return environment;
}

base::SpawnOptions launcher_options(int program, std::vector<std::string> arguments) {
  base::SpawnOptions options;
  options.argv = {"runyard-launcher"};
  options.argv.insert(options.argv.end(), arguments.begin(), arguments.end());
  options.program_fd = program;
  options.environment = launcher_environment();
  options.directory = "/";
  options.descriptors = {{STDERR_FILENO, STDERR_FILENO}};
  options.new_session = true;
  options.block_signals = true;
  return options;
}

/// Who holds an attempt, as its lock file says.
struct Holders {
  base::ProcessId guard, worker;
};

Result<Holders> read_holders(const protocol::AttemptDir& attempt) {
  TRY_ASSIGN(const std::string text, base::read_file(attempt.lock()));
  TRY_ASSIGN(const json lock, protocol::parse_json(text, "the lock file"));
  if (lock.value("boot_id", "") != base::boot_id()) return base::error("the lock file is of another boot");
  const auto id = [&](const char* who) {
    const json entry = lock.value(who, json::object());
    return base::ProcessId{entry.value("pid", 0), entry.value("start_time", std::uint64_t{0})};
  };
  return Holders{id("guard"), id("worker")};
}

/// Of a run that ended without a launcher; a launcher does this itself.
void forget_secrets(const protocol::RunDir& dir) {
  const auto text = base::read_file(dir.environ_file());
  const auto replaced = text ? base::replace_file(dir.environ_file(), protocol::redacted_environ(*text)) : Result<void>(text.error());
  if (!replaced) spdlog::warn("Cannot redact the environment of a run that has ended: {}", replaced.error().message);
}

Task<void> until_gone(base::Fd pidfd) {
  const auto loop = co_await boost::asio::this_coro::executor;
  boost::asio::posix::stream_descriptor watched(loop, pidfd.release());
  auto waited = co_await watched.async_wait(boost::asio::posix::stream_descriptor::wait_read, kQuietly);
  static_cast<void>(waited);
}

void reap(pid_t pid) {
  while (::waitpid(pid, nullptr, WNOHANG) < 0 && errno == EINTR) {}
}

}  // namespace

Task<void> Yard::pause(milliseconds duration) {
  boost::asio::steady_timer timer(loop_, duration);
  auto waited = co_await timer.async_wait(kQuietly);
  static_cast<void>(waited);
}

/// The lock of a new attempt, taken before "starting" is written down. No descriptor: the run is not to be started.
Task<Result<base::Fd>> Yard::begin_attempt(RunKey run, std::string id) {
  auto lock = std::make_shared<base::Fd>();
  const auto attempt = settings_.state.run(id).attempt();
  std::function<Result<bool>(Ingest&)> begin = [run, lock, attempt](Ingest& ingest) -> Result<bool> {
    Query query = ingest.database().query("SELECT state FROM run WHERE key = ?");
    TRY_ASSIGN(const bool found, query.bind(run).step());
    if (!found || protocol::is_final(static_cast<protocol::RunState>(query.integer(0)))) return false;
    TRY(base::make_directories(attempt.root));
    TRY_ASSIGN(*lock, base::lock_file(attempt.lock()));
    TRY(ingest.append_fact(run, {{"k", "starting"}, {"attempt", 1}}));
    return true;
  };
  auto begun = co_await store_->run<bool>(std::move(begin));
  if (!begun) co_return begun.error();
  co_return std::move(*lock);
}

/// Starts the launcher and waits until it is gone.
Task<Result<void>> Yard::run_launcher(RunKey run, std::string id, base::Fd lock) {
  const auto dir = settings_.state.run(id);
  auto options = launcher_options(launcher_.get(), {"run", "--run-dir", dir.root.string(), "--lock-fd", std::to_string(kLockFd)});
  options.descriptors.emplace_back(lock.get(), kLockFd);
  auto start = [options] { return base::spawn(options); };
  auto spawned = co_await run_on(starter_.get_executor(), std::move(start));
  lock.reset();
  if (!spawned) co_return spawned.error();
  watch_->follow(run, dir, [] {});
  const pid_t pid = spawned->id.pid;
  co_await until_gone(std::move(spawned->pidfd));
  reap(pid);
  co_return Result<void>();
}

/// A launcher of an earlier daemon: waits until its guard is gone.
Task<Result<void>> Yard::watch_launcher(std::string id) {
  const auto attempt = settings_.state.run(id).attempt();
  auto open = [attempt]() -> Result<base::Fd> {
    TRY_ASSIGN(const Holders holders, read_holders(attempt));
    return base::open_process(holders.guard);
  };
  auto guard = co_await run_on(pool(), std::move(open));
  if (!guard) co_return guard.error();
  co_await until_gone(std::move(*guard));
  co_return Result<void>();
}

/// The lock is the proof that a launcher lives, whoever of its processes holds it.
Task<void> Yard::wait_unlocked(std::string id) {
  const auto lock = settings_.state.run(id).attempt().lock();
  for (;;) {
    auto ask = [lock] { return base::is_locked(lock); };
    const auto locked = co_await run_on(pool(), std::move(ask));
    if (!locked || !*locked) co_return;
    co_await pause(kLockPoll);
  }
}

Task<Result<void>> Yard::end_by_daemon(RunKey run, std::string reason, std::string stage, std::string message) {
  protocol::ExitRecord record;
  record.reason = std::move(reason);
  record.stage = std::move(stage);
  record.message = std::move(message);
  record.by = "daemon";
  record.ended = base::to_seconds(base::now());
  std::function<Result<bool>(Ingest&)> end = [run, record, dir = settings_.state.run(ids_.at(run))](Ingest& ingest) -> Result<bool> {
    // What was reported until then belongs to the run; an ending that came meanwhile decides.
    for (bool more = true; more;) {
      TRY_ASSIGN(const Pass pass, ingest.take_run(run));
      if (pass.final) return true;
      more = pass.more;
    }
    json fact = protocol::to_json(record);
    fact["k"] = "ended";
    TRY(ingest.append_fact(run, std::move(fact)));
    forget_secrets(dir);
    return true;
  };
  auto ended = co_await store_->run<bool>(std::move(end));
  if (!ended) co_return ended.error();
  co_return Result<void>();
}

/// The launcher is gone: if it left no ending, what it left behind is buried.
Task<Result<void>> Yard::ensure_ending(RunKey run, std::string id) {
  const auto dir = settings_.state.run(id);
  const auto record = dir.attempt().exit_record();
  std::string why;
  for (int i = 0; i < kBuryTries && !is_there(record); ++i) {
    if (i > 0) co_await pause(kBuryRetry);
    auto options = launcher_options(launcher_.get(), {"--bury", "--run-dir", dir.root.string()});
    auto start = [options] { return base::spawn(options); };
    auto spawned = co_await run_on(starter_.get_executor(), std::move(start));
    if (!spawned) {
      why = spawned.error().message;
      continue;
    }
    const pid_t pid = spawned->id.pid;
    co_await until_gone(std::move(spawned->pidfd));
    reap(pid);
  }
  if (is_there(record)) co_return Result<void>();
  const std::string message = "the run's launcher is gone and left no ending" + (why.empty() ? "" : "; " + why);
  co_return co_await end_by_daemon(run, "lost", "", message);
}

Task<void> Yard::wait_final(RunKey run, std::string id) {
  Listener listener(hub_, id, kStateChanged);
  for (;;) {
    std::function<Result<bool>(Database&)> ask = [run](Database& database) -> Result<bool> {
      Query query = database.query("SELECT state FROM run WHERE key = ?");
      TRY_ASSIGN(const bool found, query.bind(run).step());
      return !found || protocol::is_final(static_cast<protocol::RunState>(query.integer(0)));
    };
    const auto final = co_await readers_.ask(std::move(ask));
    if (final && *final) co_return;
    watch_->nudge(run);
    co_await listener.wait(Listener::Clock::now() + std::chrono::seconds(1));
  }
}

/// Until the run has an ending: the launcher's, or one that says why there was no launcher.
Task<void> Yard::settle(RunKey run, std::string id, Result<void> launched) {
  for (;;) {
    Result<void> ended;
    if (launched) ended = co_await ensure_ending(run, id);
    else ended = co_await end_by_daemon(run, "could_not_start", "launcher", "cannot start the run: " + launched.error().message);
    if (ended) co_return;
    spdlog::error("Cannot end run {}, trying again in 1 s: {}", id, ended.error().message);
    co_await pause(kBuryRetry);
  }
}

void Yard::begin_life(RunKey run, bool start) {
  auto& life = lives_[run] = std::make_unique<boost::asio::cancellation_signal>();
  auto ended = [this, run](std::exception_ptr thrown) {
    try {
      if (thrown) std::rethrow_exception(thrown);
    } catch (const std::exception& exception) {
      if (!stopping_) spdlog::error("The watch over run {} broke off: {}", ids_[run], exception.what());
    }
    boost::asio::post(loop_, [this, run] { lives_.erase(run); });
  };
  boost::asio::co_spawn(loop_, live(run, ids_.at(run), start), boost::asio::bind_cancellation_slot(life->slot(), std::move(ended)));
}

Task<void> Yard::leave_runs() {
  stopping_ = true;
  // Once may not do: what runs on a pool thread is not interrupted, and what comes after it is.
  while (!lives_.empty()) {
    for (const auto& [run, life] : lives_) life->emit(boost::asio::cancellation_type::terminal);
    co_await pause(kLockPoll);
  }
}

Task<void> Yard::live(RunKey run, std::string id, bool start) {
  Result<void> launched;
  bool wanted = true;
  if (start) {
    auto lock = co_await begin_attempt(run, id);
    wanted = !lock || *lock;
    if (!lock) launched = lock.error();
    else if (wanted) launched = co_await run_launcher(run, id, std::move(*lock));
  } else {
    watch_->follow(run, settings_.state.run(id), [] {});
    co_await nudge_launcher(id);
    auto watched = co_await watch_launcher(id);
    static_cast<void>(watched);  // whoever cannot be watched is waited for by its lock
  }
  co_await wait_unlocked(id);
  if (wanted) co_await settle(run, id, launched);
  co_await wait_final(run, id);
  watch_->forget(run);
  queue_.remove(run);
  ids_.erase(run);
  schedule();
}

/// Tells a launcher to read the wishes. It may not have written who it is yet; then it reads them when it starts.
Task<void> Yard::nudge_launcher(std::string id) {
  const auto attempt = settings_.state.run(id).attempt();
  auto nudge = [attempt]() -> Result<void> {
    TRY_ASSIGN(const Holders holders, read_holders(attempt));
    for (const auto& who : {holders.worker, holders.guard}) {
      const auto process = base::open_process(who);
      if (process) return base::signal_process(*process, SIGUSR1);
    }
    return {};
  };
  auto nudged = co_await run_on(pool(), std::move(nudge));
  static_cast<void>(nudged);
}

Task<Result<void>> Yard::wish(const std::string& id, protocol::Wish wish) {
  wish.t = base::to_seconds(base::now());
  const auto dir = settings_.state.run(id);
  std::function<Result<std::pair<RunKey, bool>>(Ingest&)> write = [id, wish, dir](Ingest& ingest) -> Result<std::pair<RunKey, bool>> {
    Query query = ingest.database().query("SELECT key, state FROM run WHERE id = ?");
    TRY_ASSIGN(const bool found, query.bind(id).step());
    if (!found) return base::error("there is no run '" + id + "'", std::errc::no_such_file_or_directory);
    const RunKey key = query.integer(0);
    const auto state = static_cast<protocol::RunState>(query.integer(1));
    if (protocol::is_final(state)) return std::pair(key, true);
    json fact = protocol::to_json(wish);
    {
      TRY_ASSIGN(auto wishes, base::Appender::open(dir.wishes()));
      TRY_FOR("cannot write '" + dir.wishes().string() + "'", wishes.append(fact.dump()));
      TRY(wishes.sync());
      TRY(base::sync_directory(dir.record()));
    }
    fact["k"] = "wished";
    TRY(ingest.append_fact(key, std::move(fact)));
    if (state != protocol::RunState::kQueued) return std::pair(key, false);
    protocol::ExitRecord record;
    record.outcome = wish.cancel ? protocol::RunEvent::kCanceled : protocol::RunEvent::kFailed;
    record.reason = wish.cancel ? "cancelled" : "failed_by_request";
    const std::string default_message = wish.cancel ? "The run was cancelled before it started" : "The run was failed before it started";
    record.message = wish.message.empty() ? default_message : wish.message;
    record.error_code = wish.error_code;
    record.error = wish.error;
    record.by = "daemon";
    record.ended = wish.t;
    json ended = protocol::to_json(record);
    ended["k"] = "ended";
    TRY(ingest.append_fact(key, std::move(ended)));
    forget_secrets(dir);
    return std::pair(key, true);
  };
  auto written = co_await store_->run<std::pair<RunKey, bool>>(std::move(write));
  if (!written) co_return written.error();
  const auto [key, final] = *written;
  if (!final) co_await nudge_launcher(id);
  else if (!is_there(dir.attempt().root)) {
    queue_.remove(key);
    ids_.erase(key);
    schedule();
  }
  co_return Result<void>();
}

}  // namespace yard
