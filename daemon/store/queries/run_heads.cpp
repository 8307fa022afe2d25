// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/queries/run_heads.h"

namespace store {

using base::Result;
using nlohmann::json;
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

Result<std::vector<std::string>> ids_of(Database& database, const std::vector<RunKey>& runs) {
  std::vector<std::string> ids;
  for (const RunKey run : runs) {
    Query query = database.query("SELECT id FROM run WHERE key = ?");
    TRY_ASSIGN(const bool found, query.bind(run).step());
    if (found) ids.push_back(query.text(0));
  }
  return ids;
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

Result<std::string> family_of(Database& database, RunKey run) {
  std::string top;
  Query query = database.query(
      "WITH RECURSIVE above(id) AS (SELECT id FROM run WHERE key = ? UNION SELECT r.parent FROM run r JOIN above "
      "ON r.id = above.id WHERE r.parent IS NOT NULL) SELECT id FROM above");
  query.bind(run);
  for (;;) {
    TRY_ASSIGN(const bool found, query.step());
    if (!found) return top;
    top = query.text(0);  // each row is the parent of the one before
  }
}

Result<RunSource> source_of(Database& database, const std::string& id) {
  Query query = database.query(
      "SELECT r.snapshot, t.spec, t.created_fact FROM run r JOIN run_text t ON t.run = r.key WHERE r.id = ?");
  TRY_ASSIGN(const bool found, query.bind(std::string_view(id)).step());
  if (!found)
    return base::error("there is no run '" + id + "' whose source could be used", std::errc::no_such_file_or_directory);
  if (query.is_null(0))
    return base::error("the run '" + id + "' has no snapshot that could be used: name a 'directory' instead");
  TRY_ASSIGN(const json spec, protocol::parse_json(query.text(1), "the record of run '" + id + "'"));
  TRY_ASSIGN(auto source, protocol::source_from_json(spec));
  const json created = json::parse(query.text(2), nullptr, false);
  return RunSource{std::move(source), query.text(0), protocol::created_from_json(created).snapshot};
}

Result<std::vector<UnfinishedRun>> unfinished_runs(Database& database) {
  std::vector<UnfinishedRun> runs;
  Query query =
      database.query("SELECT key, id, target, state, kind, journal IS NOT NULL FROM run WHERE state < ? ORDER BY key");
  query.bind(static_cast<std::int64_t>(RunState::kCompleted));
  for (;;) {
    TRY_ASSIGN(const bool found, query.step());
    if (!found) return runs;
    runs.push_back({.key = query.integer(0),
                    .id = query.text(1),
                    .target = query.text(2),
                    .family = {},
                    .state = static_cast<RunState>(query.integer(3)),
                    .interactive = query.text(4) == protocol::to_string(protocol::RunKind::kInteractive),
                    .child = query.integer(5) != 0});
    TRY_ASSIGN(runs.back().family, family_of(database, runs.back().key));
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

Result<std::vector<std::pair<RunKey, std::string>>> ended_runs(Database& database) {
  std::vector<std::pair<RunKey, std::string>> runs;
  Query query = database.query("SELECT key, id FROM run WHERE state >= ? ORDER BY key");
  query.bind(static_cast<std::int64_t>(RunState::kCompleted));
  for (;;) {
    TRY_ASSIGN(const bool found, query.step());
    if (!found) return runs;
    runs.emplace_back(query.integer(0), query.text(1));
  }
}

Result<std::map<std::string, RunState>> states_of_launched_runs(Database& database) {
  std::map<std::string, RunState> states;
  Query query = database.query("SELECT id, state FROM run WHERE kind <> ? AND journal IS NULL");
  query.bind(protocol::to_string(protocol::RunKind::kInteractive));
  for (;;) {
    TRY_ASSIGN(const bool found, query.step());
    if (!found) return states;
    states[query.text(0)] = static_cast<RunState>(query.integer(1));
  }
}

Result<std::map<std::string, std::vector<std::string>>> runs_by_snapshot(Database& database) {
  std::map<std::string, std::vector<std::string>> runs;
  Query query = database.query("SELECT snapshot, id FROM run WHERE snapshot IS NOT NULL ORDER BY key");
  for (;;) {
    TRY_ASSIGN(const bool found, query.step());
    if (!found) return runs;
    runs[query.text(0)].push_back(query.text(1));
  }
}

Result<std::optional<std::string>> property_of(Database& database, RunKey run, const std::string& name) {
  Query query = database.query("SELECT value FROM property WHERE run = ? AND name = ?");
  TRY_ASSIGN(const bool found, query.bind(run).bind(name).step());
  return found ? std::optional(query.text(0)) : std::nullopt;
}

Result<json> count_runs(Database& database) {
  json counts = json::object();
  Query query = database.query("SELECT state, sum(runs) FROM tally GROUP BY state");
  for (;;) {
    TRY_ASSIGN(const bool found, query.step());
    if (!found) return counts;
    counts[std::string(protocol::to_string(static_cast<RunState>(query.integer(0))))] = query.integer(1);
  }
}

Result<std::int64_t> skipped_state_lines(Database& database) {
  Query query = database.query("SELECT coalesce(sum(rejected), 0) FROM source WHERE run = 0");
  TRY(query.step());
  return query.integer(0);
}

Result<std::vector<std::pair<RunKey, std::string>>> descendants(Database& database, RunKey run) {
  std::vector<std::pair<RunKey, std::string>> all;
  Query query = database.query(
      "WITH RECURSIVE below(key, id) AS (SELECT key, id FROM run WHERE key = ?"
      " UNION SELECT r.key, r.id FROM run r JOIN below ON r.parent = below.id) SELECT key, id FROM below ORDER BY key");
  query.bind(run);
  for (;;) {
    TRY_ASSIGN(const bool found, query.step());
    if (!found) return all;
    all.emplace_back(query.integer(0), query.text(1));
  }
}

Result<bool> is_below(Database& database, RunKey run, const std::string& above) {
  Query query = database.query(
      "WITH RECURSIVE above(id) AS (SELECT parent FROM run WHERE key = ? UNION SELECT r.parent FROM run r JOIN above "
      "ON r.id = above.id)"
      " SELECT 1 FROM above WHERE id = ?");
  return query.bind(run).bind(std::string_view(above)).step();
}

Result<std::int64_t> last_change(Database& database) {
  Query query = database.query("SELECT coalesce(max(number), 0) FROM change");
  TRY(query.step());
  return query.integer(0);
}

}  // namespace store
