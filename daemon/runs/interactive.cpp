// SPDX-License-Identifier: Apache-2.0
// Interactive runs: a process of the user's reports, nothing is started. What the daemon does is to read along, to take
// the snapshot when there is time, and to notice that the process is gone.
#include <fcntl.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <spdlog/spdlog.h>

#include "base/digest.h"
#include "base/lock.h"
#include "base/process.h"
#include "daemon/async/waiting.h"
#include "daemon/runs/attempt.h"
#include "daemon/runs/runs.h"
#include "protocol/bytes_json.h"
#include "protocol/json.h"
#include "protocol/json_field.h"

namespace runs {

using base::Result;
using nlohmann::json;

namespace {

constexpr std::chrono::seconds kHeldLockPoll(1);  // only while the process is gone and a lock is still held

/// The process that reports, as the record says.
Result<base::ProcessId> process_of(const protocol::RunDir& dir) {
  TRY_ASSIGN(const json created, created_fact(dir));
  const json process = protocol::object_at(created, "process");
  base::ProcessId found{};
  TRY(protocol::read_field(process, "pid", found.pid));
  TRY(protocol::read_field(process, "start_time", found.start_time));
  return found;
}

struct Presence {
  base::Fd process;     ///< readable when it has ended; none: it is gone, or was never seen here
  bool locked = false;  ///< somebody holds the record lock
};

Presence look_for(const protocol::RunDir& dir) {
  Presence presence;
  if (const auto who = process_of(dir); who && who->pid > 0)
    if (auto fd = base::open_process(*who)) presence.process = std::move(*fd);
  const auto locked = base::is_record_locked(dir.attempt().alive());
  presence.locked = !locked || *locked;  // when in doubt, it lives
  return presence;
}

}  // namespace

json interactive_json(const protocol::AttemptDir& attempt) {
  const auto nonce = base::read_file(attempt.nonce());
  if (!nonce) return nullptr;
  return {{"journal", attempt.journal().string()},
          {"alive", attempt.alive().string()},
          {"nonce_file", attempt.nonce().string()},
          {"nonce", *nonce}};
}

/// Reads along until the run has been ended, or nobody is left who could.
Task<void> Yard::live_interactive(store::RunKey run, std::string id) {
  using namespace boost::asio::experimental::awaitable_operators;
  const auto dir = settings_.state.run(id);
  watch_->follow(run, dir);
  Listener listener(hub_, id, store::kStateChanged);
  for (;;) {
    auto head = co_await is_final(run);
    if (head) break;
    auto look = [dir] { return std::make_shared<Presence>(look_for(dir)); };
    auto presence = co_await async::run_on(pool(), std::move(look));
    if (presence->process) {
      auto gone = async::until_gone(std::move(presence->process));
      auto changed = listener.wait(Listener::Clock::time_point::max());
      auto either = std::move(gone) || std::move(changed);
      co_await std::move(either);
    } else if (presence->locked) {
      co_await listener.wait(Listener::Clock::now() + kHeldLockPoll);
    } else {
      auto ended = co_await end_by_daemon(run, id, "lost", "", "the process that reported this run is gone, and had not ended it");
      if (ended) break;
      co_await async::pause(kHeldLockPoll);
    }
  }
  watch_->forget(run);
  ids_.erase(run);
}

/// Reads along in the parent's journal. The run ends with a line there, at the latest with its parent.
Task<void> Yard::live_inner(store::RunKey run, std::string id) {
  const auto dir = settings_.state.run(id);
  auto find = [dir]() -> std::string {
    const auto created = created_fact(dir);
    return created ? created->value("journal", "") : "";
  };
  const std::string journal = co_await async::run_on(pool(), std::move(find));
  watch_->follow(run, dir, (dir.root / journal).lexically_normal());
  Listener listener(hub_, id, store::kStateChanged);
  for (;;) {
    const bool final = co_await is_final(run);
    if (final) break;
    co_await listener.wait(Listener::Clock::time_point::max());
  }
  watch_->forget(run);
  ids_.erase(run);
}

/// After the answer: whatever goes wrong is a warning of the run.
Task<void> Yard::snapshot_later(store::RunKey run, Submission submission) {
  SubmitProgress progress;
  Result<void> captured;
  try {
    captured = co_await snapshot(submission, &progress);
  } catch (const std::exception& exception) {
    captured = base::error(exception.what());
  }
  json fact = submission.facts;
  fact["k"] = captured ? "snapshot" : "warning";
  if (captured) fact["digest"] = submission.run.snapshot;
  else fact["v"] = "no snapshot was taken: " + captured.error().message;
  auto written = co_await note_snapshot(run, std::move(fact));
  if (!written) spdlog::warn("Cannot write down the snapshot of a run: {}", written.error().message);
}

/// A run's first snapshot stays. `file_exists`: it has one.
Task<Result<void>> Yard::note_snapshot(store::RunKey run, json fact) {
  auto write = [run, fact = std::move(fact)](store::Ingest& ingest) -> Result<bool> {
    store::Query query = ingest.database().query("SELECT snapshot FROM run WHERE key = ?");
    TRY_ASSIGN(const bool found, query.bind(run).step());
    if (!found) return base::error("the run is gone", std::errc::no_such_file_or_directory);
    if (!query.is_null(0)) return base::error("the run has a snapshot already: " + query.text(0), std::errc::file_exists);
    TRY(ingest.append_fact(run, fact));
    return true;
  };
  auto written = co_await store_->write(std::move(write));
  if (!written) co_return written.error();
  co_return Result<void>();
}

Task<Result<void>> Yard::snapshot_of(store::RunKey run, Submission& submission) {
  SubmitProgress progress;
  auto captured = co_await snapshot(submission, &progress);
  if (!captured) co_return captured.error().with("cannot take a snapshot");
  json fact = submission.facts;
  fact["k"] = "snapshot";
  fact["digest"] = submission.run.snapshot;
  auto written = co_await note_snapshot(run, std::move(fact));
  if (written && !submission.upload.empty()) co_await drop_upload(submission.upload);
  co_return written;
}

}  // namespace runs
