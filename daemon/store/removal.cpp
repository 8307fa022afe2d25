// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/removal.h"

#include "daemon/state/trash.h"
#include "daemon/store/queries/run_heads.h"
#include "protocol/facts.h"

namespace store {

using base::Result;

namespace {

Result<std::vector<std::string>> child_runs(Database& database, const std::string& id) {
  std::vector<std::string> children;
  Query query = database.query("SELECT id FROM run WHERE parent = ? AND journal IS NOT NULL");
  query.bind(id);
  for (;;) {
    TRY_ASSIGN(const bool found, query.step());
    if (!found) return children;
    children.push_back(query.text(0));
  }
}

/// Removed before its row: a folder that came back after a power loss would be ingested again.
Result<void> put_away_for_good(Ingest& ingest, const protocol::StateDir& state, const base::Path& path) {
  TRY(state::put_away(state, path));
  ingest.sync_before_commit(path.parent_path());
  return {};
}

Result<void> delete_rows(Database& database, RunKey key) {
  TRY(database.query("DELETE FROM chunk WHERE metric IN (SELECT key FROM metric WHERE run = ?)").bind(key).run());
  for (const char* table : {"metric", "tag", "label", "property", "artifact", "warning", "batch", "source", "argument",
                            "dataset_use", "run_text"})
    TRY(database.query("DELETE FROM " + std::string(table) + " WHERE run = ?").bind(key).run());
  return database.query("DELETE FROM run WHERE key = ?").bind(key).run();
}

}  // namespace

Result<void> remove_run(Ingest& ingest, const protocol::StateDir& state, const std::string& id) {
  Database& database = ingest.database();
  Query query = database.query(
      "SELECT r.key, r.state, r.number, e.name, w.subscription, w.resource_group, w.name, r.journal FROM run r"
      " JOIN experiment e ON e.key = r.experiment JOIN workspace w ON w.key = e.workspace WHERE r.id = ?");
  TRY_ASSIGN(const bool found, query.bind(id).step());
  if (!found) return base::error("there is no run '" + id + "'", std::errc::no_such_file_or_directory);
  if (!protocol::is_final(static_cast<protocol::RunState>(query.integer(1))))
    return base::error("cannot remove run '" + id + "' while it goes on: cancel it first",
                       std::errc::device_or_resource_busy);
  TRY_ASSIGN(const auto children, child_runs(database, id));
  for (const auto& child : children) TRY(remove_run(ingest, state, child));
  // Its number is not given again.
  const protocol::WorkspaceId workspace{query.text(4), query.text(5), query.text(6)};
  TRY(ingest.append_state_fact(protocol::NumberUsed{workspace, query.text(3), query.integer(2)}));
  const auto dir = state.run(id);
  if (!query.is_null(7))
    TRY(put_away_for_good(ingest, state,
                          (dir.root / query.text(7)).lexically_normal()));  // or its parent would create it again
  TRY(put_away_for_good(ingest, state, dir.root));
  TRY(delete_rows(database, query.integer(0)));
  ingest.add_change({.run = id, .what = kRunChanged | kStateChanged, .final = true});
  return {};
}

Result<std::vector<std::string>> remove_rows_without_directory(Database& database, const protocol::StateDir& state) {
  std::vector<std::string> removed;
  TRY_ASSIGN(const auto unfinished, unfinished_runs(database));
  for (const auto& run : unfinished) {
    std::error_code code;
    if (std::filesystem::status(state.run(run.id).root, code).type() != std::filesystem::file_type::not_found) continue;
    TRY(delete_rows(database, run.key));
    removed.push_back(run.id);
  }
  return removed;
}

}  // namespace store
