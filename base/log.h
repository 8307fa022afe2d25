// SPDX-License-Identifier: Apache-2.0
// Sets up logging for main() functions. Libraries return errors; only the last caller logs an error, once.
#pragma once

#include "base/file.h"

namespace base {

/// Makes spdlog's default logger write to stderr or, when `file` is not empty, append to `file` (mode 0600).
void set_up_log(const Path& file);

}  // namespace base
