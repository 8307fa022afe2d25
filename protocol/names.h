// SPDX-License-Identifier: Apache-2.0
// Paths in the state directory (docs/formats/run-directory.md): the one place that spells file names.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace protocol {

using Path = std::filesystem::path;

/// Of the text of a lock file (protocol/launch_record.h).
inline constexpr int kLockVersion = 1;
inline constexpr std::string_view kSharedMetrics = "metrics.jsonl";

/// One attempt of a run. Only attempt 1 exists today.
struct AttemptDir {
  Path root;
  Path lock() const { return root / "lock"; }
  Path claim() const { return root / "claim"; }
  Path launcher_facts() const { return root / "launcher.jsonl"; }
  Path log() const { return root / "log"; }
  Path log_index() const { return root / "log.index"; }
  Path env_log() const { return root / "env.log"; }
  Path exit_record() const { return root / "exit.json"; }
  /// Space reserved at the start, so that the ending can be written on a full disk; one for each process that may write
  /// it.
  Path exit_reserve(std::string_view who) const { return root / ("exit." + std::string(who)); }
  /// A file on its way into the record, where it has to be copied.
  Path collecting() const { return root / "collecting"; }
  Path journal() const { return root / "journal"; }
  Path shared_metrics() const { return journal() / kSharedMetrics; }
  Path blobs() const { return journal() / "blobs"; }
  Path child_error(int pid) const { return journal() / ("error-" + std::to_string(pid) + ".json"); }
  Path child_ending() const { return journal() / "ending.json"; }
  Path work() const { return root / "work"; }
  Path inputs() const { return root / "inputs"; }
  /// Copies of, or links to, the files of an input.
  Path input(std::string_view name) const { return inputs() / "files" / std::string(name); }
  /// The machine's files: for the run a read-only view of all of them, for other processes links to those that it was
  /// given.
  Path originals() const { return inputs() / "originals"; }
  Path alive() const { return root / "alive"; }
  Path nonce() const { return root / "nonce"; }
};

// The most that the processes of one run may make: a loop must not use up the machine's watches, nor the daemon's time.
inline constexpr std::size_t kMostJournals = 10'000;  ///< files of lines
inline constexpr std::int64_t kMostChildRuns = 10'000;

/// The journal of a child run, in the journal of its parent.
inline Path child_journal(const Path& journal, std::string_view id) { return journal / "children" / std::string(id); }

struct RunDir {
  Path root;
  Path record() const { return root / "record"; }
  Path spec() const { return record() / "spec.json"; }
  Path environ_file() const { return record() / "environ.json"; }
  Path inputs() const {
    return record() / "inputs.json";
  }  ///< apart from the spec: a list of files may be long, and is never shown
  Path daemon_facts() const { return record() / "daemon.jsonl"; }
  Path api_lines() const { return record() / "api.jsonl"; }
  Path stop_requests() const { return record() / "wishes.jsonl"; }
  Path digests() const { return record() / "digests.jsonl"; }
  Path artifacts() const { return root / "artifacts"; }
  AttemptDir attempt(int number = 1) const { return {root / ("attempt-" + std::to_string(number))}; }
};

struct SnapshotDir {
  Path root;
  Path manifest() const { return root / "manifest.json"; }
  Path archive() const { return root / "archive.tar.zst"; }
};

/// An environment that was built, below cache/environments.
struct EnvironmentDir {
  Path root;
  Path prefix() const { return root / "prefix"; }
  Path interpreter() const { return prefix() / "bin" / "python"; }
  Path requirements() const { return root / "requirements.txt"; }
  Path description() const { return root / "environment.json"; }  ///< written last: without it, there is nothing
  Path used() const { return root / "used.json"; }
  Path lock() const { return root.string() + ".lock"; }
};

/// A web service, below services. Only its owner may enter: the socket of its host lies there.
struct ServiceDir {
  Path root;
  Path record() const { return root / "service.json"; }
  /// Where the host of a start listens; each start has a number of its own.
  Path socket(int start) const { return root / (std::to_string(start) + ".sock"); }
};

struct StateDir {
  Path root;
  Path lock() const { return root / "lock"; }
  Path daemon_file() const { return root / "daemon.json"; }
  Path port_file() const { return root / "port"; }          ///< the daemon's last one
  Path own_host() const { return root / "host"; }           ///< the host name of its pages
  Path sessions() const { return root / "sessions.json"; }  ///< browsers that have logged in
  Path settings() const { return root / "settings.json"; }
  Path daemon_log() const { return root / "daemon.log"; }
  Path pythons() const { return root / "pythons.json"; }
  Path socket() const { return root / "runyardd.sock"; }
  Path state_facts() const { return root / "yard.jsonl"; }
  Path database() const { return root / "runyard.db"; }
  Path hook() const { return root / "hooks" / "status-changed"; }  ///< a program of the user
  Path cache() const { return root / "cache"; }
  Path interpreters() const { return cache() / "interpreters"; }
  Path environments() const { return cache() / "environments"; }
  Path uv() const { return cache() / "uv"; }  ///< the program uv, if it was brought
  Path stat_cache() const { return cache() / "stat.db"; }
  Path uploads() const { return root / "uploads"; }
  Path blobs() const { return root / "contents"; }         ///< files of models, by their SHA-256
  Path datastores() const { return root / "datastores"; }  ///< of the SDK, and state/data_registry
  Path fetched() const { return root / "fetched"; }        ///< files of web addresses, of the SDK alone
  Path snapshots() const { return root / "snapshots"; }
  Path trash() const { return root / "trash"; }
  Path runs() const { return root / "runs"; }
  Path services() const { return root / "services"; }
  SnapshotDir snapshot(std::string_view digest) const { return {snapshots() / std::string(digest)}; }
  EnvironmentDir environment(std::string_view digest) const { return {environments() / std::string(digest)}; }
  Path builds() const { return environments() / "builds"; }
  RunDir run(std::string_view id) const { return {runs() / std::string(id)}; }
  ServiceDir service(std::string_view id) const { return {services() / std::string(id)}; }
  /// The state directory that holds a run.
  static StateDir of_run(const RunDir& run) { return {run.root.parent_path().parent_path()}; }
};

/// $RUNYARD_STATE, else $XDG_STATE_HOME/runyard, else ~/.local/state/runyard, given these three values (may be null).
base::Result<StateDir> state_dir(const char* runyard_state, const char* xdg_state_home, const char* home);

/// The names under which a run's captured logs appear among its files.
inline constexpr std::string_view kDriverLog = "azureml-logs/70_driver_log.txt";
inline constexpr std::string_view kEnvironmentLog = "azureml-logs/20_environment_log.txt";

/// Rules for names that people choose. The error says what is wrong with the name.
base::Result<void> check_run_id(std::string_view id);
base::Result<void> check_experiment_name(std::string_view name);
base::Result<void> check_name(std::string_view what, std::string_view name);  ///< metrics, tags, properties, columns
base::Result<void> check_artifact_name(std::string_view name);                ///< a relative path of such names

}  // namespace protocol
