// SPDX-License-Identifier: Apache-2.0
// Examines a state directory, reports problems in sentences, and fixes those whose solution follows from other files.
// It never guesses: other problems are only reported.
// A program, not a part of the API: docs/decisions/07-doctor-is-a-program.md.
#pragma once

#include "base/result.h"
#include "protocol/names.h"

namespace doctor {

struct DoctorOptions {
  bool fix = false;  ///< also fix; no daemon may run
  /// Print one object:
  /// {"state","looked_at":[words],"findings":[{"about","what","remedy","fixable","fixed","trouble"}]}
  bool json = false;
};

/// Prints the findings. Returns the exit status: 0 when nothing is left to do, else 1.
base::Result<int> examine(const protocol::StateDir& state, const DoctorOptions& options);

}  // namespace doctor
