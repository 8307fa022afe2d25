// SPDX-License-Identifier: Apache-2.0
// Finds the processes of an attempt whose launcher is gone, so that no parent leads to them any more. Best effort: a
// process that has shed its environment, its session, the capture pipe and the working directory is not found.
#pragma once

#include <string>
#include <vector>

#include "base/file.h"
#include "base/process.h"

namespace launcher {

/// What the processes of one attempt have, and nobody else. Empty fields mark nothing.
struct Marks {
  std::string run_id;
  std::string nonce;
  std::string pipe;         ///< as /proc/PID/fd shows it
  base::Path work;          ///< a folder of the attempt alone: empty for a run in place
  base::ProcessId session;  ///< the child led it; pid 0: it never started
};

/// Never this process or one of its ancestors. Children of what is found are found too.
std::vector<base::ProcessStat> find_survivors(const Marks& marks);

}  // namespace launcher
