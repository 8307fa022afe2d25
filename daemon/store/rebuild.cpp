// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/rebuild.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <functional>

#include "base/clock.h"
#include "daemon/state/state_lock.h"
#include "daemon/store/health.h"
#include "daemon/store/ingest/ingest.h"
#include "daemon/store/schema.h"
#include "daemon/store/sqlite.h"
#include "protocol/bytes_json.h"
#include "protocol/json.h"
#include "protocol/json_field.h"

namespace store {

using base::Path;
using base::Result;

namespace {

void say(const std::string& sentence) { std::fprintf(stderr, "runyardd: %s\n", sentence.c_str()); }

Path fresh_of(const protocol::StateDir& state) { return state.database().string() + ".new"; }

/// Ids in the order in which the runs were submitted.
Result<std::vector<std::string>> runs_in_order(const protocol::StateDir& state) {
  std::vector<std::pair<double, std::string>> runs;
  std::error_code code;
  for (std::filesystem::directory_iterator entry(state.runs(), code), end; !code && entry != end;
       entry.increment(code)) {
    const std::string id = entry->path().filename();
    if (id.starts_with('.')) continue;
    const auto text = base::read_file(state.run(id).spec());
    const auto spec = text ? protocol::parse_json(*text, "spec.json") : Result<nlohmann::json>(text.error());
    if (!spec) {
      say("skipped '" + id + "': " + spec.error().message);
      continue;
    }
    runs.emplace_back(protocol::value_at(*spec, "submitted", 0.0), id);
  }
  if (code && code != std::errc::no_such_file_or_directory)
    return base::error("cannot read '" + state.runs().string() + "': " + code.message(), std::errc::io_error);
  std::sort(runs.begin(), runs.end());
  std::vector<std::string> ids;
  ids.reserve(runs.size());
  for (auto& [submitted, id] : runs) ids.push_back(std::move(id));
  return ids;
}

Result<void> adopt_run(Ingest& ingest, const std::string& id) {
  TRY(ingest.adopt(id));
  return {};
}

Result<void> ingest_run(Ingest& ingest, const std::string& id) {
  TRY_ASSIGN(const RunKey key, ingest.adopt(id));
  for (bool more = true; more;) {
    TRY_ASSIGN(const IngestPass pass, ingest.ingest_run(key));
    more = pass.more;
  }
  return ingest.flush();
}

/// Gives the database a second name, so that it stays when the new one takes the first. One is kept at most.
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

/// Moves the commits in the log beside the database into it: a copy has to hold all.
Result<void> complete(const Path& path) {
  TRY_ASSIGN(Database database, Database::open(path));
  return database.execute("PRAGMA wal_checkpoint(TRUNCATE)");
}

}  // namespace

void remove_index(const Path& path) {
  for (const char* suffix : {"", "-wal", "-shm"}) (void)::unlink((path.string() + suffix).c_str());
}

Result<void> build_index(const protocol::StateDir& state, const Path& path) {
  remove_index(path);
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
    ingest.finish_job();
    (void)ingest.collect_changes();
    return transaction.commit();
  };
  TRY(in_transaction([&] { return ingest.ingest_state_facts(); }));
  TRY_ASSIGN(const auto ids, runs_in_order(state));
  // Adopts all of them first: lines of a run may create child runs, whose keys must not come before those of runs
  // submitted earlier.
  for (const auto step : {adopt_run, ingest_run})
    for (const auto& id : ids)
      if (const auto done = in_transaction([&] { return step(ingest, id); }); !done) {
        ingest.forget();
        say("skipped '" + id + "': " + done.error().message);
      }
  return database.execute("PRAGMA wal_checkpoint(TRUNCATE)");
}

Result<void> replace_index(const protocol::StateDir& state, const std::string& keep) {
  const Path database = state.database(), fresh = fresh_of(state);
  TRY_FOR("cannot rebuild the database", build_index(state, fresh));
  if (!keep.empty()) {
    TRY_ASSIGN(const Path kept, keep_copy(database, keep));
    say("the old database is kept as '" + kept.string() + "'");
  }
  for (const char* log : {"-wal", "-shm"}) (void)::unlink((database.string() + log).c_str());
  if (::rename(fresh.c_str(), database.c_str()) != 0) return base::os_error("cannot put the new database in place");
  TRY(base::sync_directory(state.root));
  remove_index(fresh);
  forget_damage(database);
  return {};
}

Result<void> rebuild_if_needed(const protocol::StateDir& state) {
  std::error_code code;
  const bool has_runs = std::filesystem::exists(state.runs(), code);
  remove_index(fresh_of(state));  // of a rebuild that was killed
  const auto seen = check_health(state.database());
  switch (seen.health) {
    case Health::kCurrent:
      return {};
    case Health::kMissing:
      return has_runs ? replace_index(state, "") : Result<void>();
    case Health::kNewer:
      return newer_version(seen.version);
    case Health::kOlder:
      say("the database is of an older version: it is made again from the files");
      TRY(complete(state.database()));
      return replace_index(state, "v" + std::to_string(seen.version));
    case Health::kDamaged:
      say("the database is damaged (" + seen.why + "): it is made again from the files");
      return replace_index(state, "broken");
  }
  return {};
}

Result<int> rebuild(const protocol::StateDir& state) {
  TRY_ASSIGN(const base::Fd lock, state::lock_state(state));
  TRY(replace_index(state, ""));
  return 0;
}

}  // namespace store
