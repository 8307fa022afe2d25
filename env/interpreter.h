// SPDX-License-Identifier: Apache-2.0
// Finds, checks and describes a Python interpreter that the user manages.
#pragma once

#include "base/file.h"
#include "base/result.h"
#include "env/probe.h"

namespace env {

/// The binary to execute: the one that the user named, or that of the virtual environment or conda prefix whose folder
/// was named.
base::Result<base::Path> resolve(const base::Path& given);

/// Checks and describes an interpreter by one start of it, or none when it has not changed since it was described
/// before. Errors are whole sentences: it does not exist, is not executable, is not Python, died at start, is Python 2.
base::Result<Interpreter> describe(const base::Path& given, const ProbeOptions& options);

}  // namespace env
