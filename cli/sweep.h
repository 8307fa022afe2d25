// SPDX-License-Identifier: Apache-2.0
// `runyard sweep`, which the SDK does: this program reads the options and finds the interpreter.
#pragma once

#include <string>
#include <vector>

#include "cli/options.h"

namespace cli {

/// The options that were given, as words: "--random=50", "--follow"; a repeatable one once for each value.
std::vector<std::string> words_of(const std::vector<Option>& options);

}  // namespace cli
