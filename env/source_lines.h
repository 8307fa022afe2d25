// SPDX-License-Identifier: Apache-2.0
// Lines of a requirements file that mean something in the folder of the source: "-e .", "./x.whl", "-c bounds.txt".
#pragma once

#include <string>

#include "base/file.h"

namespace env {

/// Whether the content of the source decides what a line means.
bool is_relative(const std::string& line);
/// A link to that folder, beside the requirements file of a build: paths in its options may hold no spaces.
inline constexpr const char* kSourceLink = "source";
/// The line for that requirements file. Options name their files relative to it; a package is looked for where the
/// installer runs, and is not installed in editable form: the folder goes, the environment stays.
std::string anchored(const std::string& line);

}  // namespace env
