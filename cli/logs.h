// SPDX-License-Identifier: Apache-2.0
// Printing the log of a run, for every command that does.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "cli/context.h"

namespace cli {

struct LogsOptions {
  std::string run;  ///< as it was named
  bool follow = false;
  bool environment = false;
  bool raw = false;
  std::optional<std::int64_t> tail;
};

/// A wrong value is a usage error.
base::Result<void> check_logs(const LogsOptions& options);
/// Returns the exit status.
base::Result<int> print_log(const Context& context, Client client, const std::string& id, const LogsOptions& options);

}  // namespace cli
