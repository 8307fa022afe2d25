// SPDX-License-Identifier: Apache-2.0
// The life of a run that has a launcher, as the daemon sees it: the launcher is started or found, watched until it is
// gone, and an ending is there whatever became of it. One coroutine a run.
#include <spdlog/spdlog.h>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include "base/lock.h"
#include "base/process.h"
#include "daemon/async/co_try.h"
#include "daemon/async/run_on.h"
#include "daemon/async/waiting.h"
#include "daemon/runs/attempt.h"
#include "daemon/runs/runs.h"
#include "protocol/json.h"

namespace runs {

using base::Result;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds kLockPoll(20);
constexpr milliseconds kRetry(1000);
constexpr int kFinalizeTries = 60;  // it gives up on what cannot be killed after 30 s

}  // namespace

void Runs::begin_life(RunKey run, Begin how, base::Fd lock) noexcept {
  const auto known = ids_.find(run);
  if (known == ids_.end()) {
    spdlog::error("The run with the key {} is not started: it has left the queue", run);
    return queue_.remove(run);
  }
  const std::string id = known->second;
  auto& cancel = lives_[run] = std::make_unique<boost::asio::cancellation_signal>();
  auto ended = [this, run, how, id](std::exception_ptr thrown) {
    try {
      if (thrown) std::rethrow_exception(thrown);
    } catch (const std::exception& exception) {
      if (!stopping_) spdlog::error("The watch over run {} broke off and begins again: {}", id, exception.what());
    }
    boost::asio::post(p_.loop, [this, run, how, broken = thrown != nullptr] {
      lives_.erase(run);
      if (broken) boost::asio::co_spawn(p_.loop, begin_again(run, how), async::or_end_daemon);
    });
  };
  auto coroutine = how == Begin::kInteractive ? interactive_life(run, id)
                   : how == Begin::kChild     ? child_life(run, id)
                                              : life(run, id, how, std::move(lock));
  boost::asio::co_spawn(p_.loop, std::move(coroutine),
                        boost::asio::bind_cancellation_slot(cancel->slot(), std::move(ended)));
}

/// After an exception: no run may be left without a coroutine that sees to its end.
Task<void> Runs::begin_again(RunKey run, Begin how) {
  co_await async::pause(kRetry);
  const auto id = ids_.find(run);
  if (id == ids_.end()) co_return;
  if (how != Begin::kInteractive && how != Begin::kChild && why_lost(how).empty()) {
    auto ask = [attempt = p_.state.run(id->second).attempt()] { return has_begun(attempt); };
    const auto begun = co_await async::run_on(p_.threads.quick, std::move(ask));
    how = begun && !*begun ? Begin::kStart : Begin::kAttach;
  }
  if (!stopping_ && ids_.contains(run) && !lives_.contains(run)) begin_life(run, how);
}

Task<void> Runs::life(RunKey run, std::string id, Begin how, base::Fd lock) {
  Result<void> launched;
  bool started = true;
  if (how == Begin::kStart) {
    auto begun = co_await begin_attempt(run, id);
    started = !begun || *begun;
    if (!begun) launched = begun.error();
    else if (started) launched = co_await run_launcher(run, id, std::move(*begun));
  } else if (how == Begin::kBegun) {
    launched = co_await run_launcher(run, id, std::move(lock));
  } else if (why_lost(how).empty()) {
    p_.watch.follow(run, p_.state.run(id));
    co_await nudge_launcher(id);
    auto watched = co_await watch_launcher(id);
    static_cast<void>(watched);  // one that cannot be watched is waited for by its lock
  }
  co_await until_unlocked(id);
  if (started) co_await settle(run, id, how, launched);
  co_await until_ended_in_store(run, id);
  p_.watch.forget(run);
  queue_.remove(run);
  ids_.erase(run);
  schedule();
}

/// The lock of a new attempt. No descriptor: the run is not to be started.
Task<Result<base::Fd>> Runs::begin_attempt(RunKey run, std::string id) {
  auto lock = std::make_shared<base::Fd>();
  auto begin = [run, lock, id, attempt = p_.state.run(id).attempt()](store::Ingest& ingest) -> Result<void> {
    TRY_ASSIGN(const bool exists, store::run_exists(ingest.database(), id));
    if (!exists) return {};
    TRY_ASSIGN(const store::IngestPass pass,
               ingest.ingest_run(run));  // its end may lie in the files alone: the disk was full when it was canceled
    if (pass.final) return {};
    TRY_ASSIGN(*lock, runs::begin_attempt(ingest, run, attempt));
    return {};
  };
  AWAIT_TRY(p_.store.write(std::move(begin)));
  co_return std::move(*lock);
}

/// Starts the launcher and waits until it is gone.
Task<Result<void>> Runs::run_launcher(RunKey run, std::string id, base::Fd lock) {
  const auto dir = p_.state.run(id);
  AWAIT_TRY_ASSIGN(base::Spawned child, p_.launcher.run(dir, std::move(lock)));
  p_.watch.follow(run, dir);
  co_await until_ended(std::move(child));
  co_return Result<void>();
}

