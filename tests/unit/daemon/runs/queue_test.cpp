// SPDX-License-Identifier: Apache-2.0
#include "daemon/runs/queue.h"

#include "tests/support/catch.h"

using Runs = std::vector<runs::Queue::Run>;

namespace {

/// A run without a parent.
void add(runs::Queue& queue, runs::Queue::Run run, const std::string& name) {
  queue.add(run, name, std::to_string(run));
}

}  // namespace

TEST_CASE("runs start in order, as many as there are slots", "[queue]") {
  runs::Queue queue;
  for (const int run : {1, 2, 3, 4}) add(queue, run, "local");
  CHECK(queue.start_next() == Runs{1});
  CHECK(queue.start_next().empty());
  queue.set_slots("local", 3);
  CHECK(queue.start_next() == Runs{2, 3});
  queue.remove(1);
  CHECK(queue.start_next() == Runs{4});
}

TEST_CASE("a run that waits says behind how many, and on what", "[queue]") {
  runs::Queue queue;
  for (const int run : {1, 2, 3}) add(queue, run, "local");
  queue.start_next();
  CHECK(queue.why_waiting(1).empty());
  CHECK(queue.why_waiting(2) == "queued behind 1 run on local (1 slot)");
  CHECK(queue.why_waiting(3) == "queued behind 2 runs on local (1 slot)");
  queue.set_slots("local", 0);
  CHECK(queue.why_waiting(3) == "queued on local, which is paused (0 slots)");
}

TEST_CASE("a run that waits for its children yields its slot until it goes on", "[queue]") {
  runs::Queue queue;
  add(queue, 1, "local");
  CHECK(queue.start_next() == Runs{1});
  add(queue, 2, "local");
  add(queue, 3, "local");
  queue.begin_waiting(1);
  CHECK(queue.start_next() == Runs{2});
  queue.begin_waiting(2);  // nested: the child waits for its own child
  CHECK(queue.start_next() == Runs{3});
  queue.remove(3);
  queue.end_waiting(2);
  queue.remove(2);
  queue.end_waiting(1);
  add(queue, 4, "local");
  CHECK(queue.start_next().empty());
  queue.remove(1);
  CHECK(queue.start_next() == Runs{4});
}

TEST_CASE("a canceled run leaves the queue; targets do not share slots", "[queue]") {
  runs::Queue queue;
  add(queue, 1, "local");
  add(queue, 2, "local");
  add(queue, 3, "gpu");
  queue.remove(1);
  CHECK(queue.start_next() == Runs{3, 2});
  CHECK(queue.view().size() == 2);
}

TEST_CASE("launchers found alive hold their slots beyond the number", "[queue]") {
  runs::Queue queue;
  queue.add_running(1, "local", "1");
  queue.add_running(2, "local", "2");
  add(queue, 3, "local");
  queue.remove(1);
  CHECK(queue.start_next().empty());
  queue.remove(2);
  CHECK(queue.start_next() == Runs{3});
}

TEST_CASE("another name of a target has its slots and its queue", "[queue]") {
  runs::Queue queue;
  queue.set_slots("local", 1);
  queue.set_alias("gpu-cluster", "local");
  CHECK(queue.knows("gpu-cluster"));
  CHECK_FALSE(queue.has_slots("gpu-cluster"));
  add(queue, 1, "gpu-cluster");
  add(queue, 2, "local");
  add(queue, 3, "gpu-cluster");
  CHECK(queue.start_next() == Runs{1});
  CHECK(queue.why_waiting(3) == "queued behind 2 runs on local (1 slot)");
  const auto views = queue.view();
  REQUIRE(views.size() == 2);
  CHECK(views[0].queued == Runs{2, 3});
  CHECK(views[1].name == "gpu-cluster");
  CHECK(views[1].running == Runs{1});
  CHECK(views[1].queued == Runs{3});
  queue.set_alias("gpu-cluster", "local", true);
  CHECK_FALSE(queue.knows("gpu-cluster"));
  CHECK(queue.view().size() == 1);
  queue.remove(1);
  CHECK(queue.start_next() == Runs{2});
}

TEST_CASE("a slot can be held for a run that is on its way", "[queue]") {
  runs::Queue queue;
  CHECK(queue.hold("local"));
  CHECK_FALSE(queue.hold("local"));
  add(queue, 2, "local");
  CHECK(queue.start_next().empty());
  CHECK(queue.why_waiting(2) == "queued behind 1 run on local (1 slot)");
  queue.add_held(1, "local", "1", "local");
  CHECK(queue.start_next().empty());
  queue.remove(1);
  CHECK(queue.start_next() == Runs{2});
  queue.remove(2);
  CHECK(queue.hold("local"));
  queue.release("local");
  CHECK(queue.hold("local"));
}

