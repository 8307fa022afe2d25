// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace cli {

/// The command that was probably meant by `word`, one of `commands`: what other programs call it, or the one whose
/// letters differ in at most two places. Empty: none.
std::string suggest(const std::string& word, const std::vector<std::string>& commands);

}  // namespace cli
