// SPDX-License-Identifier: Apache-2.0
// The child: what is executed, with which limits, and the checks that say in a sentence why it cannot be.
#pragma once

#include "base/spawn.h"
#include "launcher/cgroup.h"
#include "launcher/facts.h"

namespace launcher {

/// In a session of its own, with `output` as its stdout and stderr; only it and its children see the mounts.
base::Result<base::Spawned> start_child(const Attempt& attempt, const base::Fd& output, const Cgroup& cgroup, std::vector<base::Mount> mounts);

}  // namespace launcher
