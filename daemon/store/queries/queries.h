// SPDX-License-Identifier: Apache-2.0
// Reads rows for the answers of the API (docs/formats/http-api.md). Called on pool threads, each with its own
// connection; nothing here writes.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/result.h"
#include "daemon/store/filter/filter.h"
#include "daemon/store/ingest/rows.h"
#include "daemon/store/queries/run_view.h"
#include "daemon/store/sqlite.h"
#include "protocol/json.h"
#include "protocol/names.h"
#include "protocol/spec.h"

namespace store {

/// What answers need besides rows.
struct Place {
  protocol::StateDir state;
  std::string url;  ///< of the daemon, without a '/' at its end
};

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

struct RunFilter {
  std::optional<protocol::WorkspaceId> workspace;
  std::string experiment, kind, parent;
  std::vector<std::string> states, tags, properties;  ///< words; "K" or "K=V"
  bool children = false;
  std::int64_t limit = 100, skip = 0;
  std::string cursor;
  std::optional<Filter> filter;
  std::optional<Key> sort;  ///< none: newest first
  bool descending = false;
  std::vector<std::pair<std::string, Key>> columns;  ///< each as the client wrote it
  bool counts = false;
};
struct RunList {
  std::vector<RunView> runs;                          ///< with the `columns` that were asked for
  std::optional<std::string> next;                    ///< the cursor of the next page; nothing on the last one
  std::map<protocol::RunState, std::int64_t> counts;  ///< of all pages; only states that occur
};
base::Result<RunList> list_runs(Database& database, const Place& place, const RunFilter& filter);

/// For names_in_use(): `kind` is metric, tag, property or argument; `contained` is a text in the name.
struct NameFilter {
  std::optional<protocol::WorkspaceId> workspace;
  std::string experiment, kind, contained;
  std::int64_t limit = 100;
};
/// {"items", "more"}: names of metrics, tags, properties or arguments, those that begin with the text first.
base::Result<nlohmann::json> names_in_use(Database& database, const NameFilter& filter);

base::Result<nlohmann::json> list_workspaces(Database& database);
/// Nothing when there is no such workspace.
base::Result<std::optional<nlohmann::json>> workspace_json(Database& database, const protocol::WorkspaceId& id);
struct ExperimentFilter {
  std::optional<protocol::WorkspaceId> workspace;
  std::string name;
  std::int64_t key = 0;  ///< 0: any
  bool children = true;  ///< whether child runs are counted
};
/// Latest activity first.
base::Result<nlohmann::json> list_experiments(Database& database, const ExperimentFilter& filter);
/// An array: {"name","slots","created","alias_of","properties","removed"}.
base::Result<nlohmann::json> list_targets(Database& database);

struct ModelFilter {
  std::optional<protocol::WorkspaceId> workspace;
  std::string name, run;
  std::vector<std::string> tags, properties;         ///< "K" or "K=V"
  std::int64_t version = 0, number = 0, before = 0;  ///< 0: any; `before`: only smaller numbers
  std::int64_t limit = 100;
};
/// The digest of a model's file. `no_such_file_or_directory`: the model has no such file, or there is no such model.
base::Result<std::string> model_file_digest(Database& database, std::int64_t number, const std::string& path);
/// {"items", "next"}, newest first, without removed models.
base::Result<nlohmann::json> list_models(Database& database, const Place& place, const ModelFilter& filter);

struct EnvironmentFilter {
  std::optional<protocol::WorkspaceId> workspace;
  std::string name;
  std::int64_t version = 0;  ///< 0: any
  bool latest = false;
};
/// By name, newest version first.
base::Result<nlohmann::json> list_environments(Database& database, const EnvironmentFilter& filter);

/// An object: the name of a state to its number of runs.
base::Result<nlohmann::json> count_runs(Database& database);

/// How much of a metric to return: scalars without their points, all values, or all values with their times.
enum class MetricsDetail { kSummary, kValues, kTimes };
/// The metrics of a run in the order in which it first logged them, as the text of the array "metrics" of http-api.md.
/// Empty `names`: all.
base::Result<std::string> metrics_json(Database& database, RunKey run, const std::vector<std::string>& names,
                                       MetricsDetail detail);

struct SeriesFilter {
  std::vector<std::string> names;
  std::string x = "index";  ///< index, step, time, relative, metric.NAME
  std::optional<double> from, to;
  std::int64_t points = 1000;
};
/// The array "items" of GET .../series: a range of scalar metrics, cut into about `points` parts.
base::Result<nlohmann::json> series_json(Database& database, RunKey run, const SeriesFilter& filter);

struct SweepFilter {
  std::string metric;                            ///< empty: the primary metric, as the run's properties name it
  std::optional<std::vector<std::string>> runs;  ///< only the children among these; nothing: all
  std::int64_t points = 0;                       ///< at most so many of each child's metric; 0: none
};
struct Sweep {
  std::string metric;      ///< empty: none was named
  std::string goal;        ///< minimize or maximize; empty: not known
  std::int64_t total = 0;  ///< children of the run
  std::int64_t shown = 0;  ///< those that `children` holds
  std::string children;    ///< the array "children" of GET .../sweep, as text
};
/// The children of a run, each with its parameters and one metric. In three statements, however many there are.
base::Result<Sweep> sweep_of(Database& database, const RunHead& parent, const SweepFilter& filter);
/// How many lines of the facts about the state directory could not be read.
base::Result<std::int64_t> skipped_state_lines(Database& database);

/// Whether the run `above` made the run, directly or by other runs.
base::Result<bool> is_below(Database& database, RunKey run, const std::string& above);

/// The run and its descendants: (key, id), parents first.
base::Result<std::vector<std::pair<RunKey, std::string>>> descendants(Database& database, RunKey run);

struct ArtifactRow {
  std::string name, path;
  std::uint64_t size = 0;
  std::string sha256;
  base::Micros time = 0;
};
/// The run's artifacts under the names that the run gave them.
base::Result<std::vector<ArtifactRow>> artifacts(Database& database, RunKey run);
/// The run's artifacts under names that do not clash (artifact_names.h).
base::Result<std::vector<ArtifactRow>> listed_artifacts(Database& database, RunKey run);
/// The artifact of that name, given or listed; nothing for the name of a log, if the run has logs.
base::Result<std::optional<ArtifactRow>> artifact(Database& database, RunKey run, const std::string& name);

}  // namespace store
