// SPDX-License-Identifier: Apache-2.0
// Which files of a run a download selects.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace cli {

/// The names of `all` that `selected` names: itself, or as a folder all below it. None named: all. In the order of
/// `all`, without repetition; a name that selects nothing is an error that names it.
base::Result<std::vector<std::string>> choose_files(const std::vector<std::string>& all,
                                                    const std::vector<std::string>& selected);

}  // namespace cli
