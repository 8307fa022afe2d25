// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/queries/run_filter.h"

#include "protocol/labels.h"

namespace store {

using base::Result;

namespace {

void add_equal(Sql& where, std::string_view column, const std::string& value) {
  where.text += " AND " + std::string(column) + " = ?";
  where.values.emplace_back(value);
}

/// Adds a condition: the run has a row in `table` that `text` ("K" or "K=V") asks for.
void add_pair(Sql& where, const std::string& text, std::string_view table, std::string_view extra) {
  const protocol::LabelFilter filter = protocol::label_filter(text);
  where.text +=
      " AND EXISTS (SELECT 1 FROM " + std::string(table) + " x WHERE x.run = r.key AND x.name = ?" + std::string(extra);
  where.values.emplace_back(filter.name);
  if (filter.value) {
    where.text += " AND x.value = ?";
    where.values.emplace_back(*filter.value);
  }
  where.text += ")";
}

Result<void> add_states(Sql& where, const std::vector<std::string>& words) {
  if (words.empty()) return {};
  std::string list;
  for (const auto& word : words) {
    const auto state = protocol::state_from_string(word);
    if (!state) return base::error("there is no status '" + word + "'");
    list += (list.empty() ? "" : ", ") + std::to_string(static_cast<int>(*state));
  }
  where.text += " AND r.state IN (" + list + ")";
  return {};
}

void add_workspace(Sql& where, const RunFilter& filter) {
  if (!filter.workspace) return;
  add_equal(where, "w.subscription", filter.workspace->subscription_id);
  add_equal(where, "w.resource_group", filter.workspace->resource_group);
  add_equal(where, "w.name", filter.workspace->name);
}

/// The experiments are found first, so that an index gives their runs in the order of a list. A name alone may mean
/// experiments of several workspaces.
Result<void> add_experiments(Database& database, Sql& where, const RunFilter& filter) {
  Sql sql{"SELECT e.key FROM experiment e JOIN workspace w ON w.key = e.workspace WHERE TRUE", {}};
  add_equal(sql, "e.name", filter.experiment);
  add_workspace(sql, filter);
  Query query = database.query_once(sql.text);
  bind_all(query, sql.values);
  std::string keys;
  std::size_t count = 0;
  for (;; ++count) {
    TRY_ASSIGN(const bool found, query.step());
    if (!found) break;
    keys += (keys.empty() ? "" : ", ") + std::to_string(query.integer(0));
  }
  where.text += " AND r.experiment" + (count == 1 ? " = " + keys : " IN (" + keys + ")");
  return {};
}

}  // namespace

Result<Sql> scope_of(Database& database, const RunFilter& filter) {
  Sql where;
  if (filter.experiment.empty()) add_workspace(where, filter);
  else TRY(add_experiments(database, where, filter));
  TRY(add_states(where, filter.states));
  return where;
}

Result<Sql> conditions_of(Database& database, const RunFilter& filter, base::Micros now) {
  TRY_ASSIGN(Sql where, scope_of(database, filter));
  if (!filter.kind.empty()) add_equal(where, "r.kind", filter.kind);
  if (!filter.parent.empty()) add_equal(where, "r.parent", filter.parent);
  else if (!filter.children) where.text += " AND r.parent IS NULL";
  for (const auto& tag : filter.tags) add_pair(where, tag, "tag", " AND NOT x.removed");
  for (const auto& property : filter.properties) add_pair(where, property, "property", "");
  if (filter.filter) {
    where.text += " AND ";
    where += condition_of(*filter.filter, now);
  }
  return where;
}

bool is_scope_only(const RunFilter& filter) {
  return filter.kind.empty() && filter.parent.empty() && filter.tags.empty() && filter.properties.empty() &&
         !filter.filter;
}

}  // namespace store
