// SPDX-License-Identifier: Apache-2.0
// Names of the things that a word of a command line may mean, as the daemon knows them now.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "cli/completion.h"
#include "cli/context.h"

namespace cli {

/// The names of things of the kind `named` ("RUN", "EXPERIMENT", ...), of which `typed` is typed. Starts no daemon, and
/// gives up after a second. Empty for a kind without names.
base::Result<std::vector<Candidate>> live_names(const Context& context, const std::string& named,
                                                const std::string& typed);

}  // namespace cli
