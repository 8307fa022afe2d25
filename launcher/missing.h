// SPDX-License-Identifier: Apache-2.0
// Hints for files and modules that a program did not find although the source directory has them: the snapshot excludes
// them, or they lie outside of it.
#pragma once

#include <string>
#include <vector>

#include "launcher/attempt.h"
#include "protocol/exit_record.h"

namespace launcher {

/// Advice for a missing file that the source directory has and the working directory does not; empty for any other
/// `path` (absolute, or relative to the working directory).
std::string missing_file_hint(const Attempt& attempt, const base::Path& path);

/// The same for a file or module that an error, or an error that led to it, names as missing.
std::string missing_hint(const Attempt& attempt, const protocol::ProgramError& error);

}  // namespace launcher
