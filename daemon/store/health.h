// SPDX-License-Identifier: Apache-2.0
// Whether the database can be used as it lies there. It is an index of the files: one that is damaged is made again.
#pragma once

#include "base/file.h"
#include "base/result.h"
#include "daemon/store/sqlite.h"

namespace store {

enum class Health {
  kMissing,  ///< no file, or one without tables
  kCurrent,
  kOlder,    ///< of an older version of this program
  kNewer,    ///< of a newer one: not ours to change
  kDamaged,  ///< no database, cut off, or its tables cannot be read; or damage was noticed while it was used
};

struct Checkup {
  Health health = Health::kMissing;
  int version = 0;
  std::string why;  ///< of a damaged one
};
/// What a look at its head and its list of tables says, in a moment whatever its size. Changes nothing.
Checkup check_health(const base::Path& database);
/// Reads all of it. The first thing that SQLite finds wrong; empty: nothing.
base::Result<std::string> damage_of(Database& database);
/// The same for a file: pages that hold nonsense are noticed (has_damage).
void check_every_page(const base::Path& database);

/// Leaves a mark beside the database, which damage is noticed of once and for all.
void note_damage(const base::Path& database, std::string_view why);
bool has_damage(const base::Path& database);
void forget_damage(const base::Path& database);

}  // namespace store
