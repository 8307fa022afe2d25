// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/queries/series_parts.h"

#include <algorithm>
#include <cmath>

namespace store {

namespace {

/// Says in which part of equal width a point lies. Wider than double: the width of a range of doubles may be infinite.
class Cutter {
 public:
  Cutter(const std::vector<SeriesPoint>& points, std::size_t first, std::size_t last, std::int64_t most)
      : points_(points), first_(first), count_(static_cast<std::int64_t>(last - first)), most_(most) {
    if (count_ == 0) return;
    low_ = points[first].x;
    width_ = (static_cast<long double>(points[last - 1].x) - low_) / static_cast<long double>(most);
  }

  std::int64_t part_of(std::size_t i) const {
    const auto place = static_cast<std::int64_t>(i - first_);
    if (count_ <= most_) return place;
    if (width_ <= 0) return place * most_ / count_;
    return std::min(most_ - 1, static_cast<std::int64_t>((static_cast<long double>(points_[i].x) - low_) / width_));
  }

 private:
  const std::vector<SeriesPoint>& points_;
  std::size_t first_;
  std::int64_t count_, most_;
  long double low_ = 0, width_ = 0;
};

SeriesPart part_of_one(const SeriesPoint& point) {
  SeriesPart part;
  part.add(point);
  return part;
}

}  // namespace

void SeriesPart::add(const SeriesPoint& point) {
  const bool finite = std::isfinite(point.value);
  if (n == 0) {
    x = point.x;
    time = point.time;
  }
  if (n == nan) first = finite || n == 0 ? point.value : first;
  if (finite || n == nan) last = point.value;
  if (finite) {
    low = n == nan ? point.value : std::min(low, point.value);
    high = n == nan ? point.value : std::max(high, point.value);
  }
  ++n;
  if (!finite) ++nan;
}

std::vector<SeriesPart> parts_of(const std::vector<SeriesPoint>& points, std::size_t first, std::size_t last,
                                 std::int64_t most) {
  std::vector<SeriesPart> parts;
  if (first > 0) parts.push_back(part_of_one(points[first - 1]));
  const Cutter cutter(points, first, last, most);
  std::int64_t current = -1, cuts = 0;
  for (std::size_t i = first; i < last; ++i) {
    const auto number = cutter.part_of(i);
    const bool turns = i > first && std::isfinite(points[i].value) != std::isfinite(points[i - 1].value);
    if (number != current || (turns && cuts < 2 * most)) {
      if (number == current) ++cuts;
      parts.emplace_back();
    }
    current = number;
    parts.back().add(points[i]);
  }
  if (last < points.size()) parts.push_back(part_of_one(points[last]));
  return parts;
}

}  // namespace store
