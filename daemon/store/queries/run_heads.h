// SPDX-License-Identifier: Apache-2.0
// Short questions about runs, as those ask who start, end and remove them.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "daemon/store/ingest/rows.h"
#include "protocol/facts.h"
#include "protocol/json.h"
#include "protocol/run_state.h"
#include "protocol/spec.h"

namespace store {

struct RunHead {
  RunKey key = 0;
  std::string id;
  protocol::RunState state = protocol::RunState::kNotStarted;
  std::string kind;

  bool is_interactive() const { return kind == protocol::to_string(protocol::RunKind::kInteractive); }
};
/// `no_such_file_or_directory` when there is none.
base::Result<RunHead> find_run(Database& database, const std::string& id);
base::Result<bool> run_exists(Database& database, const std::string& id);
/// A run that has been removed counts as ended.
base::Result<bool> has_ended(Database& database, RunKey run);
/// The ids of these runs, without those that have been removed.
base::Result<std::vector<std::string>> ids_of(Database& database, const std::vector<RunKey>& runs);
/// The id of the run that a submission became; nothing when there is none.
base::Result<std::optional<std::string>> run_of_submission(Database& database, const std::string& submission);
/// The digest of the run's snapshot; nothing when it has none. `no_such_file_or_directory` when the run is gone.
base::Result<std::optional<std::string>> snapshot_of(Database& database, RunKey run);

/// The id of the topmost run above this one, which may have been removed; its own when it has no parent.
base::Result<std::string> family_of(Database& database, RunKey run);

/// What a run was started from, for another run that shares it.
struct RunSource {
  protocol::Source source;
  std::string snapshot;  ///< digest
  protocol::SnapshotFacts facts;
};
/// `no_such_file_or_directory` when there is no such run; an error in words when it has no snapshot.
base::Result<RunSource> source_of(Database& database, const std::string& id);

/// A run without an ending, as a starting daemon finds it.
struct UnfinishedRun {
  RunKey key = 0;
  std::string id, target, family;  ///< family_of()
  protocol::RunState state = protocol::RunState::kQueued;
  bool interactive = false;
  bool child = false;  ///< a process of its parent reports it, in the parent's journal
};
/// In the order of their creation.
base::Result<std::vector<UnfinishedRun>> unfinished_runs(Database& database);
/// The ids of all runs.
base::Result<std::unordered_set<std::string>> run_ids(Database& database);
/// Key and id of every run that has ended, the oldest first.
base::Result<std::vector<std::pair<RunKey, std::string>>> ended_runs(Database& database);
/// The state, by id, of every run that has a launcher: not of interactive runs, nor of those in a parent's journal.
base::Result<std::map<std::string, protocol::RunState>> states_of_launched_runs(Database& database);
/// The ids of the runs that were submitted with a snapshot, by its digest, the oldest first.
base::Result<std::map<std::string, std::vector<std::string>>> runs_by_snapshot(Database& database);
/// The number of the last change that was committed; 0 before the first.
base::Result<std::int64_t> last_change(Database& database);

/// The value of a run's property; nothing when it has none of that name.
base::Result<std::optional<std::string>> property_of(Database& database, RunKey run, const std::string& name);

/// An object: the name of a state to its number of runs.
base::Result<nlohmann::json> count_runs(Database& database);
/// How many lines of the facts about the state directory could not be read.
base::Result<std::int64_t> skipped_state_lines(Database& database);

/// Whether the run `above` made the run, directly or by other runs.
base::Result<bool> is_below(Database& database, RunKey run, const std::string& above);
/// The run and its descendants: (key, id), parents first.
base::Result<std::vector<std::pair<RunKey, std::string>>> descendants(Database& database, RunKey run);

}  // namespace store
