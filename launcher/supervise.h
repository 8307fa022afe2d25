// SPDX-License-Identifier: Apache-2.0
// The worker: prepares, starts the child, watches it to its end, and records how it ended.
#pragma once

#include "launcher/capture.h"

namespace launcher {

/// All signals that the launcher reads are blocked from here on.
base::Result<void> block_signals();
/// A descriptor that gives them.
base::Result<base::Fd> open_signals();

base::Result<void> run_worker(const Attempt& attempt, const base::ProcessId& guard, Pipe pipe);

}  // namespace launcher
