// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/schema.h"

namespace store {

namespace {

constexpr int kVersion = 6;  // one more for each change of the tables: an older database is made again from the files

// A run's key is a small integer; its name for people is `id`. Times are microseconds since 1970 UTC. Where several
// files can say the same thing, (time, file) of what was said last or first is kept, so that the row does not depend
// on the order in which the files were read. A `fact` is JSON that answers are made of. What is long of a run lies
// beside it in `run_text`, so that going through all runs does not read it. Numbers and versions are never given again:
// rows of targets and models that were removed stay. `tally` counts the runs, so that no list counts rows: triggers
// keep it, whatever changes a run. `journal`: where a run made inside of another is reported, relative to its
// directory.
constexpr const char* kCreateTables = R"sql(
CREATE TABLE workspace (
  key INTEGER PRIMARY KEY, subscription TEXT NOT NULL, resource_group TEXT NOT NULL, name TEXT NOT NULL,
  created INTEGER NOT NULL, UNIQUE (subscription, resource_group, name)) STRICT;
CREATE TABLE experiment (
  key INTEGER PRIMARY KEY, workspace INTEGER NOT NULL, name TEXT NOT NULL, created INTEGER NOT NULL,
  last_number INTEGER NOT NULL DEFAULT 0, fact TEXT NOT NULL DEFAULT '{}', UNIQUE (workspace, name)) STRICT;
CREATE TABLE target (
  name TEXT PRIMARY KEY, slots INTEGER NOT NULL, created INTEGER, alias_of TEXT, properties TEXT NOT NULL DEFAULT '{}',
  removed INTEGER NOT NULL DEFAULT 0) STRICT, WITHOUT ROWID;
CREATE TABLE run (
  key INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, submission TEXT UNIQUE, experiment INTEGER NOT NULL,
  number INTEGER NOT NULL, kind TEXT NOT NULL, state INTEGER NOT NULL, wanted TEXT NOT NULL DEFAULT 'run', parent TEXT,
  target TEXT NOT NULL, created INTEGER NOT NULL, started INTEGER, ended INTEGER, journal TEXT, snapshot TEXT) STRICT;
CREATE TABLE run_text (run INTEGER PRIMARY KEY, spec TEXT NOT NULL, created_fact TEXT, interpreter TEXT, prepared TEXT, ending TEXT) STRICT;
CREATE INDEX run_by_experiment ON run (experiment, created, key);
CREATE INDEX run_of_experiment ON run (experiment);
CREATE INDEX run_by_created ON run (created, key);
CREATE INDEX run_by_state ON run (state, created, key);
CREATE INDEX run_by_parent ON run (parent) WHERE parent IS NOT NULL;
CREATE TABLE source (
  run INTEGER NOT NULL, file TEXT NOT NULL, generation INTEGER NOT NULL, offset INTEGER NOT NULL,
  tail_hash INTEGER NOT NULL, skipping INTEGER NOT NULL, rejected INTEGER NOT NULL, PRIMARY KEY (run, file))
  STRICT, WITHOUT ROWID;
CREATE TABLE metric (
  key INTEGER PRIMARY KEY, run INTEGER NOT NULL, name TEXT NOT NULL, kind INTEGER NOT NULL, first INTEGER NOT NULL,
  count INTEGER NOT NULL, last_time INTEGER NOT NULL, last_file TEXT NOT NULL, last_cell TEXT NOT NULL, last REAL,
  low REAL, high REAL, schema TEXT, UNIQUE (run, name, kind)) STRICT;
CREATE INDEX metric_by_last ON metric (name, kind, last, run);
CREATE INDEX metric_by_low ON metric (name, kind, low, run);
CREATE INDEX metric_by_high ON metric (name, kind, high, run);
CREATE TABLE chunk (
  metric INTEGER NOT NULL, file TEXT NOT NULL, number INTEGER NOT NULL, count INTEGER NOT NULL,
  times BLOB NOT NULL, steps BLOB, cells BLOB NOT NULL, low REAL, high REAL,
  PRIMARY KEY (metric, file, number)) STRICT;
CREATE TABLE tag (run INTEGER NOT NULL, name TEXT NOT NULL, value TEXT, time INTEGER NOT NULL, file TEXT NOT NULL,
  removed INTEGER NOT NULL, PRIMARY KEY (run, name)) STRICT, WITHOUT ROWID;
CREATE TABLE label (run INTEGER NOT NULL, name TEXT NOT NULL, value TEXT, time INTEGER NOT NULL, file TEXT NOT NULL,
  PRIMARY KEY (run, name)) STRICT, WITHOUT ROWID;
CREATE TABLE property (run INTEGER NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, time INTEGER NOT NULL,
  file TEXT NOT NULL, PRIMARY KEY (run, name)) STRICT, WITHOUT ROWID;
CREATE TABLE artifact (run INTEGER NOT NULL, name TEXT NOT NULL, path TEXT NOT NULL, size INTEGER NOT NULL,
  sha256 TEXT, time INTEGER NOT NULL, file TEXT NOT NULL, PRIMARY KEY (run, name)) STRICT, WITHOUT ROWID;
CREATE TABLE warning (run INTEGER NOT NULL, text TEXT NOT NULL, time INTEGER NOT NULL, PRIMARY KEY (run, text))
  STRICT, WITHOUT ROWID;
CREATE TABLE batch (run INTEGER NOT NULL, client TEXT NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (run, client))
  STRICT, WITHOUT ROWID;
CREATE TABLE change (number INTEGER PRIMARY KEY AUTOINCREMENT, run TEXT, what INTEGER NOT NULL) STRICT;
CREATE TABLE boot (id TEXT NOT NULL) STRICT;
CREATE INDEX run_activity ON run (experiment, ended);
CREATE TABLE tally (experiment INTEGER NOT NULL, child INTEGER NOT NULL, state INTEGER NOT NULL, runs INTEGER NOT NULL,
  PRIMARY KEY (experiment, child, state)) STRICT, WITHOUT ROWID;
CREATE TRIGGER run_made AFTER INSERT ON run BEGIN
  INSERT INTO tally VALUES (new.experiment, new.parent IS NOT NULL, new.state, 1)
    ON CONFLICT DO UPDATE SET runs = runs + 1;
END;
CREATE TRIGGER run_changed AFTER UPDATE OF state ON run BEGIN
  UPDATE tally SET runs = runs - 1
    WHERE experiment = old.experiment AND child = (old.parent IS NOT NULL) AND state = old.state;
  DELETE FROM tally
    WHERE experiment = old.experiment AND child = (old.parent IS NOT NULL) AND state = old.state AND runs = 0;
  INSERT INTO tally VALUES (new.experiment, new.parent IS NOT NULL, new.state, 1)
    ON CONFLICT DO UPDATE SET runs = runs + 1;
END;
CREATE TRIGGER run_removed AFTER DELETE ON run BEGIN
  UPDATE tally SET runs = runs - 1
    WHERE experiment = old.experiment AND child = (old.parent IS NOT NULL) AND state = old.state;
  DELETE FROM tally
    WHERE experiment = old.experiment AND child = (old.parent IS NOT NULL) AND state = old.state AND runs = 0;
END;
CREATE TABLE argument (run INTEGER NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (run, name))
  STRICT, WITHOUT ROWID;
CREATE TABLE dataset_use (run INTEGER NOT NULL, output INTEGER NOT NULL, name TEXT NOT NULL, dataset TEXT NOT NULL,
  mode TEXT NOT NULL, PRIMARY KEY (run, output, name)) STRICT, WITHOUT ROWID;
CREATE INDEX use_by_dataset ON dataset_use (dataset, run);
CREATE TABLE used_name (experiment INTEGER NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (experiment, kind, name))
  STRICT, WITHOUT ROWID;
CREATE TABLE model (
  number INTEGER PRIMARY KEY, workspace INTEGER NOT NULL, name TEXT NOT NULL, version INTEGER NOT NULL, run TEXT,
  created INTEGER NOT NULL, fact TEXT NOT NULL, removed INTEGER NOT NULL DEFAULT 0, UNIQUE (workspace, name, version)) STRICT;
CREATE INDEX model_by_run ON model (run) WHERE run IS NOT NULL;
CREATE TABLE environment (
  workspace INTEGER NOT NULL, name TEXT NOT NULL, version INTEGER NOT NULL, created INTEGER NOT NULL, definition TEXT NOT NULL,
  PRIMARY KEY (workspace, name, version)) STRICT, WITHOUT ROWID;
)sql";

}  // namespace

int schema_version() { return kVersion; }

base::Error newer_version(int version) {
  return base::error("the database is of version " + std::to_string(version) + ", this program knows " +
                     std::to_string(schema_version()) + ": install the newer Runyard, or rebuild with --rebuild");
}

base::Result<int> version_of(Database& database) {
  Query query = database.query("PRAGMA user_version");
  TRY_ASSIGN(const bool found, query.step());
  return found ? static_cast<int>(query.integer(0)) : 0;
}

base::Result<void> migrate(Database& database) {
  TRY_ASSIGN(const int version, version_of(database));
  if (version > schema_version()) return newer_version(version);
  if (version == schema_version()) return {};
  if (version > 0)
    return base::error("the database is of version " + std::to_string(version) + ", this program makes " +
                       std::to_string(schema_version()) + ": rebuild it with --rebuild");
  TRY_ASSIGN(Transaction transaction, Transaction::begin(database));
  TRY_FOR("cannot make the tables", database.execute(kCreateTables));
  TRY(database.execute("PRAGMA user_version=" + std::to_string(schema_version())));
  return transaction.commit();
}

}  // namespace store
