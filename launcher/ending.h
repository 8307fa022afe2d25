// SPDX-License-Identifier: Apache-2.0
// How the attempt ended: the record, its seal, and exit.json, created once.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "launcher/facts.h"
#include "protocol/exit_record.h"

namespace launcher {

enum class Cause { kExited, kWished, kTimedOut, kCouldNotStart, kToldToStop, kLauncherKilled, kLost };

/// What the worker, the guard or --bury knows when the tree is empty.
struct Known {
  Cause cause = Cause::kExited;
  std::string by = "worker";
  std::string stage;                ///< for kCouldNotStart
  std::string message;              ///< for kCouldNotStart
  pid_t child = 0;
  std::optional<int> status;        ///< of the child, as waitpid gave it
  std::optional<protocol::Wish> wish;
  double started = 0;
  bool out_of_memory = false;       ///< the kernel says that it killed for memory
  std::optional<std::uint64_t> peak_bytes;  ///< of the whole tree, where it is known
  std::vector<std::string> unkillable;
};

/// The stage of what goes wrong before the launcher can supervise anything.
inline constexpr const char* kLaunchStage = "launch";

/// Space for the record, taken while there is some: exit.json will be this very file.
base::Result<void> reserve_ending(const Attempt& attempt, std::string_view who);
/// A wish on record decides the outcome of an attempt that did not end by itself.
protocol::ExitRecord make_record(const Attempt& attempt, Known known);
/// Seals, and creates exit.json out of `who`'s reserve; false when somebody was first.
base::Result<bool> write_ending(const Attempt& attempt, protocol::ExitRecord record, std::string_view who);
bool has_ended(const Attempt& attempt);
/// Removes what the ending does not need any more.
void drop_reserves(const Attempt& attempt);

}  // namespace launcher
