// SPDX-License-Identifier: Apache-2.0
// The inputs of a run: made before the program starts, in the attempt's folder or at the requested place, and removed
// with the attempt. Made for one run alone: a folder that runs share is changed by one of them. A copy shares its
// blocks where the file system can (FICLONE), and goes with the attempt: a sweep over 10 GB must not keep a terabyte.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/mounts.h"
#include "launcher/attempt.h"

namespace launcher {

struct MadeInputs {
  std::uint64_t files = 0, bytes = 0;  ///< that were copied
  std::vector<std::string> warnings;   ///< sentences
};

/// Copies and links the inputs; the error names the input and the file.
base::Result<MadeInputs> make_inputs(const Attempt& attempt);
/// The mounts of the program, once the inputs are made; empty: none.
std::vector<base::Mount> input_mounts(const Attempt& attempt);
/// Whether the program cannot do without these mounts. Without them, as_mount gives files that it can change.
bool needs_mounts(const Attempt& attempt);
/// The names of the inputs that are read-only, for people.
std::string names_of_mounted(const Attempt& attempt);
/// Where the program finds an input.
base::Path path_of_input(const Attempt& attempt, const protocol::Input& input);
/// Moves the files of inputs in the attempt's folder into the trash. Call once no process of the run is left.
void drop_inputs(const Attempt& attempt);

}  // namespace launcher
