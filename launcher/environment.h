// SPDX-License-Identifier: Apache-2.0
// What the child sees: the submitter's environment, the run's own variables, then ours.
#pragma once

#include <string>
#include <vector>

#include "launcher/facts.h"

namespace launcher {

/// NAME=value, whole.
base::Result<std::vector<std::string>> child_environment(const Attempt& attempt);

}  // namespace launcher
