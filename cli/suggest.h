// SPDX-License-Identifier: Apache-2.0
// Suggests a command for a word that is not one.
#pragma once

#include <string>
#include <vector>

namespace cli {

/// The command that the user probably meant by `word`; empty when there is none. Either other programs use `word` as
/// the name of that command, or `word` differs from one of `commands` by at most two letters.
std::string suggest(const std::string& word, const std::vector<std::string>& commands);

}  // namespace cli
