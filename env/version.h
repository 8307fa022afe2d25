// SPDX-License-Identifier: Apache-2.0
// Just enough of versions to compare them: the numbers that a text begins with.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace env {

/// "3.9.18" and "3.9rc1" as {3, 9, 18} and {3, 9}; empty when it begins with none.
std::vector<int> numbers_of(std::string_view text);
/// Whether `version` begins with the numbers of `prefix`: 1.19.5 with 1.19.
bool begins_with(std::string_view version, std::string_view prefix);
/// Whether `version` is of a later series than `series`: 3.11.2 than 3.9.
bool is_newer(std::string_view version, std::string_view series);

}  // namespace env
