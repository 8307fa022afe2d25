// SPDX-License-Identifier: Apache-2.0
// An attempt is started once: the claim is made with O_EXCL, and the lock file says who holds the lock.
#pragma once

#include <optional>

#include "base/fd.h"
#include "base/process.h"
#include "launcher/facts.h"

namespace launcher {

/// Takes over an inherited lock: close-on-exec from now on.
base::Result<base::Fd> inherit_lock(int lock_fd);
/// `std::errc::file_exists` when somebody has claimed the attempt before.
base::Result<void> claim_attempt(const Attempt& attempt);

/// The content of the lock file: what is needed to find an attempt's processes once its launcher is gone.
struct Holders {
  std::string boot_id;
  std::string nonce;
  std::optional<base::ProcessId> guard;
  std::optional<base::ProcessId> worker;
  std::string pipe;    ///< "pipe:[4711]", as /proc/PID/fd shows the capture pipe
  base::Path cgroup;   ///< empty: none
};
base::Result<void> write_holders(const base::Fd& lock, const Holders& holders);
/// Empty fields where nothing could be read.
Holders read_holders(const Attempt& attempt);

}  // namespace launcher
