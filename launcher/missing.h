// SPDX-License-Identifier: Apache-2.0
// Files and modules that a program missed, and that lie beside the original source: the snapshot did not take them.
#pragma once

#include <string>
#include <vector>

#include "launcher/facts.h"
#include "protocol/exit_record.h"

namespace launcher {

/// What helps when a file is missing that lies beside the original source but not in the working directory; empty when
/// `path` (absolute, or relative to the working directory) is not of that kind.
std::string missing_file_hint(const Attempt& attempt, const base::Path& path);

/// The same for whatever file or module an error, or one that it came from, says is missing.
std::string missing_hint(const Attempt& attempt, const protocol::ProgramError& error);

}  // namespace launcher
