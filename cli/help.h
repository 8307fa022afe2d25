// SPDX-License-Identifier: Apache-2.0
// The texts of `runyard --help` and `runyard COMMAND --help`.
#pragma once

#include <string>
#include <vector>

#include "cli/options.h"

namespace cli {

/// What the program does, how a RUN is named, and the exit codes: sentences of the overview and the manual page.
inline constexpr const char* kPurpose = "Runs scripts on this machine: snapshotted, queued, watched live.";
inline constexpr const char* kRunNames = "A RUN is an id, the beginning of one, EXPERIMENT/NUMBER, or 'latest'.";
inline constexpr const char* kExitCodes =
    "Exit codes: 0 done, 1 cannot, 2 wrong command line; 'wait' and 'submit --follow' give the run's.";

/// What follows the words of a command: " [OPTIONS] RUN [NAME]".
std::string usage_of(const Command& command);
/// Usage, positionals, options and examples of one command. `options`: all that it understands.
std::string help_text(const Command& command, const std::vector<Option>& options);
/// The list of commands.
std::string overview(const std::vector<Maker>& makers);
/// The list of the commands that begin with `word`, such as "env"; empty when there is none.
std::string overview_of(const std::string& word, const std::vector<Maker>& makers);

}  // namespace cli
