// SPDX-License-Identifier: Apache-2.0
// A part of a metric's values as the database keeps it: columns of little-endian numbers, one chunk a row of the table
// `chunk`. Pure functions of bytes.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "protocol/metric_line.h"

namespace store {

using protocol::Cell;

enum class MetricKind : std::int64_t { kScalar = 0, kTable = 1, kImage = 2, kDocument = 3 };

/// In the place of a schema: patterns read all values of the metric out of a log.
inline constexpr std::string_view kDerived = "derived";

/// Points of a chunk. Every chunk of a file's series but the last is full: the chunk of a point depends only on the
/// file, not on when it was read.
/// Which point lies in which chunk is a function of the file alone, so a rebuild gives the same chunks. The last
/// chunk is rewritten as it grows; series of several processes are merged by time when they are read.
inline constexpr std::size_t kChunkPoints = 1024;
inline constexpr std::int64_t kNoStep = std::numeric_limits<std::int64_t>::min();

/// Columns of equal length. A row of a table metric is one cell: its JSON object, columns in the order of the line.
struct Series {
  std::vector<base::Micros> times;
  std::vector<std::int64_t> steps;  ///< kNoStep where none was given
  std::vector<Cell> cells;

  std::size_t size() const { return times.size(); }
  void add(base::Micros time, std::int64_t step, Cell cell);
  void clear();
};

/// The three columns as blobs; `steps` is empty when no value has one.
struct SeriesBytes {
  std::string times, steps, cells;
};

SeriesBytes encode(const Series& series);
/// Appends the points of the blobs to `series`; an error when encode() cannot have made them.
base::Result<void> decode(std::string_view times, std::string_view steps, std::string_view cells, Series& series);

}  // namespace store
