// SPDX-License-Identifier: Apache-2.0
// Examines a state directory, says what it finds in words, and fixes what can be fixed without guessing.
// A program, not a part of the API: docs/decisions/07-doctor-is-a-program.md. It never guesses: what is not a
// function of other files is reported, not fixed.
#pragma once

#include "base/result.h"
#include "protocol/names.h"

namespace doctor {

struct DoctorOptions {
  bool fix = false;  ///< no daemon may run
  bool json =
      false;  ///< one object:
              ///< {"state","checked":[words],"findings":[{"about","what","remedy","fixable","fixed","trouble"}]}
};

/// 0 when nothing is left to do, else 1.
base::Result<int> examine(const protocol::StateDir& state, const DoctorOptions& options);

}  // namespace doctor
