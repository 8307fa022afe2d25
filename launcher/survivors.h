// SPDX-License-Identifier: Apache-2.0
// Finds the processes of an attempt whose launcher is gone, so that no parent leads to them any more. Best effort: a
// process that has shed its environment, its session, the capture pipe and the working directory is not found.
#pragma once

#include <string>
#include <vector>

#include "base/file.h"
#include "base/process.h"

namespace launcher {

/// What only the processes of one attempt have. Empty fields mark nothing.
struct ProcessMarks {
  std::string run_id;
  std::string nonce;
  std::string pipe;         ///< as /proc/PID/fd shows it
  base::Path work;          ///< a folder of the attempt alone: empty for a run in place
  base::ProcessId session;  ///< the child led it; pid 0: it never started
};

/// Never this process or one of its ancestors. Children of survivors are survivors too.
std::vector<base::ProcessStat> find_survivors(const ProcessMarks& marks);

}  // namespace launcher
