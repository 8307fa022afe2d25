// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/rebuild.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <functional>
#include <map>
#include <set>
#include <nlohmann/json.hpp>

#include "base/clock.h"
#include "daemon/state_lock.h"
#include "daemon/store/health.h"
#include "daemon/store/ingest.h"
#include "daemon/store/schema.h"
#include "daemon/store/sqlite.h"
#include "protocol/bytes_json.h"

namespace yard {

using base::Path;
using base::Result;

namespace {

void say(const std::string& sentence) { std::fprintf(stderr, "runyardd: %s\n", sentence.c_str()); }

Path fresh_of(const protocol::StateDir& state) { return state.database().string() + ".new"; }

void remove_database(const Path& path) {
  for (const char* suffix : {"", "-wal", "-shm"}) (void)::unlink((path.string() + suffix).c_str());
}

/// Ids in the order in which the runs were submitted.
Result<std::vector<std::string>> runs_in_order(const protocol::StateDir& state) {
  std::vector<std::pair<double, std::string>> runs;
  std::error_code code;
  for (std::filesystem::directory_iterator entry(state.runs(), code), end; !code && entry != end; entry.increment(code)) {
    const std::string id = entry->path().filename();
    if (id.starts_with('.')) continue;
    const auto text = base::read_file(state.run(id).spec());
    const auto spec = text ? protocol::parse_json(*text, "spec.json") : Result<nlohmann::json>(text.error());
    if (!spec) {
      say("left out '" + id + "': " + spec.error().message);
      continue;
    }
    runs.emplace_back(spec->value("submitted", 0.0), id);
  }
  std::sort(runs.begin(), runs.end());
  std::vector<std::string> ids;
  for (auto& [submitted, id] : runs) ids.push_back(std::move(id));
  return ids;
}

Result<void> adopt_run(Ingest& ingest, const std::string& id) {
  TRY(ingest.adopt(id));
  return {};
}

Result<void> take_run(Ingest& ingest, const std::string& id) {
  TRY_ASSIGN(const RunKey key, ingest.adopt(id));
  for (bool more = true; more;) {
    TRY_ASSIGN(const Pass pass, ingest.take_run(key));
    more = pass.more;
  }
  return ingest.flush();
}

Result<void> build(const protocol::StateDir& state, const Path& path) {
  remove_database(path);
  TRY_ASSIGN(Database database, Database::open(path));
  TRY(migrate(database));
  Ingest ingest(database, state, false);
  const auto in_transaction = [&](const std::function<Result<void>()>& work) -> Result<void> {
    TRY_ASSIGN(Transaction transaction, Transaction::begin(database));
    try {
      TRY(work());
    } catch (const std::exception& e) {  // a fact of an unexpected shape
      return base::error(e.what(), std::errc::bad_message);
    }
    TRY(ingest.sync());
    ingest.collect();
    (void)ingest.take_changes();
    return transaction.commit();
  };
  TRY(in_transaction([&] { return ingest.take_yard(); }));
  TRY_ASSIGN(const auto ids, runs_in_order(state));
  // All of them first: a run's lines may make runs inside of it, which must not get ahead of those submitted before them.
  for (const auto step : {adopt_run, take_run})
    for (const auto& id : ids)
      if (const auto taken = in_transaction([&] { return step(ingest, id); }); !taken) {
        ingest.forget();
        say("left out '" + id + "': " + taken.error().message);
      }
  return database.execute("PRAGMA wal_checkpoint(TRUNCATE)");
}

// Rows without their surrogate keys. What a daemon reads of a live run is not compared: it may be ahead of this.
constexpr std::array<std::pair<const char*, const char*>, 12> kComparable = {{
    {"experiment", "SELECT w.subscription, w.resource_group, w.name, e.name, e.last_number, e.fact FROM experiment e JOIN workspace w ON w.key = e.workspace"},
    {"target", "SELECT name, slots, created, alias_of, properties, removed FROM target"},
    {"model", "SELECT number, name, version, run, created, fact, removed FROM model"},
    {"environment", "SELECT name, version, created, definition FROM environment"},
    {"run", "SELECT r.id, r.submission, e.name, r.number, r.kind, r.state, r.wanted, r.parent, r.target, r.created, r.started, r.ended, r.journal, r.snapshot,"
            " t.spec, t.created_fact, t.interpreter, t.ending FROM run r JOIN experiment e ON e.key = r.experiment JOIN run_text t ON t.run = r.key"},
    {"source", "SELECT r.id, s.file, s.offset, s.tail_hash, s.rejected FROM source s JOIN run r ON r.key = s.run"},
    {"metric", "SELECT r.id, m.name, m.kind, m.first, m.count, m.last_time, m.last_file, m.last_cell, m.low, m.high FROM metric m JOIN run r ON r.key = m.run"},
    {"chunk", "SELECT r.id, m.name, m.kind, c.file, c.number, c.count, hex(c.times), hex(c.steps), hex(c.cells) FROM chunk c"
              " JOIN metric m ON m.key = c.metric JOIN run r ON r.key = m.run"},
    {"tag", "SELECT r.id, t.name, t.value, t.time, t.removed FROM tag t JOIN run r ON r.key = t.run"},
    {"property", "SELECT r.id, p.name, p.value FROM property p JOIN run r ON r.key = p.run"},
    {"artifact", "SELECT r.id, a.name, a.path, a.size, a.sha256 FROM artifact a JOIN run r ON r.key = a.run"},
    {"warning", "SELECT r.id, w.text FROM warning w JOIN run r ON r.key = w.run"},
}};

Result<std::multiset<std::string>> rows_of(Database& database, const char* sql) {
  std::multiset<std::string> rows;
  Query query = database.query(sql);
  for (;;) {
    TRY_ASSIGN(const bool found, query.step());
    if (!found) return rows;
    std::string row;
    for (int column = 0; column < query.columns(); ++column) row += (column ? "|" : "") + (query.is_null(column) ? "null" : query.text(column));
    rows.insert(std::move(row));
  }
}

void show(const char* mark, const char* table, const std::string& row) {
  std::printf("%s %s: %.300s\n", mark, table, row.c_str());
}

Result<int> compare(Database& before, Database& after) {
  int differences = 0;
  for (const auto& [table, sql] : kComparable) {
    TRY_ASSIGN(const auto old_rows, rows_of(before, sql));
    TRY_ASSIGN(const auto new_rows, rows_of(after, sql));
    std::vector<std::string> gone, come;
    std::set_difference(old_rows.begin(), old_rows.end(), new_rows.begin(), new_rows.end(), std::back_inserter(gone));
    std::set_difference(new_rows.begin(), new_rows.end(), old_rows.begin(), old_rows.end(), std::back_inserter(come));
    for (const auto& row : gone) show("only in the database", table, row);
    for (const auto& row : come) show("only in the files", table, row);
    differences += static_cast<int>(gone.size() + come.size());
  }
  return differences;
}

/// Gives the database another name as well: it is there, under one of them, whenever this ends. One is kept at most.
Result<Path> keep_copy(const Path& database, const std::string& what) {
  const std::string name = database.filename().string();
  for (const auto& entry : std::filesystem::directory_iterator(database.parent_path()))
    if (const std::string other = entry.path().filename();
        other.starts_with(name + ".v") || other.starts_with(name + ".broken-"))
      (void)::unlink(entry.path().c_str());
  const Path kept = database.string() + "." + what + "-" + base::iso_time(base::now()).substr(0, 10);
  if (::link(database.c_str(), kept.c_str()) != 0)
    return base::os_error("cannot keep the old database as '" + kept.string() + "'");
  return kept;
}

/// Until the last step the old one is in its place: whoever is killed before has done nothing. `keep`: as what the old
/// one is kept; empty: not.
Result<void> rebuild_locked(const protocol::StateDir& state, const std::string& keep) {
  const Path database = state.database(), fresh = fresh_of(state);
  TRY_FOR("cannot rebuild the database", build(state, fresh));
  if (!keep.empty()) {
    TRY_ASSIGN(const Path kept, keep_copy(database, keep));
    say("the old database is kept as '" + kept.string() + "'");
  }
  for (const char* log : {"-wal", "-shm"}) (void)::unlink((database.string() + log).c_str());
  if (::rename(fresh.c_str(), database.c_str()) != 0) return base::os_error("cannot put the new database in place");
  TRY(base::sync_directory(state.root));
  remove_database(fresh);
  forget_damage(database);
  return {};
}

/// What was committed lies partly in the log beside it: a copy has to hold all.
Result<void> complete(const Path& path) {
  TRY_ASSIGN(Database database, Database::open(path));
  return database.execute("PRAGMA wal_checkpoint(TRUNCATE)");
}

}  // namespace

Result<void> rebuild_if_needed(const protocol::StateDir& state) {
  std::error_code code;
  const bool has_runs = std::filesystem::exists(state.runs(), code);
  remove_database(fresh_of(state));  // of somebody who was killed
  const auto seen = check_health(state.database());
  switch (seen.health) {
    case Health::kCurrent:
      return {};
    case Health::kMissing:
      return has_runs ? rebuild_locked(state, "") : Result<void>();
    case Health::kNewer:
      return newer_version(seen.version);
    case Health::kOlder:
      say("the database is of an older version: it is made again from the files");
      TRY(complete(state.database()));
      return rebuild_locked(state, "v" + std::to_string(seen.version));
    case Health::kDamaged:
      say("the database is damaged (" + seen.why + "): it is made again from the files");
      return rebuild_locked(state, "broken");
  }
  return {};
}

Result<int> rebuild(const protocol::StateDir& state) {
  TRY_ASSIGN(const base::Fd lock, lock_state(state));
  TRY(rebuild_locked(state, ""));
  return 0;
}

Result<int> check(const protocol::StateDir& state) {
  TRY_ASSIGN(const base::Fd lock, lock_state(state));
  const Path fresh = state.database().string() + ".check";
  TRY_FOR("cannot read the files", build(state, fresh));
  TRY_ASSIGN(Database before, Database::open(state.database()));
  TRY_ASSIGN(Database after, Database::open(fresh));
  TRY_ASSIGN(const int differences, compare(before, after));
  remove_database(fresh);
  if (differences == 0) std::printf("the database and the files say the same\n");
  return differences == 0 ? 0 : 1;
}

}  // namespace yard
