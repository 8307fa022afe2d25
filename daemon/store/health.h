// SPDX-License-Identifier: Apache-2.0
// Whether the database can be used as it is. It is an index of the files, and a damaged one is rebuilt from them.
// Why there are no migrations: docs/decisions/02-rebuild-instead-of-migrations.md.
#pragma once

#include "base/file.h"
#include "base/result.h"
#include "daemon/store/sqlite.h"

namespace store {

enum class Health {
  kMissing,  ///< no file, or one without tables
  kCurrent,
  kOlder,    ///< of an older version of this program
  kNewer,    ///< of a newer one: we must not change it
  kDamaged,  ///< not a database, cut off, or with other tables than its version has; or damage was noted
};

struct Checkup {
  Health health = Health::kMissing;
  int version = 0;
  std::string why{};  ///< of a damaged one
};
/// Reads only the header and the definitions of the tables, which takes the same time for any size. Changes nothing.
Checkup check_health(const base::Path& database);
/// Reads the whole database. Returns the first problem that SQLite finds; empty: none.
base::Result<std::string> damage_of(Database& database);
/// The same for a file; notes the damage that it finds (note_damage).
void check_every_page(const base::Path& database);

/// Leaves a mark beside the database, which counts as damaged until forget_damage().
void note_damage(const base::Path& database, std::string_view why);
bool has_damage(const base::Path& database);
void forget_damage(const base::Path& database);

}  // namespace store
