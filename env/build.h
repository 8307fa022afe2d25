// SPDX-License-Identifier: Apache-2.0
// The building of one environment, from an empty folder to a prefix that holds all requested packages.
// The builder (uv, or a conda) is a program of its own and gets the run's own variables: indexes, proxies and
// credentials are set where they always were, and a cancel is one kill.
#pragma once

#include "env/environments.h"
#include "env/index.h"

namespace env {

/// Fills in the tool, `replaced` and `warnings`. Error: "cannot build the environment 'mine': ...".
base::Result<void> build(const BuildContext& context, const std::optional<base::Path>& conda, Environment& environment);

}  // namespace env
