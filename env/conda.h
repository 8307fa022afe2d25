// SPDX-License-Identifier: Apache-2.0
// Environments made by micromamba, mamba or conda.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "env/index.h"
#include "protocol/managed.h"

namespace env {

/// On PATH, where $MAMBA_EXE or $CONDA_EXE says, or in the folders where installers put it.
std::optional<base::Path> find_conda(const std::vector<std::string>& environment);
/// A file of conda's settings without the channels among them, whichever way their list is written.
std::string without_channels(std::string_view settings);
/// A prefix with Python, pip and the packages, in the context's folder.
base::Result<std::optional<Cause>> make_prefix(const BuildContext& context, const base::Path& conda,
                                               const protocol::Managed& managed);

}  // namespace env
