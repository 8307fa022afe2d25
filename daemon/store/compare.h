// SPDX-License-Identifier: Apache-2.0
// Two databases of the same files, held against each other.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/result.h"
#include "daemon/store/sqlite.h"

namespace store {

/// What two databases say differently of one thing.
struct Difference {
  std::string subject;            ///< the run's id, or the name of what belongs to no run
  std::size_t count = 0;          ///< rows
  std::vector<std::string> rows;  ///< the first of them, in words
};

/// Rows, without the keys that a database made. `kept` is what a daemon used, `fresh` was made of the files.
base::Result<std::vector<Difference>> compare(Database& kept, Database& fresh);

}  // namespace store
