// SPDX-License-Identifier: Apache-2.0
// Lists runs page by page: conditions, order, columns, counts.

#include "daemon/store/queries/run_list.h"
#include "daemon/store/filter/filter_sql.h"
#include "protocol/bytes_json.h"
#include "protocol/json.h"
#include "protocol/labels.h"

namespace store {

using base::Result;
using nlohmann::json;

namespace {

constexpr std::string_view kFrom =
    " FROM run r JOIN experiment e ON e.key = r.experiment JOIN workspace w ON w.key = e.workspace WHERE TRUE";

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

/// " AND ..." for each condition that a run of the list meets.
Result<Sql> conditions(const RunFilter& filter, base::Micros now) {
  Sql where;
  const auto equal = [&](std::string_view column, const std::string& value) {
    where.text += " AND " + std::string(column) + " = ?";
    where.values.emplace_back(value);
  };
  if (filter.workspace) {
    equal("w.subscription", filter.workspace->subscription_id);
    equal("w.resource_group", filter.workspace->resource_group);
    equal("w.name", filter.workspace->name);
  }
  if (!filter.experiment.empty()) equal("e.name", filter.experiment);
  if (!filter.kind.empty()) equal("r.kind", filter.kind);
  if (!filter.parent.empty()) equal("r.parent", filter.parent);
  else if (!filter.children) where.text += " AND r.parent IS NULL";
  TRY(add_states(where, filter.states));
  for (const auto& tag : filter.tags) add_pair(where, tag, "tag", " AND NOT x.removed");
  for (const auto& property : filter.properties) add_pair(where, property, "property", "");
  if (filter.filter) {
    where.text += " AND ";
    where += condition_of(*filter.filter, now);
  }
  return where;
}

SqlValue value_from(const json& value) {
  if (value.is_number_integer()) return value.get<std::int64_t>();
  if (value.is_number()) return value.get<double>();
  return value.is_string() ? value.get<std::string>() : std::string();
}

json value_at(const Query& row, int column) {
  if (row.is_null(column)) return nullptr;
  if (row.is_integer(column)) return row.integer(column);
  if (row.is_real(column)) return row.real(column);
  return row.text(column);
}

/// Where a page begins.
struct PageStart {
  Sql condition;                ///< of the runs after the cursor
  bool no_more_values = false;  ///< they have no value to sort by
};

/// The cursor holds the last run of the page before, and the value that it is sorted by.
Result<PageStart> start_of(const RunFilter& filter) {
  if (filter.cursor.empty()) return PageStart{};
  const auto cursor = protocol::parse_json(filter.cursor, "the cursor");
  const base::Error bad = base::error("'cursor' is not one that a list gave");
  if (!filter.sort) {
    if (!cursor || !cursor->is_number_unsigned()) return bad;
    return PageStart{{" AND r.key < ?", {cursor->get<std::int64_t>()}}};
  }
  if (!cursor || !cursor->is_array() || cursor->size() != 2 || !(*cursor)[1].is_number_unsigned()) return bad;
  const auto key = (*cursor)[1].get<std::int64_t>();
  if ((*cursor)[0].is_null()) return PageStart{{" WHERE value IS NULL AND key < ?", {key}}, true};
  const SqlValue value = value_from((*cursor)[0]);
  return PageStart{{std::string(" WHERE (value ") + (filter.descending ? "<" : ">") +
                        " ? OR (value = ? AND key < ?) OR value IS NULL)",
                    {value, value, key}}};
}

/// The query for the runs of the page and one more, with the values that they are sorted by.
Result<Sql> page_of(const RunFilter& filter, const Sql& where, base::Micros now) {
  TRY_ASSIGN(const PageStart start, start_of(filter));
  const std::string limit = " LIMIT " + std::to_string(filter.limit + 1) + " OFFSET " + std::to_string(filter.skip);
  if (!filter.sort) {
    Sql sql{"SELECT r.key, NULL" + std::string(kFrom), {}};
    sql += where;
    sql += start.condition;
    sql.text += " ORDER BY r.key DESC" + limit;
    return sql;
  }
  Sql sql{"SELECT key, value FROM (SELECT r.key AS key, ", {}};
  sql += order_of(*filter.sort, now);
  sql.text += " AS value" + std::string(kFrom);
  sql += where;
  sql.text += ")";
  sql += start.condition;
  sql.text += std::string(" ORDER BY value IS NULL, value") + (filter.descending ? " DESC" : "") + ", key DESC" + limit;
  return sql;
}

using Keys = std::vector<std::pair<RunKey, json>>;

Result<void> add_keys(Database& database, const Sql& page, Keys& keys) {
  Query query = database.query_once(page.text);
  bind_all(query, page.values);
  for (;;) {
    TRY_ASSIGN(const bool found, query.step());
    if (!found) return {};
    keys.emplace_back(query.integer(0), value_at(query, 1));
  }
}

/// Finds the runs of a page that is sorted by the last value of a metric. It walks the index of these values: a query
/// for the value of every run takes a hundred times as long.
class PageByMetric {
 public:
  PageByMetric(Database& database, const RunFilter& filter, const Sql& where)
      : database_(database), filter_(filter), where_(where) {}

