// SPDX-License-Identifier: Apache-2.0
// Which program serves a state directory: after an upgrade, or with several environments, it may not be the one that
// was installed with this client.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

#include "base/file.h"

namespace cli {

/// A running daemon.
struct Serving {
  std::string version;
  base::Path program;     ///< as the kernel names it; empty when it does not tell
  bool replaced = false;  ///< another file is in the program's place
  bool removed = false;   ///< no file is: neither SDK nor portal are likely to be there
};
Serving serving(pid_t pid, std::string version);

/// Negative, zero or positive, as the first of two versions is older than the second, equal or newer: "0.9.0" is older
/// than "0.10.0", and a text that is no version older than all.
int compare_versions(std::string_view one, std::string_view other);

/// Whether `runyard up` of version `own` replaces that daemon.
bool takes_over(const Serving& daemon, std::string_view own);
/// What a user of version `own` should know of that daemon; empty: nothing.
std::string serving_warning(const Serving& daemon, std::string_view own);

}  // namespace cli
