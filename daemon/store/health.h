// SPDX-License-Identifier: Apache-2.0
// Whether the database can be used as it is. It is an index of the files: a damaged one is rebuilt from them.
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
  kDamaged,  ///< not a database, cut off, or its tables cannot be read; or damage was noticed while it was used
};

struct Checkup {
  Health health = Health::kMissing;
  int version = 0;
  std::string why{};  ///< of a damaged one
};
/// Reads its header and its list of tables, which takes the same time for any size. Changes nothing.
Checkup check_health(const base::Path& database);
/// Reads all of it. The first thing that SQLite finds wrong; empty: nothing.
base::Result<std::string> damage_of(Database& database);
/// The same for a file: pages that hold nonsense are noticed (has_damage).
void check_every_page(const base::Path& database);

/// Leaves a mark beside the database: it counts as damaged until forget_damage().
void note_damage(const base::Path& database, std::string_view why);
bool has_damage(const base::Path& database);
void forget_damage(const base::Path& database);

}  // namespace store
