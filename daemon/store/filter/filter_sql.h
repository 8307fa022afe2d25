// SPDX-License-Identifier: Apache-2.0
// Translates the filter language into SQL over the table `run` (as r) and its experiment (as e). Each name and value of
// a filter is a bound parameter, never a part of the text. Arguments and the names in use have tables of their own, so
// that neither a filter nor a completion reads the JSON of every run. The SQL is as flat as the filter allows: SQLite
// limits the depth of an expression, and a statement that cannot be prepared is a programming error, which ends the
// daemon.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "daemon/store/filter/filter.h"
#include "daemon/store/sqlite.h"

namespace store {

using SqlValue = std::variant<std::string, double, std::int64_t>;

/// A piece of SQL with the values of its question marks, in order.
struct Sql {
  std::string text;
  std::vector<SqlValue> values;

  Sql& operator+=(const Sql& more);
};
void bind_all(Query& query, const std::vector<SqlValue>& values);

/// An expression that is true or false, never null. `now`: the end of `duration` for a run that goes on.
Sql condition_of(const Filter& filter, base::Micros now);
/// An expression for the key's value; null where a run has none.
Sql value_of(const Key& key, base::Micros now);
/// The column of the table `metric` that holds what is known of a metric's values.
std::string_view metric_column(Key::Statistic statistic);
/// value_of(), to sort by: free text that is a number counts as a number, and numbers come before text.
Sql order_of(const Key& key, base::Micros now);

}  // namespace store
