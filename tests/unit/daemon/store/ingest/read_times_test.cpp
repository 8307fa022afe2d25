// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/ingest/read_times.h"

#include "tests/support/catch.h"

using base::Micros;
using store::ReadTimes;

namespace {

protocol::Timed<protocol::LinesRead> read_fact(std::optional<std::uint64_t> from, std::uint64_t upto, Micros time) {
  return {{.file = "f", .from = from, .upto = upto}, base::to_seconds(time)};
}

}  // namespace

TEST_CASE("read times: a line has the time of the fact that covers it", "[ingest]") {
  ReadTimes times;
  times.add(read_fact(0, 100, 1'000'000));
  times.add(read_fact(100, 200, 2'000'000));
  CHECK(times.find({.after = 50}) == 1'000'000);
  CHECK(times.find({.after = 100}) == 1'000'000);
  CHECK(times.find({.after = 101}) == 2'000'000);
  CHECK_FALSE(times.find({.after = 201}));
}

TEST_CASE("read times: a fact without a start goes on from the last one", "[ingest]") {
  ReadTimes times;
  times.add(read_fact(std::nullopt, 10, 1));
  times.add(read_fact(std::nullopt, 20, 2));
  times.add(read_fact(std::nullopt, 20, 3));  // covers nothing
  CHECK(times.find({.after = 15}) == 2);
}

TEST_CASE("read times: our own fact holds for a fiftieth of the file's age", "[ingest]") {
  ReadTimes times;
  times.add(read_fact(0, 1000, 5'000'000));
  times.mark_last_as_own();
  const Micros age = 2'000'000;  // 40 ms
  CHECK(times.find({.after = 10, .now = 5'039'999, .age = age}) == 5'000'000);
  CHECK_FALSE(times.find({.after = 10, .now = 5'040'000, .age = age}));
  CHECK_FALSE(times.find({.after = 10, .now = 4'999'999, .age = age}));  // the clock was set back
}

TEST_CASE("read times: facts of an earlier daemon say nothing about lines that it did not read", "[ingest]") {
  ReadTimes times;
  times.add(read_fact(0, 1000, 1'000'000));
  CHECK_FALSE(times.find({.after = 500, .continued = true}));
  CHECK(times.find({.after = 500}) == 1'000'000);
}

TEST_CASE("read times: a file that was replaced gets times of its own", "[ingest]") {
  ReadTimes times;
  times.add(read_fact(500, 1000, 1'000'000));
  times.mark_last_as_own();
  CHECK_FALSE(times.find({.after = 100, .now = 1'000'001, .age = 1}));
  times.add(read_fact(0, 100, 2'000'000));
  CHECK(times.find({.after = 100}) == 2'000'000);
}
