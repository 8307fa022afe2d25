// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/ingest/read_times.h"

#include "protocol/json.h"
#include "tests/support/catch.h"

using base::Micros;
using store::LinesRead;
using store::ReadTimes;

namespace {

LinesRead read_fact(std::uint64_t from, std::uint64_t upto, Micros time) {
  return {.file = "f", .from = from, .upto = upto, .time = time};
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
  times.add({.file = "f", .from = std::nullopt, .upto = 10, .time = 1});
  times.add({.file = "f", .from = std::nullopt, .upto = 20, .time = 2});
  times.add({.file = "f", .from = std::nullopt, .upto = 20, .time = 3});  // covers nothing
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

TEST_CASE("read times: facts are read out of a record, other lines are not", "[ingest]") {
  const auto reads = store::lines_read_in(R"({"k":"created","t":1})"
                                          "\n"
                                          R"({"k":"read","file":"a","from":3,"upto":9,"t":1.5})"
                                          "\n"
                                          "torn\n"
                                          R"({"k":"read","file":"b","from":null,"upto":7})"
                                          "\n"
                                          R"({"k":"read","file":"c","upto":-1})"
                                          "\n");
  REQUIRE(reads.size() == 2);
  CHECK(reads[0].file == "a");
  CHECK(reads[0].from == 3);
  CHECK(reads[0].upto == 9);
  CHECK(reads[0].time == 1'500'000);
  CHECK(reads[1].file == "b");
  CHECK_FALSE(reads[1].from);
  CHECK(reads[1].time == 0);
}
