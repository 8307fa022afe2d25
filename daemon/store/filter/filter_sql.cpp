// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/filter/filter_sql.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "protocol/metric_line.h"

namespace store {

namespace {

/// The one row of a table that belongs to the run and the key's name.
Sql named(std::string_view column, std::string_view table, const Key& key, std::string_view extra = "") {
  return {"(SELECT x." + std::string(column) + " FROM " + std::string(table) + " x WHERE x.run = r.key AND x.name = ?" +
              std::string(extra) + ")",
          {key.name}};
}

std::string state_words() {
  std::string text = "CASE r.state";
  for (std::size_t i = 0; i < protocol::kStateCount; ++i)
    text += " WHEN " + std::to_string(i) + " THEN '" +
            std::string(protocol::to_string(static_cast<protocol::RunState>(i))) + "'";
  return text + " END";
}

std::string_view sign(Comparison comparison) {
  switch (comparison) {
    case Comparison::kLess:
      return " < ";
    case Comparison::kLessOrEqual:
      return " <= ";
    case Comparison::kGreater:
      return " > ";
    case Comparison::kGreaterOrEqual:
      return " >= ";
    default:
      return " = ";
  }
}

Sql compared(Sql left, std::string_view with, SqlValue value) {
  left.text += std::string(with) + "?";
  left.values.push_back(std::move(value));
  return left;
}

/// NaN is stored as null among the numbers, and as a word in `last_cell`. Smallest and largest are NaN where there is
/// no number.
Sql is_nan(const Key& key) {
  const std::string_view no_number = key.statistic == Key::Statistic::kLast  ? ""
                                     : key.statistic == Key::Statistic::kMin ? " AND x.low IS NULL"
                                                                             : " AND x.high IS NULL";
  const std::string extra =
      " AND x.kind = 0 AND x.last_cell = '" + protocol::cell_json(std::numeric_limits<double>::quiet_NaN()) + "'";
  Sql found = named("key", "metric", key, extra + std::string(no_number));
  return {"EXISTS " + found.text, std::move(found.values)};
}

Sql as_number(Sql of) { return {"number_of(" + of.text + ")", std::move(of.values)}; }

Sql contains(Sql of, const std::string& text) {
  Sql sql{"instr(lower(" + of.text + "), lower(?)) > 0", std::move(of.values)};
  sql.values.emplace_back(text);
  return sql;
}

Sql plain_comparison(const Filter& filter, base::Micros now) {
  const auto with = sign(filter.comparison);
  if (filter.comparison == Comparison::kContains) return contains(value_of(filter.key, now), filter.value.text);
  switch (type_of(filter.key)) {
    case KeyType::kStatus:
      return {"r.state = ?", {static_cast<std::int64_t>(filter.value.state)}};
    case KeyType::kNumber:
      if (filter.value.number && std::isnan(*filter.value.number)) return is_nan(filter.key);
      return compared(value_of(filter.key, now), with, filter.value.number.value_or(0));
    case KeyType::kTime:
      return compared(value_of(filter.key, now), with, filter.value.time);
    case KeyType::kFree:
      if (filter.value.number) return compared(as_number(value_of(filter.key, now)), with, *filter.value.number);
      [[fallthrough]];
    case KeyType::kText:
      break;
  }
  return compared(value_of(filter.key, now), with, filter.value.text);
}

Sql presence(const Filter& filter, base::Micros now) {
  if (filter.key.kind == Key::Kind::kTag)
    return {"EXISTS " + named("name", "tag", filter.key, " AND NOT x.removed").text, {filter.key.name}};
  if (filter.key.kind == Key::Kind::kMetric)
    return {"EXISTS " + named("name", "metric", filter.key, " AND x.kind = 0").text, {filter.key.name}};
  Sql value = value_of(filter.key, now);
  return {value.text + " IS NOT NULL", std::move(value.values)};
}

/// Asks the index of a metric's values, not every run.
Sql metric_comparison(const Filter& filter) {
  const std::string column = "x." + std::string(metric_column(filter.key.statistic));
  return {"r.key IN (SELECT x.run FROM metric x WHERE x.name = ? AND x.kind = 0 AND " + column +
              std::string(sign(filter.comparison)) + "?)",
          {filter.key.name, filter.value.number.value_or(0)}};
}

bool compares_metric(const Filter& filter) {
  return filter.key.kind == Key::Kind::kMetric && filter.comparison != Comparison::kContains &&
         !(filter.value.number && std::isnan(*filter.value.number));
}

}  // namespace

std::string_view metric_column(Key::Statistic statistic) {
  switch (statistic) {
    case Key::Statistic::kLast:
      return "last";
    case Key::Statistic::kMin:
      return "low";
    case Key::Statistic::kMax:
      return "high";
  }
  return "last";
}

Sql& Sql::operator+=(const Sql& more) {
  text += more.text;
  values.insert(values.end(), more.values.begin(), more.values.end());
  return *this;
}

void bind_all(Query& query, const std::vector<SqlValue>& values) {
  for (const auto& value : values) {
    if (const auto* text = std::get_if<std::string>(&value)) query.bind(std::string_view(*text));
    else if (const auto* real = std::get_if<double>(&value)) query.bind(*real);
    else query.bind(std::get<std::int64_t>(value));
  }
}

Sql value_of(const Key& key, base::Micros now) {
  switch (key.kind) {
    case Key::Kind::kStatus:
      return {state_words(), {}};
    case Key::Kind::kId:
      return {"r.id", {}};
    case Key::Kind::kNumber:
      return {"r.number", {}};
    case Key::Kind::kName:
      return {
          "coalesce((SELECT x.value FROM label x WHERE x.run = r.key AND x.name = 'display_name'), (SELECT "
          "nullif(t.created_fact ->> 'name', '') FROM run_text t WHERE t.run = r.key), 'run_' || r.id)",
          {}};
    case Key::Kind::kExperiment:
      return {"e.name", {}};
    case Key::Kind::kKind:
      return {"r.kind", {}};
    case Key::Kind::kTarget:
      return {"r.target", {}};
    case Key::Kind::kSubmitter:
      return {"(SELECT nullif(t.created_fact ->> 'submitter', '') FROM run_text t WHERE t.run = r.key)", {}};
    case Key::Kind::kScript:
      return {"(SELECT t.spec ->> 'script' FROM run_text t WHERE t.run = r.key)", {}};
    case Key::Kind::kCreated:
      return {"r.created", {}};
    case Key::Kind::kStarted:
      return {"r.started", {}};
    case Key::Kind::kEnded:
      return {"r.ended", {}};
    case Key::Kind::kDuration:
      return {"((coalesce(r.ended, ?) - r.started) / 1e6)", {now}};
    case Key::Kind::kTag:
      return named("value", "tag", key, " AND NOT x.removed");
    case Key::Kind::kProperty:
      return named("value", "property", key);
    case Key::Kind::kArgument:
      return named("value", "argument", key);
    case Key::Kind::kMetric:
      return named(metric_column(key.statistic), "metric", key, " AND x.kind = 0");
  }
  return {"NULL", {}};
}

Sql order_of(const Key& key, base::Micros now) {
  if (type_of(key) != KeyType::kFree) return value_of(key, now);
  const Sql value = value_of(key, now);
  Sql sql = as_number(value);
  sql.text = "coalesce(" + sql.text + ", ";
  sql += value;
  sql.text += ")";
  return sql;
}

namespace {

// SQLite takes no expression that is deeper than 1,000, and its parser no more than 100 open parts. So a long row is
// taken in groups, what is nested stands first in its row (there it opens one part, behind an operand three), and NOT
// goes down to the leaves.
constexpr std::size_t kInARow = 25;

Sql in_a_row(std::vector<Sql> conditions, std::string_view by) {
  if (conditions.size() > kInARow) {
    std::vector<Sql> groups;
    for (auto from = conditions.begin(); from != conditions.end();) {
      const auto to = from + std::min<std::ptrdiff_t>(kInARow, conditions.end() - from);
      groups.push_back(in_a_row({from, to}, by));
      from = to;
    }
    conditions = std::move(groups);
  }
  Sql all{"(", {}};
  for (const auto& condition : conditions) {
    if (all.text.size() > 1) all.text += by;
    all += condition;
  }
  all.text += ")";
  return all;
}

int depth_of(const Filter& filter) {
  int deepest = 0;
  for (const auto& operand : filter.operands) deepest = std::max(deepest, depth_of(operand));
  return deepest + 1;
}

Sql condition(const Filter& filter, bool negated, base::Micros now);

Sql joined(const Filter& filter, bool negated, base::Micros now) {
  std::vector<const Filter*> operands;
  for (const auto& operand : filter.operands) operands.push_back(&operand);
  std::stable_sort(operands.begin(), operands.end(),
                   [](const Filter* a, const Filter* b) { return depth_of(*a) > depth_of(*b); });
  std::vector<Sql> conditions;
  conditions.reserve(operands.size());
  for (const auto* operand : operands) conditions.push_back(condition(*operand, negated, now));
  return in_a_row(std::move(conditions), (filter.kind == Filter::Kind::kAnd) != negated ? " AND " : " OR ");
}

/// Always true or false, never null: so a negation means what it says.
Sql condition(const Filter& filter, bool negated, base::Micros now) {
  Sql sql;
  switch (filter.kind) {
    case Filter::Kind::kAnd:
    case Filter::Kind::kOr:
      return joined(filter, negated, now);
    case Filter::Kind::kNot:
      return condition(filter.operands[0], !negated, now);
    case Filter::Kind::kHas:
      sql = presence(filter, now);
      break;
    case Filter::Kind::kCompare:
      negated ^= filter.comparison == Comparison::kUnequal;
      if (compares_metric(filter)) {
        sql = metric_comparison(filter);
        break;
      }
      sql = plain_comparison(filter, now);
      sql.text = "coalesce(" + sql.text + ", 0)";
      break;
  }
  if (negated) sql.text = "(NOT " + sql.text + ")";
  return sql;
}

}  // namespace

Sql condition_of(const Filter& filter, base::Micros now) { return condition(filter, false, now); }

}  // namespace store
