// SPDX-License-Identifier: Apache-2.0
// An attempt is started once: the claim is made with O_EXCL, and the lock file says who holds the lock.
#pragma once

#include "base/fd.h"
#include "launcher/facts.h"

namespace launcher {

/// Takes over the inherited lock (close-on-exec from now on) and claims the attempt; an error when it is claimed already.
base::Result<base::Fd> claim_attempt(const Attempt& attempt, int lock_fd);
/// Writes into the lock file who the two processes are.
base::Result<void> write_holders(const base::Fd& lock, const base::ProcessId& guard, const base::ProcessId& worker);

}  // namespace launcher
