// SPDX-License-Identifier: Apache-2.0
// What somebody wants of a run: a wish is safe on disk before it is answered. Whoever runs the run carries it out: its
// launcher, and for a run that has none, the daemon at once.
#include <unistd.h>

#include <csignal>
#include <spdlog/spdlog.h>

#include "daemon/runs/attempt.h"
#include "daemon/runs/runs.h"
#include "protocol/json.h"

namespace runs {

using base::Result;
using nlohmann::json;
using protocol::ExitRecord;
using protocol::RunState;

namespace {

/// A run that was wished something.
struct Wished {
  store::RunKey key = 0;
  bool launched = false;  ///< a launcher is to be told
};

/// The file's space was reserved when the run was submitted: it takes a wish on a full disk too. `durable` is set once a
/// launcher can read it, whatever becomes of the fact.
Result<void> write_down(store::Ingest& ingest, store::RunKey key, const protocol::RunDir& dir, const protocol::Wish& wish, bool* durable) {
  json fact = protocol::to_json(wish);
  TRY_ASSIGN(auto wishes, base::Appender::open(dir.wishes()));
  TRY_FOR("cannot write '" + dir.wishes().string() + "'", wishes.append(fact.dump()));
  TRY(wishes.sync());
  TRY(base::sync_directory(dir.record()));
  *durable = true;
  fact["k"] = "wished";
  return ingest.append_fact(key, std::move(fact));
}

ExitRecord record_of(const protocol::Wish& wish, const char* when) {
  ExitRecord record;
  record.outcome = wish.cancel ? protocol::RunEvent::kCanceled : protocol::RunEvent::kFailed;
  record.reason = wish.cancel ? "cancelled" : "failed_by_request";
  record.message = wish.message.empty() ? std::string("The run was ") + (wish.cancel ? "cancelled" : "failed") + when : wish.message;
  record.error_code = wish.error_code;
  record.error = wish.error;
  record.by = "daemon";
  record.ended = wish.t;
  return record;
}

Result<Wished> carry_out(store::Ingest& ingest, const std::string& id, const protocol::RunDir& dir, const protocol::Wish& wish, bool* durable) {
  store::Query query = ingest.database().query("SELECT key, state, kind FROM run WHERE id = ?");
  TRY_ASSIGN(const bool found, query.bind(id).step());
  if (!found) return base::error("there is no run '" + id + "'", std::errc::no_such_file_or_directory);
  const store::RunKey key = query.integer(0);
  const auto state = static_cast<RunState>(query.integer(1));
  const bool interactive = query.text(2) == protocol::word(protocol::RunKind::kInteractive);
  if (protocol::is_final(state)) return Wished{key, false};
  const bool launched = !interactive && state != RunState::kQueued;
  bool written = false;
  const auto noted = write_down(ingest, key, dir, wish, &written);
  *durable = written && !interactive;  // a launcher reads it, now or when the run's turn comes
  TRY(noted);
  if (launched) return Wished{key, true};
  TRY(ingest.end(key, record_of(wish, interactive ? "" : " before it started")));
  forget_secrets(dir);
  return Wished{key, false};
}

Result<void> end_by_client(store::Ingest& ingest, const std::string& id, const ExitRecord& record) {
  store::Query query = ingest.database().query("SELECT key, state, kind FROM run WHERE id = ?");
  TRY_ASSIGN(const bool found, query.bind(id).step());
  if (!found) return base::error("there is no run '" + id + "'", std::errc::no_such_file_or_directory);
  if (query.text(2) != protocol::word(protocol::RunKind::kInteractive))
    return base::error("cannot end run '" + id + "': its launcher does that when its process ends", std::errc::operation_in_progress);
  if (protocol::is_final(static_cast<RunState>(query.integer(1)))) return {};
  return ingest.end(query.integer(0), record);
}

}  // namespace

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
  auto nudged = co_await async::run_on(pool(), std::move(nudge));
  static_cast<void>(nudged);
}

Task<Result<void>> Yard::wish(const std::string& id, protocol::Wish wish) {
  wish.t = base::to_seconds(base::now());
  const auto dir = settings_.state.run(id);
  auto durable = std::make_shared<bool>(false);
  auto write = [id, wish, dir, durable](store::Ingest& ingest) { return carry_out(ingest, id, dir, wish, durable.get()); };
  auto wished = co_await store_->write(std::move(write));
  if (!wished && *durable) {  // a full disk: the launcher, where there is one, can be told all the same
    spdlog::warn("The wish for run {} is not in the database yet: {}", id, wished.error().message);
    co_await nudge_launcher(id);
    co_return Result<void>();
  }
  if (!wished) co_return wished.error();
  if (wished->launched) {
    co_await nudge_launcher(id);
  } else if (!lives_.contains(wished->key)) {  // it was queued, and never will start
    queue_.remove(wished->key);
    ids_.erase(wished->key);
    schedule();
  }
  co_return Result<void>();
}

Task<Result<void>> Yard::end_interactive(const std::string& id, ExitRecord record) {
  record.ended = base::to_seconds(base::now());
  auto end = [id, record, dir = settings_.state.run(id)](store::Ingest& ingest) -> Result<bool> {
    TRY(end_by_client(ingest, id, record));
    forget_secrets(dir);
    return true;
  };
  auto ended = co_await store_->write(std::move(end));
  if (!ended) co_return ended.error();
  co_return Result<void>();
}

}  // namespace runs
