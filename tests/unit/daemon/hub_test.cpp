// SPDX-License-Identifier: Apache-2.0
#include "daemon/hub.h"

#include "tests/support/catch.h"

using protocol::RunState;

namespace {

std::vector<yard::NumberedChange> grown(std::int64_t first, std::int64_t count) {
  std::vector<yard::NumberedChange> changes;
  for (std::int64_t number = first; number < first + count; ++number) changes.push_back({number, {"other", yard::kMetricsChanged}});
  return changes;
}

yard::NumberedChange came_to(std::int64_t number, std::string run, RunState state) {
  return {number, {std::move(run), yard::kStateChanged, protocol::is_final(state), 0, {state}}};
}

}  // namespace

TEST_CASE("a number that no change has had yet is of another database", "[hub]") {
  boost::asio::io_context loop;
  yard::Hub hub(loop);
  hub.publish(grown(1, 3));
  REQUIRE(hub.after(2));
  CHECK(hub.after(2)->size() == 1);
  REQUIRE(hub.after(3));
  CHECK(hub.after(3)->empty());
  CHECK_FALSE(hub.after(4));
}

TEST_CASE("a listener hears each change of state, however many others come between", "[hub]") {
  boost::asio::io_context loop;
  yard::Hub hub(loop);
  std::vector<RunState> heard;
  const yard::Listener listener(hub, "", yard::kStateChanged, [&](const yard::Change& change) {
    heard.insert(heard.end(), change.states.begin(), change.states.end());
  });
  hub.publish({came_to(1, "a", RunState::kQueued)});
  hub.publish(grown(2, 10'000));
  hub.publish({came_to(10'002, "a", RunState::kRunning), came_to(10'003, "b", RunState::kQueued)});
  CHECK(heard == std::vector<RunState>{RunState::kQueued, RunState::kRunning, RunState::kQueued});
}
