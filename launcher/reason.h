// SPDX-License-Identifier: Apache-2.0
// Why the attempt ended, in a word for programs and a sentence for people.
#pragma once

#include "launcher/ending.h"

namespace launcher {

/// Sets outcome, reason, stage, message and error; code and signal are there already.
void apply_reason(protocol::ExitRecord& record, const Attempt& attempt, const Known& known);

/// What helps when a file is missing that lies beside the original source but not in the working directory; empty when
/// `path` (absolute, or relative to the working directory) is not of that kind.
std::string missing_file_hint(const Attempt& attempt, const base::Path& path);

}  // namespace launcher
