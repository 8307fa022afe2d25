// SPDX-License-Identifier: Apache-2.0
// The Python that an environment is made with: the one on this machine that is nearest to the requested version.
#pragma once

#include "env/interpreter.h"

namespace env {

/// A Python known by the names of its files; it has not been started.
struct NamedPython {
  base::Path path;
  std::string version;  ///< "3.9" or "3.9.18"
};

/// Those on PATH, of pyenv, of uv and of conda, and those of the system, as `environment` (NAME=value) leads to them.
std::vector<NamedPython> named_pythons(const std::vector<std::string>& environment);

/// `wanted` is a version, "3.9" or "3.9.18"; empty: `caller`, which is also taken where it is as near as others.
/// Error: none can be used, with the fault of the caller.
base::Result<Interpreter> find_python(const std::string& wanted, const base::Path& caller, const ProbeOptions& options);

}  // namespace env
