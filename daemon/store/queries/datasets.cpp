// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/queries/datasets.h"

#include "base/clock.h"
#include "protocol/run_state.h"

namespace store {

using base::Result;
using nlohmann::json;

namespace {

constexpr std::int64_t kMostUses = 1000;

/// Of the datasets in the JSON array ?1, as inputs or outputs (?2); as the output ?4 of the run ?3 too.
constexpr const char* kUses =
    "SELECT r.id, e.name, r.state, r.created, d.name, d.mode FROM dataset_use d JOIN run r ON r.key = d.run"
    " JOIN experiment e ON e.key = r.experiment WHERE d.output = ?2 AND (d.dataset IN (SELECT value FROM json_each(?1))"
    " OR (d.output AND d.run = (SELECT key FROM run WHERE id = ?3) AND d.name = ?4))"
    " ORDER BY r.created DESC, r.key DESC, d.name LIMIT ?5";

Result<json> uses(Database& database, const std::string& datasets, bool output, const std::string& maker,
                  const std::string& name) {
  Query query = database.query(kUses);
  query.bind(std::string_view(datasets)).bind(std::int64_t{output}).bind(std::string_view(maker));
  query.bind(std::string_view(name)).bind(kMostUses);
  json found = json::array();
  for (;;) {
    TRY_ASSIGN(const bool more, query.step());
    if (!more) return found;
    found.push_back({{"run", query.text(0)},
                     {"experiment", query.text(1)},
                     {"status", protocol::to_string(static_cast<protocol::RunState>(query.integer(2)))},
                     {"created", base::iso_time(query.integer(3))},
                     {"name", query.text(4)},
                     {"mode", query.text(5)}});
  }
}

}  // namespace

Result<DatasetsOfRun> datasets_of_run(Database& database, const std::string& run) {
  Query select = database.query(
      "SELECT r.key, w.subscription, w.resource_group, w.name FROM run r JOIN experiment e ON e.key = r.experiment"
      " JOIN workspace w ON w.key = e.workspace WHERE r.id = ?");
  TRY_ASSIGN(const bool known, select.bind(run).step());
  if (!known) return base::error("there is no run '" + run + "'", std::errc::no_such_file_or_directory);
  DatasetsOfRun found{{select.text(1), select.text(2), select.text(3)}, {}};
  Query query =
      database.query("SELECT name, dataset, mode, output FROM dataset_use WHERE run = ? ORDER BY output, name");
  query.bind(select.integer(0));
  for (;;) {
    TRY_ASSIGN(const bool more, query.step());
    if (!more) return found;
    found.uses.push_back({query.text(0), query.text(1), query.text(2), query.integer(3) != 0});
  }
}

Result<json> runs_of_datasets(Database& database, const std::vector<std::string>& datasets, const std::string& maker,
                              const std::string& output) {
  const std::string ids = json(datasets).dump();
  TRY_ASSIGN(json used_by, uses(database, ids, false, maker, output));
  TRY_ASSIGN(json made_by, uses(database, ids, true, maker, output));
  return json{{"used_by", std::move(used_by)}, {"made_by", std::move(made_by)}};
}

}  // namespace store
