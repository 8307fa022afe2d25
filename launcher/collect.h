// SPDX-License-Identifier: Apache-2.0
// Files that the child left in outputs/ and logs/ become files of the record: by rename, or by copy where the run
// worked in its source folder or another file system is in between. A folder mlruns/ is a warning.
#pragma once

#include "launcher/facts.h"

namespace launcher {

/// Regular files, and copies of files that links lead to; others are listed with the reason. Of a folder that the run
/// shares with others (in place) only files that changed since `started`, in seconds since 1970. May be done again.
void collect_outputs(const Attempt& attempt, FactWriter& facts, double started);

}  // namespace launcher