/// A launcher of an earlier daemon: waits until its guard is gone.
Task<Result<void>> Runs::watch_launcher(std::string id) {
  auto open = [attempt = p_.state.run(id).attempt(), id]() -> Result<base::Fd> {
    TRY_ASSIGN(const auto record, read_launch_record(attempt));
    if (record.version != protocol::kLockVersion)
      spdlog::warn(
          "The launcher of run {} is of another version of Runyard (its lock file is of version {}, this daemon knows "
          "{}): it goes on",
          id, record.version, protocol::kLockVersion);
    if (!record.guard) return base::error("the launcher has not written its guard down");
    return base::open_process(*record.guard);
  };
  AWAIT_TRY_ASSIGN(base::Fd guard, async::run_on(p_.threads.quick, std::move(open)));
  co_await async::until_gone(std::move(guard));
  co_return Result<void>();
}

/// The lock is the proof that a launcher lives, whichever of its processes holds it.
Task<void> Runs::until_unlocked(std::string id) {
  const auto lock = p_.state.run(id).attempt().lock();
  for (;;) {
    auto ask = [lock] { return base::is_locked(lock); };
    const auto locked = co_await async::run_on(p_.threads.quick, std::move(ask));
    if (!locked || !*locked) co_return;
    co_await async::pause(kLockPoll);
  }
}

/// Why a run that begins so in this daemon ends at once; empty: it goes on.
std::string Runs::why_lost(Begin how) {
  if (how == Begin::kLost) return "the machine restarted when the run had just begun: what it did is not known";
  if (how == Begin::kUnknown) return "the record of the run cannot be read: whether it had begun is not known";
  return "";
}

/// Until the run has an ending: the launcher's, or one that says why there was no launcher.
Task<void> Runs::settle(RunKey run, std::string id, Begin how, Result<void> launched) {
  for (;;) {
    Result<void> ended;
    if (!why_lost(how).empty()) ended = co_await end_by_daemon(run, id, "lost", "", why_lost(how));
    else if (launched) ended = co_await ensure_ending(run, id);
    else
      ended = co_await end_by_daemon(run, id, "could_not_start", "launcher",
                                     "cannot start the run: " + launched.error().message);
    if (ended) co_return;
    spdlog::error("Cannot end run {}, trying again in 1 s: {}", id, ended.error().message);
    co_await async::pause(kRetry);
  }
}

/// The launcher is gone: if it left no ending, another one writes it.
Task<Result<void>> Runs::ensure_ending(RunKey run, std::string id) {
  const auto dir = p_.state.run(id);
  std::string why;
  for (int i = 0;; ++i) {
    const bool ended = co_await has_ended(run);
    if (ended) co_return Result<void>();
    auto ask = [attempt = dir.attempt()] { return ending_of(attempt); };
    const AttemptEnding ending = co_await async::run_on(p_.threads.quick, std::move(ask));
    if (ending == AttemptEnding::kRecorded) co_return Result<void>();
    if (ending == AttemptEnding::kImpossible) why = "; its folder attempt-1 is gone";
    if (ending == AttemptEnding::kImpossible || i == kFinalizeTries) break;
    if (i > 0) co_await async::pause(kRetry);
    auto child = co_await p_.launcher.finalize(dir);
    if (child) co_await until_ended(std::move(*child));
    else why = "; " + child.error().message;
  }
  co_return co_await end_by_daemon(run, id, "lost", "", "the run's launcher is gone and left no ending" + why);
}

Task<Result<void>> Runs::end_by_daemon(RunKey run, std::string id, std::string reason, std::string stage,
                                       std::string message) {
  protocol::ExitRecord record;
  record.reason = std::move(reason);
  record.stage = std::move(stage);
  record.message = std::move(message);
  record.by = "daemon";
  record.ended = base::to_seconds(base::now());
  auto end = [run, record, dir = p_.state.run(id)](store::Ingest& ingest) -> Result<void> {
    TRY(ingest.end(run, record));
    forget_secrets(dir);
    return {};
  };
  co_return co_await p_.store.write(std::move(end));
}

/// Also when the run has been removed.
Task<bool> Runs::has_ended(RunKey run) {
  auto ask = [run](store::Database& database) { return store::has_ended(database, run); };
  auto ended = co_await p_.readers.read(std::move(ask));
  co_return ended&&* ended;
}

Task<void> Runs::until_ended_in_store(RunKey run, std::string id) {
  Listener listener(p_.hub, id, store::kStateChanged);
  for (;;) {
    const bool ended = co_await has_ended(run);
    if (ended) co_return;
    p_.watch.nudge(run);
    co_await listener.wait(Listener::Clock::now() + std::chrono::seconds(1));
  }
}

}  // namespace runs
