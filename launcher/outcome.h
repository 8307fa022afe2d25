// SPDX-License-Identifier: Apache-2.0
// The facts about the end of an attempt, before its record is made.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "launcher/process_tree.h"
#include "protocol/exit_record.h"

namespace launcher {

enum class Cause { kExited, kStopRequested, kTimedOut, kCouldNotStart, kToldToStop, kLauncherKilled, kLost };

/// The knowledge of the worker, the guard or --finalize when the tree is empty.
struct AttemptOutcome {
  Cause cause = Cause::kExited;
  std::string by = "worker";
  std::string stage;    ///< for kCouldNotStart
  std::string message;  ///< for kCouldNotStart
  pid_t child = 0;
  std::optional<int> status;  ///< of the child, as waitpid gave it
  std::optional<protocol::StopRequest> stop;
  double started = 0;
  bool out_of_memory = false;               ///< the kernel reports that it killed for memory
  std::optional<std::uint64_t> peak_bytes;  ///< of the whole tree, where it is known
  std::optional<Usage> usage;  ///< of the program and its tree; nothing: of all that this process has waited for
  std::vector<std::string> unkillable;
};

/// The stage of a failure before the launcher can supervise anything.
inline constexpr const char* kLaunchStage = "launch";

}  // namespace launcher
