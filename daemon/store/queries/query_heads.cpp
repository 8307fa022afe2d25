// SPDX-License-Identifier: Apache-2.0
// Short questions about runs, as those ask who start, end and remove them.
#include "daemon/store/queries/queries.h"

namespace store {

using base::Result;
using protocol::RunState;

Result<RunHead> find_run(Database& database, const std::string& id) {
  Query query = database.query("SELECT key, state, kind FROM run WHERE id = ?");
  TRY_ASSIGN(const bool found, query.bind(id).step());
  if (!found) return base::error("there is no run '" + id + "'", std::errc::no_such_file_or_directory);
  return RunHead{query.integer(0), id, static_cast<RunState>(query.integer(1)), query.text(2)};
}

Result<bool> run_exists(Database& database, const std::string& id) {
  return database.query("SELECT 1 FROM run WHERE id = ?").bind(id).step();
}

Result<bool> has_ended(Database& database, RunKey run) {
  Query query = database.query("SELECT state FROM run WHERE key = ?");
  TRY_ASSIGN(const bool found, query.bind(run).step());
  return !found || protocol::is_final(static_cast<RunState>(query.integer(0)));
}

Result<std::optional<std::string>> run_of_submission(Database& database, const std::string& submission) {
  Query query = database.query("SELECT id FROM run WHERE submission = ?");
  TRY_ASSIGN(const bool found, query.bind(submission).step());
  return found ? std::optional(query.text(0)) : std::nullopt;
}

Result<std::optional<std::string>> snapshot_of(Database& database, RunKey run) {
  Query query = database.query("SELECT snapshot FROM run WHERE key = ?");
  TRY_ASSIGN(const bool found, query.bind(run).step());
  if (!found) return base::error("the run is gone", std::errc::no_such_file_or_directory);
  return query.is_null(0) ? std::nullopt : std::optional(query.text(0));
}

Result<std::vector<UnfinishedRun>> unfinished_runs(Database& database) {
  std::vector<UnfinishedRun> runs;
  Query query = database.query("SELECT key, id, target, state, kind, journal IS NOT NULL FROM run WHERE state < ? ORDER BY key");
  query.bind(static_cast<std::int64_t>(RunState::kCompleted));
  for (;;) {
    TRY_ASSIGN(const bool found, query.step());
    if (!found) return runs;
    runs.push_back({.key = query.integer(0),
                    .id = query.text(1),
                    .target = query.text(2),
                    .state = static_cast<RunState>(query.integer(3)),
                    .interactive = query.text(4) == protocol::to_string(protocol::RunKind::kInteractive),
                    .child = query.integer(5) != 0});
  }
}

Result<std::unordered_set<std::string>> run_ids(Database& database) {
  std::unordered_set<std::string> ids;
  Query query = database.query("SELECT id FROM run");
  for (;;) {
    TRY_ASSIGN(const bool found, query.step());
    if (!found) return ids;
    ids.insert(query.text(0));
  }
}

Result<std::int64_t> last_change(Database& database) {
  Query query = database.query("SELECT coalesce(max(number), 0) FROM change");
  TRY(query.step());
  return query.integer(0);
}

}  // namespace store
