// SPDX-License-Identifier: Apache-2.0
#include "launcher/capture_buffer.h"

#include <cstring>

#include "tests/support/catch.h"

namespace {

launcher::CaptureBuffer window() { return *launcher::CaptureBuffer::make(); }

}  // namespace

TEST_CASE("a window holds nothing until a read is announced") {
  auto w = window();
  CHECK(w.empty());
  CHECK_FALSE(w.was_read());
  CHECK(w.rest(0).empty());
}

TEST_CASE("an announced read that did not happen is told from one that did") {
  auto w = window();
  w.announce(100, 20);
  CHECK_FALSE(w.was_read());
  std::memcpy(w.data(), "abcdefghijklmnopqrst", 20);
  CHECK(w.was_read());
  CHECK(w.rest(100) == "abcdefghijklmnopqrst");
  CHECK(w.rest(105) == "fghijklmnopqrst");
  CHECK(w.rest(120).empty());
}

TEST_CASE("a second read of the same bytes is seen as well") {
  auto w = window();
  for (int round = 0; round < 2; ++round) {
    w.announce(0, 3);
    CHECK_FALSE(w.was_read());
    std::memcpy(w.data(), "xyz", 3);
    CHECK(w.was_read());
    w.clear();
  }
}

TEST_CASE("the largest read fits") {
  auto w = window();
  w.announce(0, launcher::CaptureBuffer::kSize);
  std::memset(w.data(), 'x', launcher::CaptureBuffer::kSize);
  CHECK(w.was_read());
  CHECK(w.rest(0).size() == launcher::CaptureBuffer::kSize);
}
