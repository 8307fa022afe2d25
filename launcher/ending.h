// SPDX-License-Identifier: Apache-2.0
// How the attempt ended: from what is known, the sentence, the seal, and exit.json, created once.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "launcher/facts.h"
#include "protocol/exit_record.h"

namespace launcher {

enum class Cause { kExited, kWished, kTimedOut, kCouldNotStart, kToldToStop, kLauncherKilled };

/// What the worker or the guard knows when the tree is empty.
struct Known {
  Cause cause = Cause::kExited;
  std::string by = "worker";
  std::string stage;                ///< for kCouldNotStart
  std::string message;              ///< for kCouldNotStart
  pid_t child = 0;
  std::optional<int> status;        ///< of the child, as waitpid gave it
  std::optional<protocol::Wish> wish;
  double started = 0;
  std::vector<std::string> unkillable;
};

/// Space for the record, taken while there is some.
base::Result<void> reserve_ending(const Attempt& attempt, std::string_view who);
protocol::ExitRecord make_record(const Attempt& attempt, const Known& known);
/// Seals, and creates exit.json; false when somebody was first.
base::Result<bool> write_ending(const Attempt& attempt, protocol::ExitRecord record);
bool has_ended(const Attempt& attempt);

}  // namespace launcher
