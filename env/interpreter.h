// SPDX-License-Identifier: Apache-2.0
// Finds, checks and describes a Python interpreter that the user manages.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/result.h"

namespace env {

struct Interpreter {
  std::string path;            ///< what is to be executed; never a shim
  std::string version;         ///< "3.11.2"
  std::string implementation;  ///< "cpython"
  std::string prefix;
  std::string base_prefix;     ///< differs from `prefix` in a virtual environment
  std::string machine;         ///< "x86_64"
  std::map<std::string, std::string> packages;  ///< installed distributions, name to version
  std::vector<std::string> warnings;            ///< sentences: it may work all the same
};

struct Context {
  base::Path cache;                      ///< state/cache/interpreters; empty: nothing is remembered
  std::vector<std::string> environment;  ///< that the interpreter is started with (PYTHON* variables are not obeyed)
  int timeout_ms = 30'000;
  std::string* output = nullptr;         ///< gets what the interpreter printed, when it was started
};

/// What is to be executed for what the user named: a binary, or the folder of a virtual environment or conda prefix.
base::Result<base::Path> resolve(const base::Path& given);

/// Checks and describes in one start of the interpreter, or none when an unchanged one has been described before.
/// Errors are whole sentences: it does not exist, is not executable, is not Python, died at start, is Python 2.
base::Result<Interpreter> describe(const base::Path& given, const Context& context);

}  // namespace env
