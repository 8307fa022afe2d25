// SPDX-License-Identifier: Apache-2.0
#include "daemon/source/size_tally.h"

#include "tests/support/catch.h"

TEST_CASE("size tally: names what is large, down to where it lies") {
  source::SizeTally tally;
  tally.add("project/data/raw/a.bin", 900'000'000);
  tally.add("project/data/raw/b.bin", 900'000'000);
  tally.add("project/train.py", 1000);
  tally.add("model.ckpt", 300'000'000);
  for (int i = 0; i < 50; ++i) tally.add("images/" + std::to_string(i) + ".png", 10);
  const auto largest = tally.largest(2, 2'000'000'000, 100);
  REQUIRE(largest.size() == 2);
  CHECK(largest[0].path == "project/data/raw/");
  CHECK(largest[0].bytes == 1'800'000'000);
  CHECK(largest[0].files == 2);
  CHECK(largest[0].ignore_line == "/project/data/raw/");
  CHECK(largest[1].path == "images/");  // half of the files allowed
}

TEST_CASE("size tally: a single file that is nearly all of its folder is named itself") {
  source::SizeTally tally;
  tally.add("a/b/weights.bin", 1'000'000'000);
  tally.add("a/readme", 10);
  const auto largest = tally.largest(10, 1, 1'000'000);
  REQUIRE(largest.size() == 1);
  CHECK(largest[0].path == "a/b/weights.bin");
}
