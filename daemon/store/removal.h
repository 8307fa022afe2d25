// SPDX-License-Identifier: Apache-2.0
// Removes runs from the state directory and from the database.
#pragma once

#include "daemon/store/ingest/ingest.h"
#include "daemon/store/sqlite.h"
#include "protocol/names.h"

namespace store {

/// Removes a run that has ended, and its child runs, whose files lie in its folder. `device_or_resource_busy` while it
/// goes on.
base::Result<void> remove_run(Ingest& ingest, const protocol::StateDir& state, const std::string& id);
/// Removes the rows of runs that have not ended and have no directory, and returns their ids: the commit of a submit
/// can fail on a bad disk and come back at the next start, when the submit was refused long ago.
base::Result<std::vector<std::string>> remove_rows_without_directory(Database& database,
                                                                     const protocol::StateDir& state);

}  // namespace store
