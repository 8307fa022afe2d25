// SPDX-License-Identifier: Apache-2.0
// What a daemon can be told, with what holds when it is not.
#pragma once

#include <string>

#include "base/file.h"
#include "protocol/names.h"

namespace yard {

struct Settings {
  protocol::StateDir state;
  base::Path launcher;  ///< the program runyard-launcher
  base::Path portal;    ///< folder of the built portal; empty, or not there: the plain pages
  base::Path sdk;       ///< folder of the Python package, for runs whose client names none; empty: none
  std::string user;     ///< whose daemon this is; runs that name no submitter are theirs
};

/// Finds the launcher and the SDK beside this program, or as they are installed.
base::Result<void> find_siblings(Settings& settings);

}  // namespace yard
