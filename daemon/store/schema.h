// SPDX-License-Identifier: Apache-2.0
// The tables. The database is an index of the files: one of an older version is made again from them.
#pragma once

#include "base/result.h"
#include "daemon/store/sqlite.h"

namespace store {

/// The version that this program writes.
int schema_version();
/// 0 for an empty one.
base::Result<int> version_of(Database& database);
/// What is said of a database that a newer program has written.
base::Error newer_version(int version);
/// Makes the tables of an empty database, in one transaction; refuses an older and a newer one in words.
base::Result<void> migrate(Database& database);

}  // namespace store
