// SPDX-License-Identifier: Apache-2.0
// Starts the child: its arguments and limits, and the checks that explain why it cannot be started.
#pragma once

#include "base/spawn.h"
#include "launcher/attempt.h"
#include "launcher/cgroup.h"

namespace launcher {

/// In a session of its own, with `output` as its stdout and stderr; only it and its children see the mounts.
base::Result<base::Spawned> start_child(const Attempt& attempt, const base::Fd& output, const Cgroup& cgroup,
                                        std::vector<base::Mount> mounts);

}  // namespace launcher