  /// Runs without a value come last.
  Result<void> add(const PageStart& start, Keys& keys) const {
    const auto count = static_cast<std::size_t>(filter_.limit) + 1;
    if (start.no_more_values) return add_keys(database_, without_value(start.condition, count, filter_.skip), keys);
    TRY(add_keys(database_, with_value(start.condition), keys));
    if (keys.size() >= count) return {};
    std::int64_t skip = 0;
    if (keys.empty() && filter_.skip > 0) {
      TRY_ASSIGN(const std::int64_t with, count_with_value());
      skip = std::max<std::int64_t>(0, filter_.skip - with);
    }
    return add_keys(database_, without_value({}, count - keys.size(), skip), keys);
  }

 private:
  Sql select(std::string_view what, std::string_view rest) const {
    Sql sql{"SELECT " + std::string(what) +
                " FROM metric m CROSS JOIN run r ON r.key = m.run JOIN experiment e ON e.key = r.experiment JOIN "
                "workspace w"
                " ON w.key = e.workspace WHERE m.name = ? AND m.kind = 0 AND m.last IS NOT NULL",
            {filter_.sort->name}};
    sql += where_;
    sql.text += rest;
    return sql;
  }
  Sql with_value(const Sql& from) const {
    const std::string order = filter_.descending ? " DESC" : "";
    Sql sql{"SELECT key, value FROM (", {}};
    sql += select("r.key AS key, m.last AS value", "");
    sql.text += ")";
    sql += from;
    sql.text += " ORDER BY value" + order + ", key DESC LIMIT " + std::to_string(filter_.limit + 1) + " OFFSET " +
                std::to_string(filter_.skip);
    return sql;
  }
  Result<std::int64_t> count_with_value() const {
    const Sql sql = select("count(*)", "");
    Query query = database_.query_once(sql.text);
    bind_all(query, sql.values);
    TRY_ASSIGN(const bool found, query.step());
    return found ? query.integer(0) : 0;
  }
  Sql without_value(const Sql& from, std::size_t limit, std::int64_t skip) const {
    Sql sql{"SELECT key, value FROM (SELECT r.key AS key, NULL AS value" + std::string(kFrom), {}};
    sql += where_;
    sql.text +=
        " AND NOT EXISTS (SELECT 1 FROM metric m WHERE m.run = r.key AND m.name = ? AND m.kind = 0 AND m.last IS NOT "
        "NULL))";
    sql.values.emplace_back(filter_.sort->name);
    sql += from;
    sql.text += " ORDER BY key DESC LIMIT " + std::to_string(limit) + " OFFSET " + std::to_string(skip);
    return sql;
  }

  Database& database_;
  const RunFilter& filter_;
  const Sql& where_;
};

bool sorts_by_index(const RunFilter& filter) {
  return filter.sort && filter.sort->kind == Key::Kind::kMetric && filter.sort->statistic == Key::Statistic::kLast;
}

/// The runs of the page and one more, with the values that they are sorted by.
Result<Keys> keys_of_page(Database& database, const RunFilter& filter, const Sql& where, base::Micros now) {
  Keys keys;
  if (sorts_by_index(filter)) {
    TRY_ASSIGN(const PageStart start, start_of(filter));
    TRY(PageByMetric(database, filter, where).add(start, keys));
    return keys;
  }
  TRY_ASSIGN(const Sql page, page_of(filter, where, now));
  TRY(add_keys(database, page, keys));
  return keys;
}

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

Result<std::map<protocol::RunState, std::int64_t>> count_by_state(Database& database, const Sql& where) {
  Query query = database.query_once("SELECT r.state, count(*)" + std::string(kFrom) + where.text + " GROUP BY r.state");
  bind_all(query, where.values);
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
  TRY_ASSIGN(const Sql where, conditions(filter, now));
  TRY_ASSIGN(const Keys keys, keys_of_page(database, filter, where, now));
  RunList list;
  const auto size = std::min(keys.size(), static_cast<std::size_t>(filter.limit));
  for (std::size_t i = 0; i < size; ++i) {
    TRY_ASSIGN(RunView run, run_view(database, place, keys[i].first, false));
    if (!filter.columns.empty()) {
      TRY_ASSIGN(run.columns, columns_of(database, filter.columns, run.key, now));
    }
    list.runs.push_back(std::move(run));
  }
  if (keys.size() > size) {
    const auto& [key, value] = keys[size - 1];
    list.next = filter.sort ? json::array({value, key}).dump() : std::to_string(key);
  }
  if (filter.counts) {
    TRY_ASSIGN(list.counts, count_by_state(database, where));
  }
  return list;
}

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
