// SPDX-License-Identifier: Apache-2.0
// Which of a run's files a download means.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace cli {

/// The names of `all` that `wanted` asks for: itself, or as a folder all below it. Nothing wanted: all. In the order of
/// `all`, each once; a wanted one that fits nothing is an error that names it.
base::Result<std::vector<std::string>> choose_files(const std::vector<std::string>& all,
                                                    const std::vector<std::string>& wanted);

}  // namespace cli
