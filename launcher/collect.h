// SPDX-License-Identifier: Apache-2.0
// Files that the child left in outputs/ and logs/ become files of the record, by rename.
#pragma once

#include "launcher/facts.h"

namespace launcher {

/// Regular files only, links not followed; what is not taken is told with its reason. May be done again.
void collect_outputs(const Attempt& attempt, Facts& facts);

}  // namespace launcher
