// SPDX-License-Identifier: Apache-2.0
// The Python that a user names.
#pragma once

#include <string>
#include <vector>

#include "base/file.h"
#include "base/result.h"

namespace cli {

/// Runs `python` isolated with `program` as its -c text. The value is its output after the last line that is
/// `marker` alone; the error holds its output instead.
base::Result<std::string> ask_python(const base::Path& python, const std::string& program, const std::string& marker);

/// The absolute path of an interpreter. `word`: a binary, a name on the PATH, the folder of a venv or conda prefix, or
/// empty for the python3 of the PATH. Links stay as they are (a venv's python is one); a shim, being a script, is asked
/// which interpreter it starts, so that runs do not pay for it.
base::Result<base::Path> resolve_interpreter(const std::string& word, const std::vector<std::string>& environment);

}  // namespace cli
