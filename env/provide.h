// SPDX-License-Identifier: Apache-2.0
// The environment of a run: the one in the cache, else one that is built now, once for all runs that need it.
#pragma once

#include <functional>

#include "base/file.h"
#include "env/environments.h"

namespace env {

struct BuildRequest {
  protocol::Managed managed;
  base::Path interpreter;                ///< of the submit
  std::string snapshot;                  ///< digest of the source
  base::Path directory;                  ///< of the source: relative paths of requirements begin there
  std::vector<std::string> environment;  ///< NAME=value, of the run: settings of the tools, and $RUNYARD_ENV_BUILDS
  std::function<void()> before_build{};  ///< the environment is not there: a build, or waiting for one, begins
};

struct Provided {
  Environment environment;
  bool built = false;  ///< now, rather than found in the cache
};

/// Waits for another build of the same environment, and for its turn among builds. Progress and the tools' output go
/// to `log`. Error: a whole sentence; nothing is left of the build. A caller that is killed leaves a folder for
/// drop_unfinished.
base::Result<Provided> provide(const Environments& environments, const BuildRequest& request, base::Appender& log);

}  // namespace env
