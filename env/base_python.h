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

/// From 3.7 up, which the SDK needs: those on PATH, of pyenv, of uv and of conda, and those of the system, as
/// `environment` (NAME=value) leads to them.
std::vector<NamedPython> named_pythons(const std::vector<std::string>& environment);

/// `requested` is a version, "3.9" or "3.9.18"; empty: `caller`, which is also taken where it is as near as others.
/// Error: none can be used, with the fault of the caller.
base::Result<Interpreter> find_python(const std::string& requested, const base::Path& caller,
                                      const ProbeOptions& options);

/// The newest Python that libraries were published for on a day: "3.9" for "2021-06-01".
std::string python_of_day(std::string_view day);
/// `caller` if it existed on that day, else the newest that did; if the machine has none of them, the nearest one.
base::Result<Interpreter> find_python_of_day(const std::string& day, const base::Path& caller,
                                             const ProbeOptions& options);

}  // namespace env
