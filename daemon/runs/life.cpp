// SPDX-License-Identifier: Apache-2.0
// The life of a run as the daemon sees it: its launcher is started or found, watched until it is gone, and an ending is
// there whatever became of it. One coroutine a run.
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <csignal>
#include <spdlog/spdlog.h>

#include "base/lock.h"
#include "base/process.h"
#include "base/spawn.h"
#include "daemon/runs/attempt.h"
#include "daemon/async/run_on.h"
#include "daemon/async/waiting.h"
#include "daemon/runs/runs.h"
#include "protocol/json.h"

namespace runs {

using base::Result;
using nlohmann::json;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds kLockPoll(20);
constexpr milliseconds kBuryRetry(1000);
constexpr int kBuryTries = 60;  // --bury gives up on what cannot be killed after 30 s
constexpr int kLockFd = 3;

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

void reap(pid_t pid) {
  while (::waitpid(pid, nullptr, WNOHANG) < 0 && errno == EINTR) {}
}

}  // namespace

/// The lock of a new attempt. No descriptor: the run is not to be started.
Task<Result<base::Fd>> Yard::begin(store::RunKey run, std::string id) {
  auto lock = std::make_shared<base::Fd>();
  auto begin = [run, lock, attempt = settings_.state.run(id).attempt()](store::Ingest& ingest) -> Result<bool> {
    store::Query query = ingest.database().query("SELECT 1 FROM run WHERE key = ?");
    TRY_ASSIGN(const bool found, query.bind(run).step());
    if (!found) return false;
    TRY_ASSIGN(const store::Pass pass, ingest.take_run(run));  // its end may lie in the files alone: the disk was full when it was cancelled
    if (pass.final) return false;
    TRY_ASSIGN(*lock, begin_attempt(ingest, run, attempt));
    return true;
  };
  auto begun = co_await store_->write(std::move(begin));
  if (!begun) co_return begun.error();
  co_return std::move(*lock);
}

/// Starts the launcher and waits until it is gone.
Task<Result<void>> Yard::run_launcher(store::RunKey run, std::string id, base::Fd lock) {
  const auto dir = settings_.state.run(id);
  auto options = launcher_options(launcher_.get(), {"run", "--run-dir", dir.root.string(), "--lock-fd", std::to_string(kLockFd)});
  options.descriptors.emplace_back(lock.get(), kLockFd);
  auto start = [options] { return base::spawn(options); };
  auto spawned = co_await async::run_on(starter_.get_executor(), std::move(start));
  lock.reset();
  if (!spawned) co_return spawned.error();
  watch_->follow(run, dir);
  const pid_t pid = spawned->id.pid;
  co_await async::until_gone(std::move(spawned->pidfd));
  reap(pid);
  co_return Result<void>();
}

/// A launcher of an earlier daemon: waits until its guard is gone.
Task<Result<void>> Yard::watch_launcher(std::string id) {
  const auto attempt = settings_.state.run(id).attempt();
  auto open = [attempt, id]() -> Result<base::Fd> {
    TRY_ASSIGN(const Holders holders, read_holders(attempt));
    if (holders.version != protocol::kLockVersion)
      spdlog::warn(
          "The launcher of run {} is of another version of Runyard (its lock file is of version {}, this daemon knows "
          "{}): it goes on",
          id, holders.version, protocol::kLockVersion);
    return base::open_process(holders.guard);
  };
  auto guard = co_await async::run_on(pool(), std::move(open));
  if (!guard) co_return guard.error();
  co_await async::until_gone(std::move(*guard));
  co_return Result<void>();
}

/// The lock is the proof that a launcher lives, whoever of its processes holds it.
Task<void> Yard::wait_unlocked(std::string id) {
  const auto lock = settings_.state.run(id).attempt().lock();
  for (;;) {
    auto ask = [lock] { return base::is_locked(lock); };
    const auto locked = co_await async::run_on(pool(), std::move(ask));
    if (!locked || !*locked) co_return;
    co_await async::pause(kLockPoll);
  }
}

Task<Result<void>> Yard::end_by_daemon(store::RunKey run, std::string id, std::string reason, std::string stage, std::string message) {
  protocol::ExitRecord record;
  record.reason = std::move(reason);
  record.stage = std::move(stage);
  record.message = std::move(message);
  record.by = "daemon";
  record.ended = base::to_seconds(base::now());
  auto end = [run, record, dir = settings_.state.run(id)](store::Ingest& ingest) -> Result<bool> {
    TRY(ingest.end(run, record));
    forget_secrets(dir);
    return true;
  };
  auto ended = co_await store_->write(std::move(end));
  if (!ended) co_return ended.error();
  co_return Result<void>();
}

/// The launcher is gone: if it left no ending, what it left behind is buried.
Task<Result<void>> Yard::ensure_ending(store::RunKey run, std::string id) {
  const auto dir = settings_.state.run(id);
  const auto record = dir.attempt().exit_record();
  std::string why;
  for (int i = 0; i < kBuryTries && !base::exists(record); ++i) {
    const bool final = co_await is_final(run);
    if (final) co_return Result<void>();
    if (i > 0) co_await async::pause(kBuryRetry);
    auto options = launcher_options(launcher_.get(), {"--bury", "--run-dir", dir.root.string()});
    auto start = [options] { return base::spawn(options); };
    auto spawned = co_await async::run_on(starter_.get_executor(), std::move(start));
    if (!spawned) {
      why = spawned.error().message;
      continue;
    }
    const pid_t pid = spawned->id.pid;
    co_await async::until_gone(std::move(spawned->pidfd));
    reap(pid);
  }
  if (base::exists(record)) co_return Result<void>();
  const std::string message = "the run's launcher is gone and left no ending" + (why.empty() ? "" : "; " + why);
  co_return co_await end_by_daemon(run, id, "lost", "", message);
}

