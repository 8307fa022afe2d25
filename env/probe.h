// SPDX-License-Identifier: Apache-2.0
// One start of an interpreter with a small script that prints its version, folders and packages.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/result.h"

namespace env {

struct Interpreter {
  std::string path;            ///< the binary to execute; never a shim
  std::string version;         ///< "3.11.2"
  std::string implementation;  ///< "cpython"
  std::string prefix;
  std::string base_prefix;                      ///< differs from `prefix` in a virtual environment
  std::string machine;                          ///< "x86_64"
  std::map<std::string, std::string> packages;  ///< installed distributions, name to version
  std::vector<std::string> warnings;            ///< sentences; it may work nevertheless
};

struct ProbeOptions {
  base::Path cache;                      ///< state/cache/interpreters; empty: nothing is cached
  std::vector<std::string> environment;  ///< of the interpreter that is started (it ignores PYTHON* variables)
  int timeout_ms = 30'000;
  std::string* output = nullptr;  ///< gets the output of the interpreter, when it was started
};

struct Probe {
  Interpreter interpreter;
  std::string executable;           ///< sys.executable
  std::vector<std::string> places;  ///< folders of packages: a change there outdates the description
};

base::Result<Probe> run_probe(const base::Path& path, const ProbeOptions& options);

}  // namespace env
