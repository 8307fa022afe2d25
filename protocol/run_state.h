// SPDX-License-Identifier: Apache-2.0
// The life of a run: one table of edges. Nothing else decides which state follows. docs/run-states.md shows the same
// table as a diagram; a test compares them.
//
// Events come from three files that are read independently (the daemon's facts, the launcher's facts, the exit
// record), so the table gives the same state in whatever order they are read.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

namespace protocol {

enum class RunState : std::uint8_t {
  kNotStarted,  ///< nothing is known yet
  kQueued,
  kPreparing,
  kRunning,
  kFinalizing,
  kCancelRequested,
  kCompleted,
  kFailed,
  kCanceled,
};
inline constexpr std::size_t kStateCount = 9;

enum class RunEvent : std::uint8_t {
  kSubmitted,        ///< a run to be queued
  kOpened,           ///< an interactive run: it runs from the start
  kStarting,         ///< the daemon starts a launcher
  kStarted,          ///< the child executes
  kFinished,         ///< the child and its tree have ended; collecting
  kCancelRequested,  ///< a stop request to cancel it is on record
  kCompleted,        ///< an ending of this outcome
  kFailed,
  kCanceled,
};
inline constexpr std::size_t kEventCount = 9;

struct Edge {
  RunState from;
  RunEvent event;
  RunState to;
};

using S = RunState;
using E = RunEvent;

// clang-format off
inline constexpr std::array kEdges = {
  Edge{S::kNotStarted,     E::kSubmitted,       S::kQueued},
  Edge{S::kNotStarted,     E::kOpened,          S::kRunning},

  Edge{S::kQueued,         E::kStarting,        S::kPreparing},
  // The daemon's record may have lost "starting"; the launcher's facts count nevertheless.
  Edge{S::kQueued,         E::kStarted,         S::kRunning},
  Edge{S::kQueued,         E::kFinished,        S::kFinalizing},
  Edge{S::kQueued,         E::kCancelRequested, S::kCancelRequested},
  Edge{S::kQueued,         E::kCompleted,       S::kCompleted},
  Edge{S::kQueued,         E::kFailed,          S::kFailed},
  Edge{S::kQueued,         E::kCanceled,        S::kCanceled},

  Edge{S::kPreparing,      E::kStarted,         S::kRunning},
  Edge{S::kPreparing,      E::kFinished,        S::kFinalizing},
  Edge{S::kPreparing,      E::kCancelRequested, S::kCancelRequested},
  Edge{S::kPreparing,      E::kCompleted,       S::kCompleted},
  Edge{S::kPreparing,      E::kFailed,          S::kFailed},
  Edge{S::kPreparing,      E::kCanceled,        S::kCanceled},

  Edge{S::kRunning,        E::kFinished,        S::kFinalizing},
  Edge{S::kRunning,        E::kCancelRequested, S::kCancelRequested},
  Edge{S::kRunning,        E::kCompleted,       S::kCompleted},
  Edge{S::kRunning,        E::kFailed,          S::kFailed},
  Edge{S::kRunning,        E::kCanceled,        S::kCanceled},

  Edge{S::kFinalizing,     E::kCancelRequested, S::kCancelRequested},
  Edge{S::kFinalizing,     E::kCompleted,       S::kCompleted},
  Edge{S::kFinalizing,     E::kFailed,          S::kFailed},
  Edge{S::kFinalizing,     E::kCanceled,        S::kCanceled},

  // A run that is being canceled stays so, whatever its processes still report.
  Edge{S::kCancelRequested,E::kStarting,        S::kCancelRequested},
  Edge{S::kCancelRequested,E::kStarted,         S::kCancelRequested},
  Edge{S::kCancelRequested,E::kFinished,        S::kCancelRequested},
  Edge{S::kCancelRequested,E::kCancelRequested, S::kCancelRequested},
  Edge{S::kCancelRequested,E::kCompleted,       S::kCompleted},
  Edge{S::kCancelRequested,E::kFailed,          S::kFailed},
  Edge{S::kCancelRequested,E::kCanceled,        S::kCanceled},
};
// clang-format on

constexpr bool is_final(RunState s) { return s == S::kCompleted || s == S::kFailed || s == S::kCanceled; }

/// Nothing when there is no such edge: final states stay, and a late event changes nothing.
constexpr std::optional<RunState> next_state(RunState from, RunEvent event) {
  for (const auto& edge : kEdges)
    if (edge.from == from && edge.event == event) return edge.to;
  return std::nullopt;
}

namespace checks {

constexpr bool deterministic() {
  for (std::size_t i = 0; i < kEdges.size(); ++i)
    for (std::size_t j = i + 1; j < kEdges.size(); ++j)
      if (kEdges[i].from == kEdges[j].from && kEdges[i].event == kEdges[j].event) return false;
  return true;
}

constexpr bool final_states_are_final() {
  for (const auto& edge : kEdges)
    if (is_final(edge.from)) return false;
  return true;
}

constexpr bool every_state_is_reachable() {
  std::array<bool, kStateCount> seen{};
  seen[0] = true;
  for (std::size_t round = 0; round < kStateCount; ++round)
    for (const auto& edge : kEdges)
      if (seen[static_cast<std::size_t>(edge.from)]) seen[static_cast<std::size_t>(edge.to)] = true;
  for (const bool s : seen)
    if (!s) return false;
  return true;
}

constexpr bool every_state_can_end() {
  for (std::size_t s = 1; s < kStateCount; ++s) {
    const auto state = static_cast<RunState>(s);
    for (const auto& [ending, end] :
         {std::pair{E::kCompleted, S::kCompleted}, {E::kFailed, S::kFailed}, {E::kCanceled, S::kCanceled}})
      if (!is_final(state) && next_state(state, ending) != end) return false;
  }
  return true;
}

}  // namespace checks

static_assert(checks::deterministic());
static_assert(checks::final_states_are_final());
static_assert(checks::every_state_is_reachable());
static_assert(checks::every_state_can_end(), "no run is ever stuck: an ending counts in whatever state it is read");

/// The SDK's words: "NotStarted", "Queued", ... .
constexpr std::string_view to_string(RunState s) {
  constexpr std::array<std::string_view, kStateCount> kWords = {"NotStarted", "Queued",     "Preparing",
                                                                "Running",    "Finalizing", "CancelRequested",
                                                                "Completed",  "Failed",     "Canceled"};
  return kWords[static_cast<std::size_t>(s)];
}
std::optional<RunState> state_from_string(std::string_view text);

constexpr std::string_view to_string(RunEvent e) {
  constexpr std::array<std::string_view, kEventCount> kWords = {
      "submitted", "opened", "starting", "started", "finished", "cancel requested", "completed", "failed", "canceled"};
  return kWords[static_cast<std::size_t>(e)];
}

}  // namespace protocol