/// Also when the run has been removed.
Task<bool> Yard::is_final(store::RunKey run) {
  auto ask = [run](store::Database& database) -> Result<bool> {
    store::Query query = database.query("SELECT state FROM run WHERE key = ?");
    TRY_ASSIGN(const bool found, query.bind(run).step());
    return !found || protocol::is_final(static_cast<protocol::RunState>(query.integer(0)));
  };
  auto final = co_await readers_.read(std::move(ask));
  co_return final && *final;
}

Task<void> Yard::wait_final(store::RunKey run, std::string id) {
  Listener listener(hub_, id, store::kStateChanged);
  for (;;) {
    const bool final = co_await is_final(run);
    if (final) co_return;
    watch_->nudge(run);
    co_await listener.wait(Listener::Clock::now() + std::chrono::seconds(1));
  }
}

/// Until the run has an ending: the launcher's, or one that says why there was no launcher.
Task<void> Yard::settle(store::RunKey run, std::string id, Begin how, Result<void> launched) {
  for (;;) {
    Result<void> ended;
    if (how == Begin::kLost) ended = co_await end_by_daemon(run, id, "lost", "", "the machine restarted when the run had just begun: what it did is not known");
    else if (launched) ended = co_await ensure_ending(run, id);
    else ended = co_await end_by_daemon(run, id, "could_not_start", "launcher", "cannot start the run: " + launched.error().message);
    if (ended) co_return;
    spdlog::error("Cannot end run {}, trying again in 1 s: {}", id, ended.error().message);
    co_await async::pause(kBuryRetry);
  }
}

void Yard::begin_life(store::RunKey run, Begin how, base::Fd lock) noexcept {
  const auto known = ids_.find(run);
  if (known == ids_.end()) {
    spdlog::error("The run with the key {} is not started: it has left the queue", run);
    return queue_.remove(run);
  }
  const std::string id = known->second;
  auto& life = lives_[run] = std::make_unique<boost::asio::cancellation_signal>();
  auto ended = [this, run, how, id](std::exception_ptr thrown) {
    try {
      if (thrown) std::rethrow_exception(thrown);
    } catch (const std::exception& exception) {
      if (!stopping_) spdlog::error("The watch over run {} broke off and begins anew: {}", id, exception.what());
    }
    boost::asio::post(loop_, [this, run, how, broken = thrown != nullptr] {
      lives_.erase(run);
      if (broken) boost::asio::co_spawn(loop_, live_again(run, how), async::or_end_daemon);
    });
  };
  auto living = how == Begin::kInteractive ? live_interactive(run, id) : how == Begin::kInner ? live_inner(run, id) : live(run, id, how, std::move(lock));
  boost::asio::co_spawn(loop_, std::move(living), boost::asio::bind_cancellation_slot(life->slot(), std::move(ended)));
}

/// No run may be left without somebody who sees to its end.
Task<void> Yard::live_again(store::RunKey run, Begin how) {
  co_await async::pause(kBuryRetry);
  const auto id = ids_.find(run);
  if (stopping_ || id == ids_.end() || lives_.contains(run)) co_return;
  if (how != Begin::kInteractive && how != Begin::kInner && how != Begin::kLost) {
    const auto begun = has_begun(id->second);
    how = begun && !*begun ? Begin::kStart : Begin::kAttach;
  }
  begin_life(run, how);
}

/// Whether there is, or was, a launcher.
Result<bool> Yard::has_begun(const std::string& id) const {
  const auto attempt = settings_.state.run(id).attempt();
  TRY_ASSIGN(const bool alive, base::is_locked(attempt.lock()));
  return alive || base::exists(attempt.claim()) || base::exists(attempt.exit_record());
}

/// Of a run that is found without an ending. One that was begun before the machine started is not begun a second time.
Result<Yard::Begin> Yard::how_to_go_on(const std::string& id, protocol::RunState state) const {
  TRY_ASSIGN(const bool begun, has_begun(id));
  if (begun) return Begin::kAttach;
  const bool may_have_run = state != protocol::RunState::kQueued && state != protocol::RunState::kCancelRequested;
  if (!may_have_run) return Begin::kStart;
  const auto lost = begun_in_another_boot(settings_.state.run(id));
  return lost && *lost ? Begin::kLost : Begin::kStart;
}

Task<void> Yard::leave_runs() {
  stopping_ = leaving_ = true;
  // Once may not do: what runs on a pool thread is not interrupted, and what comes after it is.
  while (!lives_.empty() || !submitting_.empty()) {
    for (const auto& [run, life] : lives_) life->emit(boost::asio::cancellation_type::terminal);
    co_await async::pause(kLockPoll);
  }
}

Task<void> Yard::live(store::RunKey run, std::string id, Begin how, base::Fd lock) {
  Result<void> launched;
  bool wanted = true;
  if (how == Begin::kStart) {
    auto begun = co_await begin(run, id);
    wanted = !begun || *begun;
    if (!begun) launched = begun.error();
    else if (wanted) launched = co_await run_launcher(run, id, std::move(*begun));
  } else if (how == Begin::kBegun) {
    launched = co_await run_launcher(run, id, std::move(lock));
  } else if (how != Begin::kLost) {
    watch_->follow(run, settings_.state.run(id));
    co_await nudge_launcher(id);
    auto watched = co_await watch_launcher(id);
    static_cast<void>(watched);  // whoever cannot be watched is waited for by its lock
  }
  co_await wait_unlocked(id);
  if (wanted) co_await settle(run, id, how, launched);
  co_await wait_final(run, id);
  watch_->forget(run);
  queue_.remove(run);
  ids_.erase(run);
  schedule();
}

}  // namespace runs
