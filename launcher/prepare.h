// SPDX-License-Identifier: Apache-2.0
// The child's working directory, and the checks that say in a sentence why a run could not start.
#pragma once

#include "launcher/facts.h"

namespace launcher {

/// The journal's folders, the unpacked snapshot, links, and empty outputs and logs.
base::Result<void> prepare_work(const Attempt& attempt, Facts& facts);
/// That the interpreter and the script are there.
base::Result<void> check_program(const Attempt& attempt);

}  // namespace launcher
