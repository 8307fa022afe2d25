// SPDX-License-Identifier: Apache-2.0
// The variables of the child: the submitter's environment, the run's own variables, then those of the launcher.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "launcher/attempt.h"

namespace launcher {

/// `text` with $NAME and ${NAME} replaced by their values in `environment` (NAME=value); unknown names stay.
std::string expand_variables(std::string_view text, const std::vector<std::string>& environment);

/// NAME=value, whole.
base::Result<std::vector<std::string>> child_environment(const Attempt& attempt);

}  // namespace launcher
