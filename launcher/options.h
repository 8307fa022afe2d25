// SPDX-License-Identifier: Apache-2.0
// The command line: runyard-launcher run --run-dir PATH --lock-fd N [--slots given], or runyard-launcher --finalize or
// --notify --run-dir PATH.
#pragma once

#include <string>
#include <vector>

#include "base/file.h"
#include "base/result.h"

namespace launcher {

enum class Verb { kRun, kFinalize, kNotify };

struct Options {
  Verb verb = Verb::kRun;
  base::Path run_dir;
  int lock_fd = -1;          ///< for kRun
  bool slots_given = false;  ///< for kRun: see Attempt
};

base::Result<Options> parse_options(const std::vector<std::string>& arguments);

}  // namespace launcher
