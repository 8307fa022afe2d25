// SPDX-License-Identifier: Apache-2.0
// Files and modules that a program did not find although they exist beside the original source: excluded from the
// snapshot.
#pragma once

#include <string>
#include <vector>

#include "launcher/attempt.h"
#include "protocol/exit_record.h"

namespace launcher {

/// Advice for a missing file that exists beside the original source but not in the working directory; empty when
/// `path` (absolute, or relative to the working directory) is not of that kind.
std::string missing_file_hint(const Attempt& attempt, const base::Path& path);

/// The same for a file or module that an error, or one of its causes, names as missing.
std::string missing_hint(const Attempt& attempt, const protocol::ProgramError& error);

}  // namespace launcher
