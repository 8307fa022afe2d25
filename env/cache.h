// SPDX-License-Identifier: Apache-2.0
// Descriptions of interpreters that have been started before, in state/cache/interpreters: one file each, with what
// makes it old (the binary, pyvenv.cfg, the folders that packages lie in).
#pragma once

#include <optional>

#include "env/probe.h"

namespace env {

/// Nothing when it was never described, or has changed since.
std::optional<Interpreter> recall(const base::Path& cache, const base::Path& path);
/// A cache that cannot be written only costs the next start.
void remember(const base::Path& cache, const Probe& probe);

}  // namespace env
