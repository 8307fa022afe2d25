// SPDX-License-Identifier: Apache-2.0
// The command line: runyard-launcher run --run-dir PATH --lock-fd N.
#pragma once

#include <string>
#include <vector>

#include "base/file.h"
#include "base/result.h"

namespace launcher {

struct Options {
  base::Path run_dir;
  int lock_fd = -1;
};

base::Result<Options> parse_options(const std::vector<std::string>& arguments);

}  // namespace launcher
