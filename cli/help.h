// SPDX-License-Identifier: Apache-2.0
// The texts of `runyard --help` and `runyard COMMAND --help`.
#pragma once

#include <string>
#include <vector>

#include "cli/options.h"

namespace cli {

/// Usage, positionals, options and examples of one command. `options`: all that it understands.
std::string help_text(const Command& command, const std::vector<Option>& options);
/// The list of commands.
std::string overview(const std::vector<Maker>& makers);
/// The list of the commands that begin with `word`, such as "env"; empty when there is none.
std::string overview_of(const std::string& word, const std::vector<Maker>& makers);

}  // namespace cli
