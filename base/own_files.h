// SPDX-License-Identifier: Apache-2.0
// Where this program and the files that are installed with it lie: in bin and lib/runyard of one prefix or build tree
// (cmake/install.cmake), or in bin and share/runyard, where a wheel puts them (scripts/assemble_wheel).
#pragma once

#include "base/file.h"
#include "base/result.h"

namespace base {

/// The folder of this program.
Result<Path> own_folder();
/// What is not called by name, such as the portal: lib/runyard or share/runyard. It may be absent.
Result<Path> library_folder();

}  // namespace base
