// SPDX-License-Identifier: Apache-2.0
// The tables, as numbered migrations. The database is an index of the files: what a migration cannot carry over,
// --rebuild makes again.
#pragma once

#include "base/result.h"
#include "daemon/store/sqlite.h"

namespace yard {

/// The version that this program writes.
int schema_version();
/// Brings an older (or empty) database to schema_version(), in one transaction; refuses a newer one in words.
base::Result<void> migrate(Database& database);

}  // namespace yard
