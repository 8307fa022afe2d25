// SPDX-License-Identifier: Apache-2.0
// Starts an interpreter once, with a small script that prints its version, folders and packages.
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
  std::map<std::string, std::string> packages;  ///< installed distributions: name to version
  std::vector<std::string> warnings;            ///< sentences; the interpreter may work all the same
};

struct ProbeOptions {
  base::Path cache;                      ///< state/cache/interpreters; empty: nothing is cached
  std::vector<std::string> environment;  ///< of the process (Python then ignores PYTHON*)
  int timeout_ms = 30'000;
  std::string* output = nullptr;  ///< gets what the interpreter printed, if it was started
};

struct Probe {
  Interpreter interpreter;
  std::string executable;           ///< sys.executable
  std::vector<std::string> places;  ///< folders of packages; after a change there the description is old
};

/// The error says why the file at `path` cannot be used as an interpreter. Does not use `cache`.
base::Result<Probe> run_probe(const base::Path& path, const ProbeOptions& options);

}  // namespace env
