// SPDX-License-Identifier: Apache-2.0
// Which files of a run a download selects.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace cli {

/// The names of `all` that `wanted` selects: itself, or as a folder all below it. Nothing wanted: all. In the order of
/// `all`, without repetition; a wanted name that selects nothing is an error that names it.
base::Result<std::vector<std::string>> choose_files(const std::vector<std::string>& all,
                                                    const std::vector<std::string>& wanted);

}  // namespace cli