TEST_CASE("no slot is held before those who wait, nor on a target that is paused", "[queue]") {
  runs::Queue queue;
  queue.set_slots("local", 0);
  CHECK_FALSE(queue.hold("local"));
  add(queue, 1, "local");
  queue.set_slots("local", 2);
  CHECK_FALSE(queue.hold("local"));
  CHECK(queue.start_next() == Runs{1});
  CHECK(queue.hold("local"));
}

TEST_CASE("a run that asks for its child again and again yields its slot, also below a child that does the same",
          "[queue]") {
  auto now = runs::Waiters::Time();
  runs::Queue queue([&now] { return now; });
  for (const int run : {1, 2, 3}) add(queue, run, "local");
  CHECK(queue.start_next() == Runs{1});
  queue.ask(1, 2);
  CHECK(queue.start_next() == Runs{2});
  now += std::chrono::minutes(5);
  queue.ask(1, 2);
  queue.ask(2, 3);
  now += std::chrono::seconds(1);
  CHECK(queue.start_next() == Runs{3});
  queue.ask(7, 1);  // holds no slot
  CHECK(queue.start_next().empty());
}

TEST_CASE("a run that has asked once has its slot back soon", "[queue]") {
  auto now = runs::Waiters::Time();
  runs::Queue queue([&now] { return now; });
  for (const int run : {1, 2, 3}) add(queue, run, "local");
  queue.start_next();
  queue.ask(1, 3);
  CHECK(queue.start_next() == Runs{2});
  queue.remove(2);
  now += runs::Waiters::kShortestWait;
  CHECK(queue.start_next().empty());
}

TEST_CASE("a name that means another target takes its waiting runs there", "[queue]") {
  runs::Queue queue;
  queue.set_slots("a", 1);
  queue.set_slots("b", 1);
  queue.set_alias("name", "a");
  for (const int run : {1, 2, 4}) add(queue, run, "name");
  add(queue, 3, "b");
  CHECK(queue.start_next() == Runs{1, 3});
  queue.set_alias("name", "b");
  CHECK(queue.why_waiting(2) == "queued behind 1 run on b (1 slot)");
  CHECK(queue.start_next().empty());
  const auto views = queue.view();
  CHECK(views[0].running == Runs{1});
  CHECK(views[0].queued.empty());
  CHECK(views[1].queued == Runs{2, 4});
  CHECK(views[2].running == Runs{1});
  CHECK(views[2].queued == Runs{2, 4});
  queue.remove(2);
  queue.remove(3);
  CHECK(queue.start_next() == Runs{4});
}

TEST_CASE("a slot is given back where it was got, whatever the name means by then", "[queue]") {
  runs::Queue queue;
  queue.set_slots("a", 1);
  queue.set_slots("b", 1);
  queue.set_alias("name", "a");
  add(queue, 1, "name");
  CHECK(queue.start_next() == Runs{1});
  queue.set_alias("name", "b");
  queue.remove(1);
  CHECK(queue.hold("name") == "b");
  queue.set_alias("name", "a");
  queue.add_held(2, "name", "2", "b");
  CHECK_FALSE(queue.hold("b"));
  CHECK(queue.hold("name") == "a");
  queue.set_alias("name", "b");
  queue.release("a");
  queue.remove(2);
  CHECK(queue.hold("a") == "a");
  CHECK(queue.hold("b") == "b");
}

TEST_CASE("a run of its own goes before the other runs of a sweep, and says so", "[queue]") {
  runs::Queue queue;
  queue.set_slots("local", 2);
  for (const int run : {1, 2, 3, 4, 5}) queue.add(run, "local", "sweep");
  CHECK(queue.start_next() == Runs{1, 2});
  add(queue, 6, "local");
  CHECK(queue.why_waiting(6) == "queued behind 2 runs on local (2 slots)");
  CHECK(queue.why_waiting(3) == "queued behind 3 runs on local (2 slots)");
  CHECK(queue.why_waiting(5) == "queued behind 5 runs on local (2 slots)");
  queue.remove(1);
  CHECK(queue.start_next() == Runs{6});
  queue.remove(2);
  CHECK(queue.start_next() == Runs{3});
}

TEST_CASE("a sweep that waits for its children holds no slot for its family", "[queue]") {
  runs::Queue queue;
  queue.add(1, "local", "1");
  CHECK(queue.start_next() == Runs{1});
  queue.add(2, "local", "1");
  queue.add(3, "local", "3");
  queue.begin_waiting(1);
  CHECK(queue.start_next() == Runs{2});
}

