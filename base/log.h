// SPDX-License-Identifier: Apache-2.0
// Logging set-up for main() functions. Libraries return errors; the last caller logs, once.
#pragma once

#include "base/file.h"

namespace base {

/// Sends spdlog's default logger to stderr, or appends to `file` when it is not empty (0600).
void set_up_log(const Path& file);

}  // namespace base
