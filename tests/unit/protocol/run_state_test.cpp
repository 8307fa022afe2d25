// SPDX-License-Identifier: Apache-2.0
#include "protocol/run_state.h"

#include "tests/support/catch.h"

#include <algorithm>
#include <vector>

#include "base/file.h"

using protocol::RunEvent;
using protocol::RunState;

namespace {

std::string diagram() {
  std::string text = "stateDiagram-v2\n";
  for (const auto& edge : protocol::kEdges)
    text += "    " + std::string(to_string(edge.from)) + " --> " + std::string(to_string(edge.to)) + ": " +
            std::string(to_string(edge.event)) + "\n";
  return text;
}

RunState after(const std::vector<RunEvent>& events) {
  auto state = RunState::kQueued;
  for (const auto event : events) state = next_state(state, event).value_or(state);
  return state;
}

}  // namespace

TEST_CASE("the page shows the table that the programs use") {
  const auto page = base::read_file(RUNYARD_SOURCE_DIR "/docs/run-states.md");
  REQUIRE(page);
  INFO(diagram());
  CHECK(page->find(diagram()) != std::string::npos);
}

TEST_CASE("the files of a run may be read in any order") {
  // The launcher's facts keep their own order; a cancel may fall anywhere between them.
  const std::vector<RunEvent> facts{RunEvent::kStarting, RunEvent::kStarted, RunEvent::kFinished};
  for (std::size_t known = 0; known <= facts.size(); ++known)
    for (std::size_t at = 0; at <= known; ++at) {
      std::vector<RunEvent> events(facts.begin(), facts.begin() + static_cast<long>(known));
      events.insert(events.begin() + static_cast<long>(at), RunEvent::kCancelRequested);
      CHECK(after(events) == RunState::kCancelRequested);
      events.push_back(RunEvent::kCanceled);
      CHECK(after(events) == RunState::kCanceled);
    }
}

TEST_CASE("nothing follows a final state") {
  for (std::size_t e = 0; e < protocol::kEventCount; ++e)
    for (const auto s : {RunState::kCompleted, RunState::kFailed, RunState::kCanceled})
      CHECK_FALSE(next_state(s, static_cast<RunEvent>(e)));
}

TEST_CASE("states are read back from their words") {
  for (std::size_t s = 0; s < protocol::kStateCount; ++s)
    CHECK(protocol::state_from_string(to_string(static_cast<RunState>(s))) == static_cast<RunState>(s));
  CHECK_FALSE(protocol::state_from_string("running"));
}
