// SPDX-License-Identifier: Apache-2.0
// What a daemon can be told, with what holds when it is not.
#pragma once

#include <string>

#include "base/file.h"
#include "protocol/names.h"
#include "protocol/quotas.h"

namespace state {

struct Settings {
  protocol::StateDir state;
  base::Path launcher;      ///< the program runyard-launcher
  base::Path portal;        ///< folder of the built portal; empty, or not there: one page says so
  base::Path sdk;           ///< folder of the Python package, for runs whose client names none; empty: none
  std::string user;         ///< whose daemon this is; runs that name no submitter are theirs
  protocol::Quotas quotas;  ///< of runs whose submission names none
};

/// What the user has put down in the state directory's settings.json; a file that is not there says nothing. Unknown
/// names and wrong values are errors that name the file.
base::Result<void> read_settings(Settings& settings);

/// Finds the launcher and the SDK beside this program, or as they are installed.
base::Result<void> find_siblings(Settings& settings);

}  // namespace state
