// SPDX-License-Identifier: Apache-2.0
// Logging set-up for main() functions. Libraries return errors; the last caller logs, once.
#pragma once

#include "base/file.h"

namespace base {

/// Sends spdlog's default logger to stderr, or appends to `file` when it is not empty (0600).
void set_up_log(const Path& file);
/// UTF-8 whatever the caller's locale is: file names are bytes, libarchive needs to know how to read them.
void set_up_locale();

}  // namespace base
