// SPDX-License-Identifier: Apache-2.0
// The activation scripts that packages of conda install in a prefix.
#pragma once

#include <string>
#include <vector>

#include "protocol/spec.h"

namespace launcher {

/// A command that runs them and becomes `argv`; `argv` itself where the run's interpreter lies in no such prefix. They
/// are read by bash, as in an interactive shell, and may not change the run's own variables. `environment` is
/// NAME=value. The shell becomes the program: what the scripts set is as in a shell, and nothing of theirs can hold up
/// the launcher.
std::vector<std::string> with_activation(std::vector<std::string> argv, const protocol::RunSpec& spec,
                                         const std::vector<std::string>& environment);

}  // namespace launcher
