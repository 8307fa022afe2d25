// SPDX-License-Identifier: Apache-2.0
#include "daemon/runs/target_queue.h"

#include <random>

#include "tests/support/catch.h"

using runs::TargetQueue;
using Runs = std::vector<TargetQueue::Run>;

namespace {

/// All of them, as they would get slots that no run gives back.
Runs drain(TargetQueue queue, TargetQueue::Slots slots) {
  Runs order;
  while (!queue.empty()) order.push_back(queue.pop(slots));
  return order;
}

}  // namespace

TEST_CASE("target queue: runs without parents are next in the order of their age", "[queue]") {
  TargetQueue queue;
  for (const int run : {3, 1, 2}) queue.add(run, std::to_string(run));
  CHECK(queue.all() == Runs{1, 2, 3});
  CHECK(drain(queue, {}) == Runs{1, 2, 3});
}

TEST_CASE("target queue: families take turns, and one that holds more slots waits longer", "[queue]") {
  TargetQueue queue;
  for (const int run : {1, 2, 3}) queue.add(run, "a");
  for (const int run : {4, 5, 6}) queue.add(run, "b");
  queue.add(7, "c");
  CHECK(drain(queue, {}) == Runs{1, 4, 7, 2, 5, 3, 6});
  CHECK(drain(queue, {{"a", 2}, {"gone", 9}}) == Runs{4, 7, 5, 1, 6, 2, 3});
}

TEST_CASE("target queue: with one slot, a family that got it is behind all that waited then", "[queue]") {
  TargetQueue queue;
  const auto next = [&queue] {
    TargetQueue::Slots none;  // the run before has ended
    return queue.pop(none);
  };
  for (const int run : {1, 2, 3, 4}) queue.add(run, "sweep");
  CHECK(next() == 1);
  queue.add(5, "5");
  CHECK(next() == 2);
  queue.add(6, "other");
  queue.add(7, "other");
  CHECK(next() == 5);
  CHECK(next() == 3);
  queue.add(8, "8");
  CHECK(next() == 6);
  CHECK(next() == 4);
  CHECK(next() == 8);
  CHECK(next() == 7);
}

TEST_CASE("target queue: a run that is removed is not next, whatever its place", "[queue]") {
  TargetQueue queue;
  for (const int run : {1, 2, 3}) queue.add(run, "a");
  queue.remove(1, "a");
  queue.remove(3, "a");
  queue.remove(3, "a");
  queue.remove(2, "b");
  CHECK(queue.all() == Runs{2});
  queue.remove(2, "a");
  CHECK(queue.empty());
}

TEST_CASE("target queue: how many runs are ahead is the place in the order in which they are next", "[queue]") {
  std::mt19937 random(3);
  for (int round = 0; round < 50; ++round) {
    TargetQueue queue;
    TargetQueue::Slots slots;
    std::map<TargetQueue::Run, std::string> families;
    for (int run = 1; run <= 30; ++run) {
      families[run] = std::string(1, static_cast<char>('a' + random() % 6));
      queue.add(run, families[run]);
      if (random() % 4 == 0) ++slots[families[run]];
      if (random() % 4 == 0) queue.pop(slots);
    }
    const Runs order = drain(queue, slots);
    for (std::size_t place = 0; place < order.size(); ++place)
      CHECK(queue.ahead_of(order[place], families[order[place]], slots) == static_cast<std::int64_t>(place));
  }
}

TEST_CASE("target queue: a run of its own gets a slot long before ten thousand of a sweep", "[queue]") {
  TargetQueue queue;
  TargetQueue::Slots slots;
  for (int run = 1; run <= 10'000; ++run) queue.add(run, "sweep");
  CHECK(queue.pop(slots) == 1);
  queue.add(10'001, "single");
  CHECK(queue.pop(slots) == 10'001);
  CHECK(drain(queue, slots).size() == 9'999);
}
