// SPDX-License-Identifier: Apache-2.0
// runyard-launcher --env list|show|build|remove|gc --state PATH: shows, builds and removes environments, for
// `runyard env` and the SDK. Answers are JSON on stdout.
#pragma once

#include <string>
#include <vector>

#include "base/file.h"
#include "base/result.h"

namespace launcher {

struct EnvOptions {
  std::string verb;
  base::Path state;
  std::string word;  ///< show, remove: a name, or the beginning of a digest
  double days = 30;  ///< gc: removes the environments that no run has used for so long
};

/// `arguments`: those after --env.
base::Result<EnvOptions> parse_env_options(const std::vector<std::string>& arguments);

/// `build` reads {"managed", "interpreter"}, as in a submission, from stdin. The output of the tools goes to stderr.
base::Result<void> run_env_verb(const EnvOptions& options);

}  // namespace launcher
