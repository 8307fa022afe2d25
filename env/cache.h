// SPDX-License-Identifier: Apache-2.0
// Descriptions of interpreters that have been started before, in state/cache/interpreters: one file for each, with the
// state of the files it depends on (the binary, pyvenv.cfg, the folders of packages).
#pragma once

#include <optional>

#include "env/probe.h"

namespace env {

/// Nothing when it was never described, or has changed since.
std::optional<Interpreter> recall(const base::Path& cache, const base::Path& path);
/// A cache that cannot be written costs the next start some time.
void remember(const base::Path& cache, const Probe& probe);

}  // namespace env
