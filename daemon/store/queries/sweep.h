// SPDX-License-Identifier: Apache-2.0
// The children of a run, as the controller and the page of a sweep ask for them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "daemon/store/queries/run_heads.h"

namespace store {

struct SweepFilter {
  std::string metric;                            ///< empty: the primary metric, as the run's properties name it
  std::optional<std::vector<std::string>> runs;  ///< only the children among these; nothing: all
  std::int64_t points = 0;                       ///< at most so many of each child's metric; 0: none
};
struct Sweep {
  std::string metric;      ///< empty: none was named
  std::string goal;        ///< minimize or maximize; empty: not known
  std::int64_t total = 0;  ///< children of the run
  std::int64_t shown = 0;  ///< those that `children` holds
  std::string children;    ///< the array "children" of GET .../sweep, as text
};
/// The children of a run, each with its parameters and one metric. In three statements, however many there are.
base::Result<Sweep> sweep_of(Database& database, const RunHead& parent, const SweepFilter& filter);

}  // namespace store
