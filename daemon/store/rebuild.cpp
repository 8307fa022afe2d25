// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/rebuild.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <functional>
#include <nlohmann/json.hpp>

#include "daemon/state_lock.h"
#include "daemon/store/ingest.h"
#include "daemon/store/schema.h"
#include "daemon/store/sqlite.h"
#include "protocol/bytes_json.h"

namespace yard {

using base::Path;
using base::Result;

namespace {

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
      std::fprintf(stderr, "runyardd: left out '%s': %s\n", id.c_str(), spec.error().message.c_str());
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
    TRY(work());
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
        std::fprintf(stderr, "runyardd: left out '%s': %s\n", id.c_str(), taken.error().message.c_str());
      }
  return database.execute("PRAGMA wal_checkpoint(TRUNCATE)");
}

Result<void> replace_index(const protocol::StateDir& state) {
  const Path fresh = state.database().string() + ".new";
  TRY_FOR("cannot rebuild the database", build_index(state, fresh));
  remove_index(state.database());
  if (::rename(fresh.c_str(), state.database().c_str()) != 0) return base::os_error("cannot put the new database in place");
  remove_index(fresh);
  return base::sync_directory(state.root);
}

Result<void> rebuild_if_needed(const protocol::StateDir& state) {
  std::error_code code;
  if (!std::filesystem::exists(state.database(), code))
    return std::filesystem::exists(state.runs(), code) ? replace_index(state) : Result<void>();
  int version = 0;
  {
    TRY_ASSIGN(Database database, Database::open(state.database()));
    TRY_ASSIGN(version, version_of(database));
  }
  if (version == 0 || version >= schema_version()) return {};
  std::fprintf(stderr, "runyardd: the database is of an older version: it is made again from the files\n");
  return replace_index(state);
}

Result<int> rebuild(const protocol::StateDir& state) {
  TRY_ASSIGN(const base::Fd lock, lock_state(state));
  TRY(replace_index(state));
  return 0;
}

}  // namespace yard