TEST_CASE("what a target's families hold on another target does not count", "[queue]") {
  runs::Queue queue;
  queue.set_slots("gpu", 1);
  queue.add(1, "gpu", "sweep");
  CHECK(queue.start_next() == Runs{1});
  queue.set_slots("local", 0);
  queue.add(2, "local", "sweep");
  queue.add(3, "local", "3");
  queue.set_slots("local", 1);
  CHECK(queue.start_next() == Runs{2});
}

TEST_CASE("runs that were found alive count for their family", "[queue]") {
  runs::Queue queue;
  queue.add_running(1, "local", "sweep");
  queue.set_slots("local", 2);
  queue.add(2, "local", "sweep");
  queue.add(3, "local", "3");
  CHECK(queue.start_next() == Runs{3});
}

TEST_CASE("runs that move to another target keep their family", "[queue]") {
  runs::Queue queue;
  queue.set_slots("a", 0);
  queue.set_slots("b", 2);
  queue.set_alias("name", "a");
  queue.add(1, "name", "sweep");
  queue.add(2, "name", "sweep");
  queue.add(3, "name", "3");
  queue.set_alias("name", "b");
  CHECK(queue.start_next() == Runs{1, 3});
}

TEST_CASE("a run that builds its environment yields its slot, and comes before later runs when it is done", "[queue]") {
  runs::Queue queue;
  for (const int run : {1, 2, 3}) add(queue, run, "local");
  CHECK(queue.start_next() == Runs{1});
  queue.begin_building(1);
  CHECK(queue.why_waiting(1) == "building its environment, without a slot meanwhile");
  CHECK(queue.view()[0].running == Runs{1});
  CHECK(queue.start_next() == Runs{2});
  CHECK_FALSE(queue.end_building(1));
  CHECK(queue.is_built(1));
  CHECK(queue.why_waiting(1) == "queued behind 1 run on local (1 slot); its environment is built");
  CHECK(queue.view()[0].queued == Runs{1, 3});
  CHECK(queue.start_next().empty());
  queue.remove(2);
  CHECK(queue.start_next() == Runs{1});
  CHECK(queue.why_waiting(1).empty());
  queue.begin_building(1);  // what is read late changes nothing
  CHECK(queue.end_building(1));
  CHECK(queue.start_next().empty());
  queue.remove(1);
  CHECK(queue.start_next() == Runs{3});
}

TEST_CASE("a run that is canceled while it builds or waits for a slot leaves the queue", "[queue]") {
  runs::Queue queue;
  for (const int run : {1, 2, 3}) add(queue, run, "local");
  for (const int run : {1, 2}) {
    CHECK(queue.start_next() == Runs{run});
    queue.begin_building(run);
  }
  CHECK(queue.start_next() == Runs{3});
  CHECK_FALSE(queue.end_building(1));
  queue.remove(1);
  queue.remove(2);
  queue.remove(3);
  CHECK_FALSE(queue.end_building(2));
  CHECK(queue.start_next().empty());
  CHECK(queue.view()[0].running.empty());
}

TEST_CASE("of many runs that build, some keep their slots, so that a queue does not start all at once", "[queue]") {
  runs::Queue queue;
  constexpr auto kMost = static_cast<runs::Queue::Run>(runs::Queue::kMostBuilding);
  for (runs::Queue::Run run = 1; run <= 2 * kMost; ++run) add(queue, run, "local");
  for (runs::Queue::Run run = 1; run <= kMost + 1; ++run) {
    CHECK(queue.start_next() == Runs{run});
    queue.begin_building(run);
  }
  CHECK(queue.start_next().empty());
  CHECK(queue.end_building(kMost + 1));  // it has a slot
  CHECK_FALSE(queue.end_building(1));
  queue.remove(kMost + 1);
  CHECK(queue.start_next() == Runs{1});
}

TEST_CASE("a run that builds takes a slot of the target that its name means by then", "[queue]") {
  runs::Queue queue;
  queue.set_slots("a", 1);
  queue.set_slots("b", 1);
  queue.set_alias("name", "a");
  add(queue, 1, "name");
  CHECK(queue.start_next() == Runs{1});
  queue.begin_building(1);
  queue.set_alias("name", "b");
  CHECK(queue.view()[0].running == Runs{1});
  CHECK(queue.view()[2].running == Runs{1});
  CHECK_FALSE(queue.end_building(1));
  CHECK(queue.view()[1].queued == Runs{1});
  CHECK(queue.start_next() == Runs{1});
}
