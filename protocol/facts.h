// SPDX-License-Identifier: Apache-2.0
// Facts: the lines of the record files (docs/formats/run-directory.md), one struct for each kind, one variant for each
// file. kKind is the kind's name on disk. A writer appends to_json(fact, t); a reader parses the line, gets the variant
// from *_fact_from_json, and visits it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/process.h"
#include "protocol/exit_record.h"
#include "protocol/json.h"
#include "protocol/labels.h"
#include "protocol/spec.h"

namespace protocol {

/// A sentence shown on the run; in launcher.jsonl and daemon.jsonl.
struct Warning {
  static constexpr std::string_view kKind = "warning";
  std::string sentence;
};

// attempt-1/launcher.jsonl: what the launcher did.

struct Preparing {
  static constexpr std::string_view kKind = "preparing";
  std::string stage;  ///< unpack, environment, interpreter, inputs, start
};

/// The environment of a run that asked for one is there; as in its environment.json.
struct Prepared {
  static constexpr std::string_view kKind = "prepared";
  struct Python {
    std::string path, version;
  };
  std::string name;  ///< the run's for it
  std::string digest;
  Python python;                      ///< that it was made with
  std::optional<std::string> before;  ///< "2021-06-01": its packages are those of before that day
  std::string tool;
  bool built = false;  ///< for this run, rather than found
  double created = 0;  ///< seconds since 1970
  double seconds = 0;  ///< that the build took
  std::uint64_t bytes = 0;
  std::vector<std::string> replaced, warnings;
};

struct InterpreterFound {
  static constexpr std::string_view kKind = "interpreter";
  std::string path;  ///< of the binary to execute
  std::string version, implementation, prefix, base_prefix, machine;
  std::map<std::string, std::string> packages;  ///< name to version
};

/// The child executes.
struct Started {
  static constexpr std::string_view kKind = "started";
  base::ProcessId child;
};

/// The child and its tree have ended; collecting its files comes next.
struct Finished {
  static constexpr std::string_view kKind = "finished";
};

struct Collected {
  static constexpr std::string_view kKind = "collected";
  std::string name;  ///< of the artifact
  std::string path;  ///< inside the run directory
  std::uint64_t size = 0;
  double changed = 0;  ///< when the file got its content, at the latest; 0: an early launcher wrote none
};

struct Skipped {
  static constexpr std::string_view kKind = "skipped";
  std::string name, why;
};

using LauncherFact =
    std::variant<Preparing, Prepared, InterpreterFound, Started, Finished, Collected, Skipped, Warning>;

// record/daemon.jsonl: what the daemon did with the run.

/// A snapshot's facts besides its digest. Unknown ones are not written.
struct SnapshotFacts {
  std::optional<std::string> excluded;  ///< a sentence; empty: nothing was
  std::optional<std::map<std::string, std::string>> git;
  std::optional<std::uint64_t> files, bytes;
};

/// The first fact of every run.
struct Created {
  static constexpr std::string_view kKind = "created";
  std::string submission_id, submitter;
  SnapshotFacts snapshot;
  Tags tags;
  std::map<std::string, std::string> properties;
  std::string name, display_name;
  bool interactive = false;
  std::optional<base::ProcessId> process;  ///< interactive: the process that reports
  std::optional<std::string> journal;      ///< a child run: where it is reported, relative to the run directory
  std::optional<std::string> description;
  std::optional<std::vector<std::string>> warnings;
};

struct Starting {
  static constexpr std::string_view kKind = "starting";
  int attempt = 1;
  std::string boot;  ///< boot id of the machine; empty: an early daemon did not say
};

struct StopRequested {
  static constexpr std::string_view kKind = "wished";
  StopRequest request;
};

/// The ending of a run that had no launcher to write one.
struct Ended {
  static constexpr std::string_view kKind = "ended";
  ExitRecord record;
};

/// When lines were read that say no time: lines of `file` that end after `from`, up to `upto`.
struct LinesRead {
  static constexpr std::string_view kKind = "read";
  std::string file;
  std::optional<std::uint64_t> from;  ///< nothing: where the last fact of this file ended
  std::uint64_t upto = 0;
};

/// Of an interactive run, taken after it began.
struct SnapshotTaken {
  static constexpr std::string_view kKind = "snapshot";
  std::string digest;
  SnapshotFacts snapshot;
};

using DaemonFact = std::variant<Created, Starting, StopRequested, Ended, LinesRead, SnapshotTaken, Warning>;

// yard.jsonl: facts of the state directory that belong to no run.

struct WorkspaceMade {
  static constexpr std::string_view kKind = "workspace";
  WorkspaceId workspace;
};

struct ExperimentMade {
  static constexpr std::string_view kKind = "experiment";
  WorkspaceId workspace;
  std::string experiment;
};

struct ExperimentChanged {
  static constexpr std::string_view kKind = "experiment_changed";
  WorkspaceId workspace;
  std::string experiment;
  Tags tags;                       ///< set
  std::vector<std::string> untag;  ///< taken away
  std::optional<bool> archived;    ///< nothing: as before
};

/// A run of that number was removed: the number is not given again.
struct NumberUsed {
  static constexpr std::string_view kKind = "number";
  WorkspaceId workspace;
  std::string experiment;
  std::int64_t number = 0;
};

struct TargetSet {
  static constexpr std::string_view kKind = "target";
  std::string name;
  std::int64_t slots = 1;
};

struct AliasSet {
  static constexpr std::string_view kKind = "alias";
  std::string name, alias_of;
  nlohmann::json properties = nlohmann::json::object();
};

struct AliasRemoved {
  static constexpr std::string_view kKind = "alias_removed";
  std::string name;
};

struct ModelRegistered {
  static constexpr std::string_view kKind = "model";
  struct File {
    std::string path, sha256;
    std::uint64_t size = 0;
  };
  std::int64_t number = 0;
  WorkspaceId workspace;
  std::string name;
  std::int64_t version = 1;
  std::string run, path;  ///< run empty: of no run
  std::vector<File> files;
  Tags tags;
  std::map<std::string, std::string> properties;
  std::string description, framework, framework_version;
};

struct ModelChanged {
  static constexpr std::string_view kKind = "model_changed";
  std::int64_t number = 0;
  Tags tags;                       ///< set
  std::vector<std::string> untag;  ///< taken away
  std::map<std::string, std::string> properties;
  std::optional<std::string> description;  ///< nothing: as before; empty: taken away
};

struct ModelRemoved {
  static constexpr std::string_view kKind = "model_removed";
  std::int64_t number = 0;
};

struct EnvironmentRegistered {
  static constexpr std::string_view kKind = "environment";
  WorkspaceId workspace;
  std::string name;
  std::int64_t version = 1;
  nlohmann::json definition = nlohmann::json::object();
};

using StateFact = std::variant<WorkspaceMade, ExperimentMade, ExperimentChanged, NumberUsed, TargetSet, AliasSet,
                               AliasRemoved, ModelRegistered, ModelChanged, ModelRemoved, EnvironmentRegistered>;

/// The object of a line: the fact, its kind ("k") and when it was written ("t", seconds since 1970).
nlohmann::json to_json(const LauncherFact& fact, double t);
nlohmann::json to_json(const DaemonFact& fact, double t);
nlohmann::json to_json(const StateFact& fact, double t);

/// Nothing for a kind that the file does not have, and for a line that lacks what its kind needs.
std::optional<LauncherFact> launcher_fact_from_json(const nlohmann::json& line);
std::optional<DaemonFact> daemon_fact_from_json(const nlohmann::json& line);
std::optional<StateFact> state_fact_from_json(const nlohmann::json& line);

/// When a line was written; 0 where it does not say.
double fact_time(const nlohmann::json& line);

template <class Fact>
struct Timed {
  Fact fact;
  double t = 0;  ///< of its line
};
/// The facts of a whole record/daemon.jsonl, in order; lines that are none are skipped.
std::vector<Timed<DaemonFact>> daemon_facts_in(std::string_view text);
/// Those of one kind.
template <class Fact>
std::vector<Timed<Fact>> daemon_facts_of(std::string_view text) {
  std::vector<Timed<Fact>> found;
  for (auto& [fact, t] : daemon_facts_in(text))
    if (auto* known = std::get_if<Fact>(&fact)) found.push_back({std::move(*known), t});
  return found;
}
/// The fact `created` as the database keeps it: what `snapshot` said later is in it.
Created created_from_json(const nlohmann::json& object);

// Lines of other files that are no metrics.

/// A line of a journal by which a process makes a child run.
struct ChildRun {
  static constexpr std::string_view kKind = "child";
  std::string id;
  std::string name, display_name;  ///< empty: the daemon makes one
  Tags tags;                       ///< with names that tags may have
};
nlohmann::json to_json(const ChildRun& child, double t);
ChildRun child_run_from_json(const nlohmann::json& line);

/// The line before a batch of lines in record/api.jsonl that a client has numbered.
struct Batch {
  static constexpr std::string_view kKind = "batch";
  std::string client;
  std::int64_t number = 0;
};
/// How such a line begins: no other line may begin so.
inline constexpr std::string_view kBatchMark = R"({"k":"batch",)";
std::string to_line(const Batch& batch);
/// Nothing for a line that does not begin with the mark, or cannot be read.
std::optional<Batch> batch_from_line(std::string_view line);

/// A line of record/digests.jsonl: size and digest of an artifact after the end of the run.
struct ArtifactDigest {
  std::string name;
  std::uint64_t size = 0;
  std::string sha256;
};
nlohmann::json to_json(const ArtifactDigest& digest);
ArtifactDigest artifact_digest_from_json(const nlohmann::json& line);

}  // namespace protocol
