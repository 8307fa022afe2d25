// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/queries/run_list.h"

#include "daemon/store/queries/run_page.h"

namespace store {

using base::Result;
using nlohmann::json;

namespace {

Result<json> columns_of(Database& database, const std::vector<std::pair<std::string, Key>>& columns, RunKey run,
                        base::Micros now) {
  json values = json::object();
  Sql sql{"SELECT ", {}};
  for (const auto& [name, key] : columns) {
    if (sql.text.size() > 7) sql.text += ", ";
    sql += value_of(key, now);
  }
  sql.text += " FROM run r JOIN experiment e ON e.key = r.experiment WHERE r.key = ?";
  sql.values.emplace_back(run);
  Query query = database.query_once(sql.text);
  bind_all(query, sql.values);
  TRY_ASSIGN(const bool found, query.step());
  for (std::size_t i = 0; found && i < columns.size(); ++i) {
    json value = value_at(query, static_cast<int>(i));
    if (type_of(columns[i].second) == KeyType::kTime && value.is_number())
      value = base::iso_time(value.get<std::int64_t>());
    values[columns[i].first] = std::move(value);
  }
  return values;
}

/// Counts of what is in no more than a scope are kept in a table.
Result<Sql> counts_of(Database& database, const RunFilter& filter, const Sql& where) {
  if (!is_scope_only(filter)) {
    Sql sql{"SELECT r.state, count(*) FROM " + std::string(kRunTables) + " WHERE TRUE", {}};
    sql += where;
    sql.text += " GROUP BY r.state";
    return sql;
  }
  Sql sql{
      "SELECT r.state, sum(r.runs) FROM tally r JOIN experiment e ON e.key = r.experiment"
      " JOIN workspace w ON w.key = e.workspace WHERE TRUE",
      {}};
  TRY_ASSIGN(const Sql scope, scope_of(database, filter));
  sql += scope;
  sql.text += std::string(filter.children ? "" : " AND NOT r.child") + " GROUP BY r.state";
  return sql;
}

Result<std::map<protocol::RunState, std::int64_t>> count_by_state(Database& database, const RunFilter& filter,
                                                                  const Sql& where) {
  TRY_ASSIGN(const Sql sql, counts_of(database, filter, where));
  Query query = database.query_once(sql.text);
  bind_all(query, sql.values);
  std::map<protocol::RunState, std::int64_t> counts;
  for (;;) {
    TRY_ASSIGN(const bool found, query.step());
    if (!found) return counts;
    counts[static_cast<protocol::RunState>(query.integer(0))] = query.integer(1);
  }
}

}  // namespace

Result<RunList> list_runs(Database& database, const Place& place, const RunFilter& filter) {
  const base::Micros now = base::now();
  TRY_ASSIGN(const Sql where, conditions_of(database, filter, now));
  TRY_ASSIGN(const RunPage page, page_of(database, filter, where, now));
  RunList list;
  TRY_ASSIGN(list.runs, run_views(database, place, page.runs, false));
  list.next = page.next;
  if (!filter.columns.empty())
    for (RunView& run : list.runs) {
      TRY_ASSIGN(run.columns, columns_of(database, filter.columns, run.key, now));
    }
  if (filter.counts) {
    TRY_ASSIGN(list.counts, count_by_state(database, filter, where));
  }
  return list;
}

}  // namespace store
