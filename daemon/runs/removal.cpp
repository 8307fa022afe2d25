// SPDX-License-Identifier: Apache-2.0
// Removing runs that have ended. What was made inside of a run lies in its folder, and goes with it.
#include "daemon/runs/removal.h"

#include "daemon/state/trash.h"
#include "daemon/runs/runs.h"
#include "protocol/json.h"

namespace runs {

using base::Result;

namespace {

constexpr std::chrono::seconds kLeaving(10);
constexpr std::chrono::milliseconds kLeavingPoll(10);

Result<std::vector<std::string>> inner_runs(store::Database& database, const std::string& id) {
  std::vector<std::string> inner;
  store::Query query = database.query("SELECT id FROM run WHERE parent = ? AND journal IS NOT NULL");
  query.bind(id);
  for (;;) {
    TRY_ASSIGN(const bool found, query.step());
    if (!found) return inner;
    inner.push_back(query.text(0));
  }
}

/// Gone before its row is: a folder that came back after a power loss would be taken in again.
Result<void> put_away_for_good(store::Ingest& ingest, const protocol::StateDir& state, const base::Path& path) {
  TRY(state::put_away(state, path));
  ingest.sync_before_commit(path.parent_path());
  return {};
}

Result<void> remove_run(store::Ingest& ingest, const protocol::StateDir& state, const std::string& id) {
  store::Database& database = ingest.database();
  store::Query query = database.query(
      "SELECT r.key, r.state, r.number, e.name, w.subscription, w.resource_group, w.name, r.journal FROM run r"
      " JOIN experiment e ON e.key = r.experiment JOIN workspace w ON w.key = e.workspace WHERE r.id = ?");
  TRY_ASSIGN(const bool found, query.bind(id).step());
  if (!found) return base::error("there is no run '" + id + "'", std::errc::no_such_file_or_directory);
  if (!protocol::is_final(static_cast<protocol::RunState>(query.integer(1))))
    return base::error("cannot remove run '" + id + "' while it goes on: cancel it first", std::errc::device_or_resource_busy);
  TRY_ASSIGN(const auto inner, inner_runs(database, id));
  for (const auto& each : inner) TRY(remove_run(ingest, state, each));
  // Its number is not given again.
  TRY(ingest.append_yard({{"k", "number"}, {"number", query.integer(2)}, {"experiment", query.text(3)},
                          {"workspace", protocol::to_json(protocol::WorkspaceId{query.text(4), query.text(5), query.text(6)})}}));
  const auto dir = state.run(id);
  if (!query.is_null(7)) TRY(put_away_for_good(ingest, state, (dir.root / query.text(7)).lexically_normal()));  // or its parent would make it anew
  TRY(put_away_for_good(ingest, state, dir.root));
  TRY(delete_rows(database, query.integer(0)));
  ingest.note({id, store::kRunChanged | store::kStateChanged, true});
  return {};
}

}  // namespace

Result<void> delete_rows(store::Database& database, store::RunKey key) {
  TRY(database.query("DELETE FROM chunk WHERE metric IN (SELECT key FROM metric WHERE run = ?)").bind(key).run());
  for (const char* table : {"metric", "tag", "label", "property", "artifact", "warning", "batch", "source", "argument", "run_text"})
    TRY(database.query("DELETE FROM " + std::string(table) + " WHERE run = ?").bind(key).run());
  return database.query("DELETE FROM run WHERE key = ?").bind(key).run();
}

Result<std::vector<std::string>> delete_ghosts(store::Database& database, const protocol::StateDir& state) {
  std::vector<std::pair<store::RunKey, std::string>> ghosts;
  {
    store::Query query = database.query("SELECT key, id FROM run WHERE state < ?");
    query.bind(static_cast<std::int64_t>(protocol::RunState::kCompleted));
    for (;;) {
      TRY_ASSIGN(const bool found, query.step());
      if (!found) break;
      std::error_code code;
      if (std::filesystem::status(state.run(query.text(1)).root, code).type() == std::filesystem::file_type::not_found)
        ghosts.emplace_back(query.integer(0), query.text(1));
    }
  }
  std::vector<std::string> ids;
  for (auto& [key, id] : ghosts) {
    TRY(delete_rows(database, key));
    ids.push_back(std::move(id));
  }
  return ids;
}

/// Its processes may be there for a moment after its ending is public: they still use its folder.
Task<void> Yard::until_left(std::string id) {
  const auto give_up = std::chrono::steady_clock::now() + kLeaving;
  auto ask = [id](store::Database& database) -> Result<store::RunKey> {
    store::Query query = database.query("SELECT key FROM run WHERE id = ? AND state >= ?");
    TRY_ASSIGN(const bool ended, query.bind(id).bind(static_cast<std::int64_t>(protocol::RunState::kCompleted)).step());
    return ended ? query.integer(0) : 0;
  };
  const auto key = co_await readers_.read(std::move(ask));
  while (key && lives_.contains(*key) && std::chrono::steady_clock::now() < give_up) co_await async::pause(kLeavingPoll);
}

Task<Result<void>> Yard::remove(const std::string& id) {
  co_await until_left(id);
  auto take_out = [id, state = settings_.state](store::Ingest& ingest) -> Result<bool> {
    TRY(remove_run(ingest, state, id));
    return true;
  };
  auto taken = co_await store_->write(std::move(take_out));
  if (!taken) co_return taken.error();
  co_return Result<void>();
}

}  // namespace runs
