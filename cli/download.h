// SPDX-License-Identifier: Apache-2.0
// Selects the files of a run that a download copies.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace cli {

/// The names in `all` that `selected` chooses, in the order of `all`, without repetition. An entry of `selected` is a
/// file, or a folder, which chooses all files below it. Empty `selected` chooses all. An entry that chooses nothing is
/// an error that names it.
base::Result<std::vector<std::string>> choose_files(const std::vector<std::string>& all,
                                                    const std::vector<std::string>& selected);

}  // namespace cli
