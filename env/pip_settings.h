// SPDX-License-Identifier: Apache-2.0
// Passes pip's settings on to uv, which does not read them: both must see the same index, or a package of a private one
// would come from elsewhere.
#pragma once

#include <string>
#include <vector>

namespace env {

/// UV_... variables for pip's own (PIP_INDEX_URL, ...) and pip.conf, without those that uv has settings of its own for.
std::vector<std::string> pip_settings_for_uv(const std::vector<std::string>& environment);

}  // namespace env
