// SPDX-License-Identifier: Apache-2.0
// Compares versions by the numbers that they begin with.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace env {

/// "3.9.18" gives {3, 9, 18}, and "3.9rc1" gives {3, 9}. Empty when the text does not begin with a number.
std::vector<int> numbers_of(std::string_view text);
/// Whether `version` begins with the numbers of `prefix`: 1.19.5 with 1.19, and 1.19 with 1.19.0.
bool begins_with(std::string_view version, std::string_view prefix);
/// Whether `version` is later than all versions that begin with `series`: 3.11.2 than 3.9.
bool is_newer(std::string_view version, std::string_view series);

}  // namespace env
