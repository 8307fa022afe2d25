// SPDX-License-Identifier: Apache-2.0
// Why a build failed, read from the output of uv, pip or conda.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace env {

enum class Trouble { kNetwork, kFullDisk, kHash, kUndated, kMissing, kConflict, kOther };

struct Cause {
  Trouble trouble = Trouble::kOther;
  std::string said;  ///< the program's message, on one line
};

Cause cause_in(const std::string& output);
/// The program's message and the remedy, as the end of "cannot build the environment 'mine': ".
std::string describe(const Cause& cause);
/// Several sentences as one.
std::string all_of(const std::vector<std::string>& sentences);

}  // namespace env
