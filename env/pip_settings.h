// SPDX-License-Identifier: Apache-2.0
// Where pip is told to look for packages, said to uv, which reads none of it: both must see the same index, or a
// package of a private one would come from elsewhere.
#pragma once

#include <string>
#include <vector>

namespace env {

/// UV_... variables for pip's own (PIP_INDEX_URL, ...) and pip.conf. Empty where uv has been told itself.
std::vector<std::string> pip_settings_for_uv(const std::vector<std::string>& environment);

}  // namespace env
