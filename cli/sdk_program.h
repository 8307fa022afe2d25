// SPDX-License-Identifier: Apache-2.0
// Commands that the SDK does: this program reads the options, finds the interpreter, and becomes it.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "cli/context.h"

namespace cli {

/// Becomes `python`, which executes a module of the SDK with these arguments and the state directory. Modules in the
/// working directory, to which others may be able to write, do not stand in for those of Python. Returns only when the
/// program cannot be started.
base::Error become_sdk_program(const Context& context, const base::Path& python, const std::string& module,
                               const std::vector<std::string>& arguments);

}  // namespace cli
