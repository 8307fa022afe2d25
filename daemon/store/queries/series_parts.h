// SPDX-License-Identifier: Apache-2.0
// Reduces points along x to parts for a chart. Pure.
// A chart gets parts with first, last, lowest and highest value, never every point; zooming asks again for the part
// in sight.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace store {

struct SeriesPoint {
  double x = 0, time = 0, value = 0;
};

/// One part. `x` and `time` are those of its first point. `first`, `last`, `low` and `high` are of its finite values; a
/// part without any has the first and the last value as they were logged.
struct SeriesPart {
  double x = 0, time = 0;
  double first = std::numeric_limits<double>::quiet_NaN(), last = first, low = first, high = first;
  std::int64_t nan = 0, n = 0;  ///< values that are not finite; all values

  void add(const SeriesPoint& point);
};

/// Cuts points[first, last), which are sorted by x, into at most `most` parts of equal width; with no more points than
/// that, each point is a part. A part is cut again where finite values begin or end, as long as that makes at most
/// twice as many more. The point before `first` and the point at `last`, which lines lead to, are parts of their own.
std::vector<SeriesPart> parts_of(const std::vector<SeriesPoint>& points, std::size_t first, std::size_t last,
                                 std::int64_t most);

}  // namespace store
