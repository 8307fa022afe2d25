// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/ingest/series.h"

#include <cmath>

#include "tests/support/catch.h"

using protocol::Cell;
using store::Series;

namespace {

Series round_trip(const Series& series) {
  const auto bytes = store::encode(series);
  Series back;
  REQUIRE(store::decode(bytes.times, bytes.steps, bytes.cells, back));
  return back;
}

}  // namespace

TEST_CASE("a chunk of every kind of cell comes back as it was", "[series]") {
  Series series;
  series.add(1, store::kNoStep, 0.5);
  series.add(2, 7, std::int64_t{-3});
  series.add(3, store::kNoStep, true);
  series.add(4, 8, std::string("精度"));
  series.add(5, 9, std::monostate{});
  const Series back = round_trip(series);
  CHECK(back.times == series.times);
  CHECK(back.steps == series.steps);
  CHECK(back.cells == series.cells);
}

TEST_CASE("columns of doubles keep NaN and the infinities", "[series]") {
  Series series;
  series.add(1, store::kNoStep, std::nan(""));
  series.add(2, store::kNoStep, -INFINITY);
  const auto bytes = store::encode(series);
  CHECK(bytes.steps.empty());
  CHECK(bytes.cells.size() == 1 + 2 * sizeof(double));
  const Series back = round_trip(series);
  CHECK(std::isnan(std::get<double>(back.cells[0])));
  CHECK(std::get<double>(back.cells[1]) == -INFINITY);
  CHECK(back.steps == series.steps);
}

TEST_CASE("decoding appends, and integers stay integers", "[series]") {
  Series series;
  series.add(1, 1, std::int64_t{9007199254740993});
  const auto bytes = store::encode(series);
  Series twice;
  REQUIRE(store::decode(bytes.times, bytes.steps, bytes.cells, twice));
  REQUIRE(store::decode(bytes.times, bytes.steps, bytes.cells, twice));
  CHECK(twice.size() == 2);
  CHECK(std::get<std::int64_t>(twice.cells[1]) == 9007199254740993);
}

TEST_CASE("broken columns are refused wherever they are cut", "[series]") {
  Series series;
  series.add(1, 1, std::string("text"));
  series.add(2, 2, 0.5);
  const auto bytes = store::encode(series);
  for (std::size_t cut = 0; cut < bytes.cells.size(); ++cut) {
    Series back;
    CHECK_FALSE(store::decode(bytes.times, bytes.steps, bytes.cells.substr(0, cut), back));
  }
  Series back;
  CHECK_FALSE(store::decode(bytes.times.substr(3), bytes.steps, bytes.cells, back));
  CHECK_FALSE(store::decode(bytes.times, bytes.steps.substr(8), bytes.cells, back));
}
