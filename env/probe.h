// SPDX-License-Identifier: Apache-2.0
// One start of an interpreter with a small script that says what it is.
#pragma once

#include <string>
#include <vector>

#include "env/interpreter.h"

namespace env {

struct Probe {
  Interpreter interpreter;
  std::string executable;           ///< what sys.executable says
  std::vector<std::string> places;  ///< where packages lie: a change there makes the description old
};

base::Result<Probe> run_probe(const base::Path& path, const Context& context);

}  // namespace env
