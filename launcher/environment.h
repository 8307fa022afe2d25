// SPDX-License-Identifier: Apache-2.0
// What the child sees: the submitter's environment, the run's own variables, then ours.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "launcher/facts.h"

namespace launcher {

/// `text` with $NAME and ${NAME} replaced by what `environment` (NAME=value) says; what it does not say stays.
std::string expand_variables(std::string_view text, const std::vector<std::string>& environment);

/// NAME=value, whole.
base::Result<std::vector<std::string>> child_environment(const Attempt& attempt);

}  // namespace launcher
