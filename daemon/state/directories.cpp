// SPDX-License-Identifier: Apache-2.0
#include "daemon/state/directories.h"

#include "base/file.h"
#include "daemon/state/trash.h"

namespace state {

base::Result<void> prepare_directories(const protocol::StateDir& state) {
  for (const auto& folder :
       {state.runs(), state.snapshots(), state.blobs(), state.cache(), state.uploads(), state.trash()})
    TRY(base::make_directories(folder));
  for (const auto& path : half_made(state)) TRY(put_away(state, path));
  return {};
}

}  // namespace state
