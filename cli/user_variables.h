// SPDX-License-Identifier: Apache-2.0
// The variables of a program that a notebook's kernel started, as the user set them.
#pragma once

#include <string>
#include <vector>

namespace cli {

/// The entries NAME=VALUE without those that Jupyter and a kernel add for themselves; all of them outside of a kernel.
/// As python/runyard/_runs/user_variables.py, which runs of the SDK get.
std::vector<std::string> user_variables(std::vector<std::string> environment);

}  // namespace cli
