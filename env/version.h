// SPDX-License-Identifier: Apache-2.0
// Just enough of versions to find the nearest one: the numbers that a text begins with.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace env {

/// "3.9.18" and "3.9rc1" as {3, 9, 18} and {3, 9}; empty when it begins with none.
std::vector<int> numbers_of(std::string_view text);
/// Whether `version` begins with the numbers of `prefix`: 1.19.5 with 1.19.
bool begins_with(std::string_view version, std::string_view prefix);
/// Of `versions` the lowest that is not below `wanted`, else the highest; empty when there are none. Pre-releases do
/// not count unless `wanted` is one.
std::string nearest_version(const std::vector<std::string>& versions, const std::string& wanted);

}  // namespace env
