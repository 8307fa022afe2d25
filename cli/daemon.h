// SPDX-License-Identifier: Apache-2.0
// What `runyard status` finds out beyond what the daemon says.
#pragma once

#include <string>
#include <string_view>

#include "base/file.h"

namespace cli {

inline constexpr int kExitNotRunning = 3;

/// A warning when a daemon in control group `cgroup` (the content of /proc/PID/cgroup) belongs to a user manager that
/// ends at logout, since `user` has no file in `linger`; else empty.
std::string linger_warning(std::string_view cgroup, const std::string& user, const base::Path& linger);

}  // namespace cli
