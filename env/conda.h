// SPDX-License-Identifier: Apache-2.0
// Environments that a conda makes: micromamba, mamba or conda.
#pragma once

#include <optional>

#include "env/index.h"
#include "protocol/managed.h"

namespace env {

/// On PATH, where $MAMBA_EXE or $CONDA_EXE says, or in the folders where installers put it.
std::optional<base::Path> find_conda(const std::vector<std::string>& environment);
/// A prefix with Python, pip and the packages, in the workshop's place.
base::Result<std::optional<Cause>> make_prefix(const Workshop& workshop, const base::Path& conda,
                                               const protocol::Managed& managed);

}  // namespace env
