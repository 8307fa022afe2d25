// SPDX-License-Identifier: Apache-2.0
// The manual page runyard(1), from the table that --help is made of.
#pragma once

#include <string>
#include <vector>

#include "cli/options.h"

namespace cli {

/// The page in the man(7) macros.
std::string manual(const std::vector<Maker>& makers);

}  // namespace cli
