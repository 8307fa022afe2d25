// SPDX-License-Identifier: Apache-2.0
// The filter language as SQL over the table `run` (as r) and its experiment (as e). Names and values are only ever
// bound.
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

/// An expression that is true or false, never null. `now`: for how long a run that goes on has taken.
Sql condition_of(const Filter& filter, base::Micros now);
/// An expression: the key's value, null where a run has none.
Sql value_of(const Key& key, base::Micros now);
/// The same as something to sort by: free text that is a number counts as one, and stands before text.
Sql order_of(const Key& key, base::Micros now);

}  // namespace store
