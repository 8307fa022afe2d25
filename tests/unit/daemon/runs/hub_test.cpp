// SPDX-License-Identifier: Apache-2.0
#include "daemon/runs/hub.h"

#include "tests/support/catch.h"

using protocol::RunState;

namespace {

std::vector<store::NumberedChange> grown(std::int64_t first, std::int64_t count) {
  std::vector<store::NumberedChange> changes;
  for (std::int64_t number = first; number < first + count; ++number)
    changes.push_back({number, {"other", store::kMetricsChanged}});
  return changes;
}

store::NumberedChange came_to(std::int64_t number, std::string run, RunState state) {
  return {number, {std::move(run), store::kStateChanged, protocol::is_final(state), 0, {state}}};
}

}  // namespace

TEST_CASE("a number that no change has had yet is of another database", "[hub]") {
  boost::asio::io_context loop;
  runs::Hub hub(loop);
  hub.publish(grown(1, 3));
  REQUIRE(hub.after(2));
  CHECK(hub.after(2)->size() == 1);
  REQUIRE(hub.after(3));
  CHECK(hub.after(3)->empty());
  CHECK_FALSE(hub.after(4));
}

TEST_CASE("a listener hears each change of state, however many others come between", "[hub]") {
  boost::asio::io_context loop;
  runs::Hub hub(loop);
  std::vector<RunState> heard;
  const runs::Listener listener(hub, "", store::kStateChanged, [&](const store::Change& change) {
    heard.insert(heard.end(), change.states.begin(), change.states.end());
  });
  hub.publish({came_to(1, "a", RunState::kQueued)});
  hub.publish(grown(2, 10'000));
  hub.publish({came_to(10'002, "a", RunState::kRunning), came_to(10'003, "b", RunState::kQueued)});
  CHECK(heard == std::vector<RunState>{RunState::kQueued, RunState::kRunning, RunState::kQueued});
}
