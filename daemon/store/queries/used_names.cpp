// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/queries/used_names.h"

#include "daemon/store/filter/filter_sql.h"

namespace store {

using base::Result;
using nlohmann::json;

Result<json> names_in_use(Database& database, const NameFilter& filter) {
  Sql sql{
      "SELECT DISTINCT n.name, n.name LIKE ? ESCAPE '\\' AS begins FROM used_name n JOIN experiment e ON e.key = "
      "n.experiment"
      " JOIN workspace w ON w.key = e.workspace WHERE n.kind = ? AND instr(lower(n.name), lower(?)) > 0",
      {}};
  std::string pattern;
  for (const char c : filter.contained)
    pattern += (c == '%' || c == '_' || c == '\\' ? std::string("\\") : std::string()) + c;
  sql.values = {pattern + "%", filter.kind, filter.contained};
  if (filter.workspace) {
    sql.text += " AND w.subscription = ? AND w.resource_group = ? AND w.name = ?";
    for (const auto& part :
         {filter.workspace->subscription_id, filter.workspace->resource_group, filter.workspace->name})
      sql.values.emplace_back(part);
  }
  if (!filter.experiment.empty()) {
    sql.text += " AND e.name = ?";
    sql.values.emplace_back(filter.experiment);
  }
  sql.text += " ORDER BY begins DESC, n.name LIMIT " + std::to_string(filter.limit + 1);
  Query query = database.query_once(sql.text);
  bind_all(query, sql.values);
  json items = json::array();
  for (;;) {
    TRY_ASSIGN(const bool found, query.step());
    if (!found) return json{{"items", std::move(items)}, {"more", false}};
    if (items.size() == static_cast<std::size_t>(filter.limit))
      return json{{"items", std::move(items)}, {"more", true}};
    items.push_back(query.text(0));
  }
}

}  // namespace store
