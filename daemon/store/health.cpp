// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/health.h"

#include <unistd.h>

#include "daemon/store/schema.h"
#include "daemon/store/sqlite.h"

namespace store {

namespace {

base::Path mark_of(const base::Path& database) { return database.string() + ".damaged"; }

bool is_there(const base::Path& path) {
  std::error_code code;
  return std::filesystem::file_size(path, code) > 0 && !code;
}

Checkup damaged(std::string why) { return {.health = Health::kDamaged, .why = std::move(why)}; }

/// The definition of every table and index. An error where they cannot be read.
base::Result<std::string> definitions(Database& database) {
  std::string all;
  Query query = database.query_once("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type, name");
  for (;;) {
    TRY_ASSIGN(const bool found, query.step());
    if (!found) return all;
    all += query.text(0) + "\n";
  }
}

base::Result<std::string> our_definitions() {
  TRY_ASSIGN(Database fresh, Database::open(":memory:"));
  TRY(migrate(fresh));
  return definitions(fresh);
}

base::Result<Checkup> inspect(const base::Path& path) {
  TRY_ASSIGN(Database database, Database::open_read_only(path));
  TRY_ASSIGN(const std::string found, definitions(database));
  TRY_ASSIGN(const int version, version_of(database));
  if (version == 0 && found.empty()) return Checkup{};
  if (version > schema_version()) return Checkup{.health = Health::kNewer, .version = version};
  if (version < schema_version()) return Checkup{.health = Health::kOlder, .version = version};
  TRY_ASSIGN(const std::string ours, our_definitions());
  if (found != ours) return damaged("its tables are not those of version " + std::to_string(version));
  return Checkup{.health = Health::kCurrent, .version = version};
}

}  // namespace

Checkup check_health(const base::Path& path) {
  if (has_damage(path)) {
    const auto noticed = base::read_file(mark_of(path));
    return damaged(noticed ? *noticed : noticed.error().message);
  }
  if (!is_there(path)) return {};
  const auto found = inspect(path);
  return found ? *found : damaged(found.error().message);
}

base::Result<std::string> damage_of(Database& database) {
  Query query = database.query_once("PRAGMA quick_check(1)");
  TRY_ASSIGN(const bool found, query.step());
  const std::string word = found ? query.text(0) : "no answer";
  return word == "ok" ? std::string() : word;
}

void check_every_page(const base::Path& path) {
  auto database = Database::open_read_only(path);
  if (!database) return;
  if (const auto damage = damage_of(*database); damage && !damage->empty()) note_damage(path, *damage);
}

void note_damage(const base::Path& database, std::string_view why) {
  if (!has_damage(database)) (void)base::create_file_once(mark_of(database), why);
}

bool has_damage(const base::Path& database) { return ::access(mark_of(database).c_str(), F_OK) == 0; }

void forget_damage(const base::Path& database) { (void)::unlink(mark_of(database).c_str()); }

}  // namespace store
