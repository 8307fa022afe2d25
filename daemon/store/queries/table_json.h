// SPDX-License-Identifier: Apache-2.0
// A table that was logged row by row as JSON text, column by column (docs/formats/http-api.md).
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "protocol/metric_line.h"

namespace store {

using protocol::Cell;

inline constexpr std::size_t kMostHoles = 10'000'000;

/// Adds `,"columns":{...},"rows":N`. `rows` are JSON objects. Columns come in the order in which they came up, with
/// null where a row lacks one. Once those nulls would be too many, further columns are omitted, and counted.
base::Result<void> write_table(std::string& out, const std::vector<Cell>& rows, std::size_t most_holes = kMostHoles);

}  // namespace store
