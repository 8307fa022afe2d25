// SPDX-License-Identifier: Apache-2.0
// Look-ups in an environment block of NAME=value entries.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace env {

/// Empty when it is not set.
inline std::string value_of(const std::vector<std::string>& environment, std::string_view name) {
  for (const std::string_view entry : environment)
    if (entry.size() > name.size() && entry.starts_with(name) && entry[name.size()] == '=')
      return std::string(entry.substr(name.size() + 1));
  return {};
}

}  // namespace env
