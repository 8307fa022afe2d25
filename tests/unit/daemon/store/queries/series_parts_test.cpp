// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/queries/series_parts.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

#include "tests/support/catch.h"

using store::parts_of;
using store::SeriesPart;
using store::SeriesPoint;

namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

std::vector<SeriesPoint> points_of(const std::vector<double>& values) {
  std::vector<SeriesPoint> points;
  points.reserve(values.size());
  for (const double value : values) points.push_back({static_cast<double>(points.size()), 0, value});
  return points;
}

std::vector<SeriesPart> whole(const std::vector<SeriesPoint>& points, std::int64_t most) {
  return parts_of(points, 0, points.size(), most);
}

/// Compares each part with the points that it stands for.
void check(const std::vector<SeriesPoint>& points, const std::vector<SeriesPart>& parts) {
  std::size_t at = 0;
  for (const auto& part : parts) {
    std::vector<double> finite;
    const std::size_t end = at + static_cast<std::size_t>(part.n);
    REQUIRE(end <= points.size());
    for (std::size_t i = at; i < end; ++i)
      if (std::isfinite(points[i].value)) finite.push_back(points[i].value);
    CHECK(part.x == points[at].x);
    CHECK(part.nan == part.n - static_cast<std::int64_t>(finite.size()));
    if (!finite.empty()) {
      CHECK(part.first == finite.front());
      CHECK(part.last == finite.back());
      CHECK(part.low == *std::min_element(finite.begin(), finite.end()));
      CHECK(part.high == *std::max_element(finite.begin(), finite.end()));
    }
    at = end;
  }
  CHECK(at == points.size());
}

}  // namespace

TEST_CASE("series parts: each holds the first, lowest, highest and last of its finite values", "[series]") {
  std::mt19937 random(7);
  for (const std::size_t size : {0U, 1U, 2U, 9U, 10U, 11U, 500U, 5000U}) {
    std::vector<double> values(size);
    for (auto& value : values) {
      const auto kind = random() % 20;
      value = kind == 0 ? kNan : kind == 1 ? 1e308 : kind == 2 ? -1e308 : static_cast<double>(random() % 1000);
    }
    const auto points = points_of(values);
    for (const std::int64_t most : {1, 10, 400}) {
      const auto parts = whole(points, most);
      CHECK(parts.size() <= static_cast<std::size_t>(3 * most));
      check(points, parts);
    }
  }
}

TEST_CASE("series parts: values that are not finite are apart from the others, and as they were logged", "[series]") {
  std::vector<double> values(1000, 1);
  std::fill(values.begin() + 401, values.end(), kNan);
  values[50] = INFINITY;
  const auto points = points_of(values);
  const auto parts = whole(points, 10);
  check(points, parts);
  for (const auto& part : parts) CHECK((part.nan == 0 || part.nan == part.n));
  const auto first_nan =
      std::find_if(parts.begin(), parts.end(), [](const SeriesPart& part) { return std::isnan(part.first); });
  REQUIRE(first_nan != parts.end());
  CHECK(first_nan->x == 401);
  CHECK(std::any_of(parts.begin(), parts.end(),
                    [](const SeriesPart& part) { return part.first == INFINITY && part.last == INFINITY; }));
}

TEST_CASE("series parts: points beyond a range are parts of their own", "[series]") {
  std::vector<SeriesPoint> points = points_of(std::vector<double>(1000, 1));
  points[0].x = -1e6;
  const auto parts = parts_of(points, 1, 999, 10);
  REQUIRE(parts.size() == 12);
  CHECK(parts.front().n == 1);
  CHECK(parts[1].x == 1);
  CHECK(parts.back().x == 999);
}

TEST_CASE("series parts: any range of x is cut, also one without width and one wider than a double", "[series]") {
  std::vector<SeriesPoint> points = points_of(std::vector<double>(1000, 1));
  for (auto& point : points) point.x = 5;
  CHECK(whole(points, 10).size() == 10);
  points.front().x = -1.7e308;
  points.back().x = 1.7e308;
  const auto parts = whole(points, 10);
  CHECK(parts.size() == 3);
  check(points, parts);
}
