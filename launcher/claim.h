// SPDX-License-Identifier: Apache-2.0
// An attempt is started once: the claim is made with O_EXCL, and the lock file says which processes hold the lock.
#pragma once

#include "base/fd.h"
#include "launcher/attempt.h"
#include "protocol/launch_record.h"

namespace launcher {

/// Takes over an inherited lock: close-on-exec from now on.
base::Result<base::Fd> inherit_lock(int lock_fd);
/// `std::errc::file_exists` when the attempt has been claimed before.
base::Result<void> claim_attempt(const Attempt& attempt);

/// Writes into the lock file which processes hold the lock.
base::Result<void> write_launch_record(const base::Fd& lock, const protocol::LaunchRecord& record);
/// An empty record where nothing can be read: the launcher was killed before it wrote one.
protocol::LaunchRecord read_launch_record(const Attempt& attempt);

}  // namespace launcher
