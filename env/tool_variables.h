// SPDX-License-Identifier: Apache-2.0
// The variables of the programs that build environments, and the settings in them that change what is installed.
#pragma once

#include <string>
#include <vector>

#include "base/file.h"

namespace env {

/// Those of the run (NAME=value), without those that would lead a tool, or a Python that it starts, elsewhere. uv is
/// told pip's settings, and `before` ("2021-06-01"; empty: none).
std::vector<std::string> variables_of_tools(std::vector<std::string> of_run, const std::string& before);

/// The settings among these variables, and in the files that they name, on which the content of an environment depends;
/// also those of conda if `by_conda`. Relative paths begin in `directory`. They may hold passwords: keep a digest only.
std::vector<std::string> settings_in(const std::vector<std::string>& variables, const base::Path& directory,
                                     bool by_conda);

}  // namespace env
