// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/queries/run_page.h"

#include <algorithm>

namespace store {

using base::Result;
using nlohmann::json;

namespace {

/// Runs with the values that they are sorted by.
using Keys = std::vector<std::pair<RunKey, json>>;

constexpr std::int64_t kFewRuns = 2000;

SqlValue value_from(const json& value) {
  if (value.is_number_integer()) return value.get<std::int64_t>();
  if (value.is_number()) return value.get<double>();
  return value.is_string() ? value.get<std::string>() : std::string();
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

std::string limit_of(std::int64_t limit, std::int64_t skip) {
  return " LIMIT " + std::to_string(limit) + " OFFSET " + std::to_string(skip);
}

Result<void> add_keys(Database& database, const Sql& page, Keys& keys) {
  Query query = database.query_once(page.text);
  bind_all(query, page.values);
  for (;;) {
    TRY_ASSIGN(const bool found, query.step());
    if (!found) return {};
    keys.emplace_back(query.integer(0), value_at(query, 1));
  }
}

Sql newest_first(const RunFilter& filter, const Sql& where, const PageStart& start) {
  Sql sql{"SELECT r.key, NULL FROM " + std::string(kRunTables) + " WHERE TRUE", {}};
  sql += where;
  sql += start.condition;
  sql.text += " ORDER BY r.key DESC" + limit_of(filter.limit + 1, filter.skip);
  return sql;
}

/// Asks every run of the list for its value.
Sql sorted(const RunFilter& filter, const Sql& where, const PageStart& start, base::Micros now) {
  Sql sql{"SELECT key, value FROM (SELECT r.key AS key, ", {}};
  sql += order_of(*filter.sort, now);
  sql.text += " AS value FROM " + std::string(kRunTables) + " WHERE TRUE";
  sql += where;
  sql.text += ")";
  sql += start.condition;
  sql.text += std::string(" ORDER BY value") + (filter.descending ? " DESC" : "") + " NULLS LAST, key DESC" +
              limit_of(filter.limit + 1, filter.skip);
  return sql;
}

/// Finds the runs of a page that is sorted by a metric. It walks the index of these values: a query for the value of
/// every run takes a hundred times as long.
class PageByMetric {
 public:
  PageByMetric(Database& database, const RunFilter& filter, const Sql& where)
      : database_(database), filter_(filter), where_(where),
        value_("m." + std::string(metric_column(filter.sort->statistic))) {}

  /// Runs without a value come last.
  Result<void> add(const PageStart& start, Keys& keys) const {
    const auto count = static_cast<std::size_t>(filter_.limit) + 1;
    if (start.no_more_values) return add_keys(database_, without_value(start.condition, count, filter_.skip), keys);
    TRY(add_keys(database_, with_value(start.condition), keys));
    if (keys.size() >= count) return {};
    std::int64_t skip = 0;
    if (keys.empty() && filter_.skip > 0) {
      TRY_ASSIGN(const std::int64_t with, count_with_value(start.condition));
      skip = std::max<std::int64_t>(0, filter_.skip - with);
    }
    return add_keys(database_, without_value({}, count - keys.size(), skip), keys);
  }

 private:
  Sql select() const {
    Sql sql{"SELECT r.key AS key, " + value_ +
                " AS value FROM metric m CROSS JOIN run r ON r.key = m.run JOIN experiment e ON e.key = r.experiment"
                " JOIN workspace w ON w.key = e.workspace WHERE m.name = ? AND m.kind = 0 AND " +
                value_ + " IS NOT NULL",
            {filter_.sort->name}};
    sql += where_;
    return sql;
  }
  Sql with_value(const Sql& from) const {
    Sql sql{"SELECT key, value FROM (", {}};
    sql += select();
    sql.text += ")";
    sql += from;
    sql.text += std::string(" ORDER BY value") + (filter_.descending ? " DESC" : "") + ", key DESC" +
                limit_of(filter_.limit + 1, filter_.skip);
    return sql;
  }
  Result<std::int64_t> count_with_value(const Sql& from) const {
    Sql sql{"SELECT count(*) FROM (", {}};
    sql += select();
    sql.text += ")";
    sql += from;
    Query query = database_.query_once(sql.text);
    bind_all(query, sql.values);
    TRY_ASSIGN(const bool found, query.step());
    return found ? query.integer(0) : 0;
  }
  Sql without_value(const Sql& from, std::size_t limit, std::int64_t skip) const {
    Sql sql{
        "SELECT key, value FROM (SELECT r.key AS key, NULL AS value FROM " + std::string(kRunTables) + " WHERE TRUE",
        {}};
    sql += where_;
    sql.text += " AND NOT EXISTS (SELECT 1 FROM metric m WHERE m.run = r.key AND m.name = ? AND m.kind = 0 AND " +
                value_ + " IS NOT NULL))";
    sql.values.emplace_back(filter_.sort->name);
    sql += from;
    sql.text += " ORDER BY key DESC" + limit_of(static_cast<std::int64_t>(limit), skip);
    return sql;
  }

  Database& database_;
  const RunFilter& filter_;
  const Sql& where_;
  const std::string value_;  ///< the column that holds it
};

/// Whether the list can only have few runs: then asking each for its value beats a walk over the values of all runs.
Result<bool> is_short(Database& database, const RunFilter& filter) {
  if (filter.experiment.empty() && filter.parent.empty()) return false;
  TRY_ASSIGN(Sql scope, scope_of(database, filter));
  if (!filter.parent.empty()) {
    scope.text += " AND r.parent = ?";
    scope.values.emplace_back(filter.parent);
  }
  Query query = database.query_once("SELECT count(*) FROM (SELECT 1 FROM " + std::string(kRunTables) + " WHERE TRUE" +
                                    scope.text + limit_of(kFewRuns + 1, 0) + ")");
  bind_all(query, scope.values);
  TRY_ASSIGN(const bool found, query.step());
  return found && query.integer(0) <= kFewRuns;
}

Result<Keys> keys_of_page(Database& database, const RunFilter& filter, const Sql& where, base::Micros now) {
  Keys keys;
  TRY_ASSIGN(const PageStart start, start_of(filter));
  if (!filter.sort) {
    TRY(add_keys(database, newest_first(filter, where, start), keys));
    return keys;
  }
  if (filter.sort->kind == Key::Kind::kMetric) {
    TRY_ASSIGN(const bool few, is_short(database, filter));
    if (!few) {
      TRY(PageByMetric(database, filter, where).add(start, keys));
      return keys;
    }
  }
  TRY(add_keys(database, sorted(filter, where, start, now), keys));
  return keys;
}

}  // namespace

json value_at(const Query& row, int column) {
  if (row.is_null(column)) return nullptr;
  if (row.is_integer(column)) return row.integer(column);
  if (row.is_real(column)) return row.real(column);
  return row.text(column);
}

Result<RunPage> page_of(Database& database, const RunFilter& filter, const Sql& where, base::Micros now) {
  TRY_ASSIGN(const Keys keys, keys_of_page(database, filter, where, now));
  RunPage page;
  const auto size = std::min(keys.size(), static_cast<std::size_t>(filter.limit));
  for (std::size_t i = 0; i < size; ++i) page.runs.push_back(keys[i].first);
  if (keys.size() > size) {
    const auto& [key, value] = keys[size - 1];
    page.next = filter.sort ? json::array({value, key}).dump() : std::to_string(key);
  }
  return page;
}

}  // namespace store
