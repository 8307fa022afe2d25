// SPDX-License-Identifier: Apache-2.0
// The daemon, as the commands see it.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "base/file.h"
#include "base/result.h"

namespace cli {

class Context;

inline constexpr int kExitNotRunning = 3;

/// A warning when a daemon in control group `cgroup` (the content of /proc/PID/cgroup) belongs to a user manager that
/// ends at logout, since `user` has no file in `linger`; else empty.
std::string linger_warning(std::string_view cgroup, const std::string& user, const base::Path& linger);

/// Stops it and returns when it is gone; runs go on. The value is its last status; null when none ran.
base::Result<nlohmann::json> stop_daemon(const Context& context);

}  // namespace cli
