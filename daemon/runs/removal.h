// SPDX-License-Identifier: Apache-2.0
// Taking runs out of the index.
#pragma once

#include "daemon/store/sqlite.h"
#include "protocol/names.h"

namespace runs {

/// All rows of a run; its files are left as they are.
base::Result<void> delete_rows(store::Database& database, std::int64_t run);
/// Runs that have not ended and have no directory: the commit of a submit can fail on a bad disk and come back at the next start,
/// when the submit was refused long ago. Answers with their ids.
base::Result<std::vector<std::string>> delete_ghosts(store::Database& database, const protocol::StateDir& state);

}  // namespace runs
