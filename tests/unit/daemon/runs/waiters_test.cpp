// SPDX-License-Identifier: Apache-2.0
#include "daemon/runs/waiters.h"

#include "tests/support/catch.h"

using namespace std::chrono_literals;

namespace {
constexpr runs::Waiters::Time kStart{};
}

TEST_CASE("waiters: an open request waits until its end, however many there are", "[queue]") {
  runs::Waiters waiters;
  waiters.begin_request(1);
  waiters.begin_request(1);
  waiters.end_request(1);
  CHECK(waiters.waits(1, kStart));
  waiters.end_request(1);
  CHECK_FALSE(waiters.waits(1, kStart));
  waiters.end_request(1);
  CHECK_FALSE(waiters.waits(1, kStart));
}

TEST_CASE("waiters: one question is a short wait", "[queue]") {
  runs::Waiters waiters;
  waiters.ask(1, 2, kStart);
  CHECK(waiters.waits(1, kStart + runs::Waiters::kShortestWait - 1ms));
  CHECK_FALSE(waiters.waits(1, kStart + runs::Waiters::kShortestWait));
  CHECK_FALSE(waiters.waits(2, kStart));
}

TEST_CASE("waiters: a run that asks again and again waits without a break, at any interval", "[queue]") {
  for (const auto interval : {1s, 60s, 3600s}) {
    runs::Waiters waiters;
    auto now = kStart;
    waiters.ask(1, 2, now);
    for (int i = 0; i < 5; ++i) {
      now += interval;
      waiters.ask(1, 2, now);
      CHECK(waiters.waits(1, now + 2 * interval));
    }
    waiters.learn_end(1, 2);
    CHECK_FALSE(waiters.waits(1, now));
  }
}

TEST_CASE("waiters: the end of what a run asks for ends that wait and no other", "[queue]") {
  runs::Waiters waiters;
  waiters.ask(1, 2, kStart);
  waiters.ask(1, 3, kStart);
  waiters.forget(2);
  CHECK(waiters.waits(1, kStart));
  waiters.forget(3);
  CHECK_FALSE(waiters.waits(1, kStart));
  waiters.ask(1, 2, kStart);
  waiters.forget(1);
  CHECK_FALSE(waiters.waits(1, kStart));
}
