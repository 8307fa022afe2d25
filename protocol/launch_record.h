// SPDX-License-Identifier: Apache-2.0
// The text of an attempt's lock file: which processes hold the lock, and how to find the attempt's processes once its
// launcher is gone.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/process.h"
#include "base/result.h"
#include "protocol/names.h"

namespace protocol {

struct LaunchRecord {
  int version = kLockVersion;                    ///< of the writer; fields that a newer one adds are ignored
  std::optional<base::ProcessId> guard, worker;  ///< nothing: not forked yet
  std::string boot_id;
  std::string nonce;   ///< in the environment of every process of the attempt
  std::string pipe;    ///< "pipe:[4711]", as /proc/PID/fd shows the capture pipe
  std::string cgroup;  ///< its folder; empty: none
};

/// One line.
std::string to_text(const LaunchRecord& record);
/// An error for an empty file (the launcher has not written yet, or was killed before it did) and a damaged one.
base::Result<LaunchRecord> launch_record_from_text(std::string_view text);

}  // namespace protocol
