// SPDX-License-Identifier: Apache-2.0
// The guard: the parent of the worker. It waits; when the worker dies without an ending, it cleans up and records one.
#pragma once

#include "launcher/attempt.h"
#include "launcher/claim.h"

namespace launcher {

/// Forks the worker and stays until the attempt has ended. In the worker this returns when its work is done. `forked`
/// says whether an error came after the fork: then the caller must not end the attempt.
base::Result<void> run_guarded(const Attempt& attempt, const base::Fd& lock, protocol::LaunchRecord launch,
                               bool& forked);

}  // namespace launcher
