// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/queries/series_sample.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <random>

#include "tests/support/catch.h"

using Places = std::vector<std::size_t>;

namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();  ///< no number

}  // namespace

TEST_CASE("series sample: as many points as are asked for are all of them", "[series]") {
  CHECK(store::sample_of({}, 4).empty());
  CHECK(store::sample_of({3, kNone, 1, 2}, 4) == Places{0, 1, 2, 3});
}

TEST_CASE("series sample: a part is its first, lowest, highest and last value", "[series]") {
  CHECK(store::sample_of({5, 9, 6, 1, 7}, 4) == Places{0, 1, 3, 4});
  CHECK(store::sample_of({1, 2, 3, 4, 5}, 4) == Places{0, 4});
  CHECK(store::sample_of({5, 9, 6, 1, 7, 1, 1, 8, 2, 3}, 8) == Places{0, 1, 3, 4, 5, 7, 9});
}

TEST_CASE("series sample: values that are not finite are neither lowest nor highest, but may be first and last",
          "[series]") {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  CHECK(store::sample_of({kNone, 2, kInfinity, 1, kNone, kNone}, 4) == Places{0, 1, 3, 5});
  CHECK(store::sample_of({kNone, kNone, kNone, kNone, kNone}, 4) == Places{0, 4});
}

TEST_CASE("series sample: it holds the lowest and the highest of all, in order, and never too many", "[series]") {
  std::mt19937 random(11);
  for (const std::size_t size : {5U, 99U, 100U, 101U, 5000U}) {
    std::vector<double> values(size);
    for (auto& value : values) value = random() % 10 == 0 ? kNone : static_cast<double>(random() % 100'000);
    values[size / 2] = -1;
    values[size / 3] = 1e6;
    for (const std::size_t most : {4U, 7U, 100U, 1000U}) {
      const Places places = store::sample_of(values, most);
      CHECK(places.size() <= most);
      CHECK(std::adjacent_find(places.begin(), places.end(), std::greater_equal<>()) == places.end());
      for (const std::size_t place : {std::size_t{0}, size / 3, size / 2, size - 1})
        CHECK(std::binary_search(places.begin(), places.end(), place));
    }
  }
}
