// SPDX-License-Identifier: Apache-2.0
// From files to rows, each line exactly once: the rows of a file's lines and the offset up to which it was read are
// written in the same transaction. The daemon's own facts go the same way: they are appended to their file, then read.
// Why facts come before rows: docs/decisions/01-record-before-database.md.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "daemon/store/ingest/line_applier.h"
#include "daemon/store/ingest/line_reader.h"
#include "daemon/store/ingest/rows.h"
#include "daemon/store/ingest/series_book.h"
#include "daemon/store/ingest/state_facts.h"
#include "protocol/facts.h"
#include "protocol/names.h"

namespace store {

struct Change {
  std::string run;    ///< id; empty: the state directory itself
  unsigned what = 0;  ///< ChangeBits
  bool final = false;
  RunKey created_child = 0;                  ///< the run's key, when a line of its parent has just created it
  std::vector<protocol::RunState> states{};  ///< that the run has come to, in order
  RunKey key = 0;                            ///< of the run, where its files have been read
  SlotNews slot = SlotNews::kNone;
};

inline constexpr std::chrono::seconds kSyncEvery(1);

/// The result of one pass over a run's files.
struct IngestPass {
  bool grew = false;   ///< something was read
  bool more = false;   ///< there is more than one pass's budget
  bool final = false;  ///< the run is in a final state

  void add(const IngestPass& file) {
    grew |= file.grew;
    more |= file.more;
  }
};

/// Owned by Store; writer thread only, inside a transaction. A job ends with finish_job(). After an error either the
/// job must be rolled back and forget_job() called, or the whole transaction and forget(). Before a commit: flush(),
/// then sync().
class Ingest {
 public:
  /// `rebooted`: the machine was restarted after the database was last written.
  Ingest(Database& database, protocol::StateDir state, bool rebooted);
  ~Ingest();

  /// Appends a fact about the state directory and applies it.
  base::Result<void> append_state_fact(const protocol::StateFact& fact);
  /// Applies the new facts about the state directory.
  base::Result<void> ingest_state_facts();

  /// The row of the run whose directory is there, made from its files when it is new.
  base::Result<RunKey> adopt(std::string_view id);
  /// The number that the next run of the spec's experiment gets; makes workspace and experiment, as facts, where they
  /// are new.
  base::Result<std::int64_t> next_number(const protocol::RunSpec& spec);
  /// Appends a fact to record/daemon.jsonl and applies it.
  base::Result<void> append_fact(RunKey run, const protocol::DaemonFact& fact,
                                 double t = base::to_seconds(base::now()));
  /// Appends valid lines of the metric protocol to record/api.jsonl and applies them.
  base::Result<void> append_lines(RunKey run, std::string_view lines);
  /// The same for a client that numbers its batches: false, and nothing is done, when this one was there before.
  base::Result<bool> append_batch(RunKey run, const std::string& client, std::int64_t number, std::string_view lines);
  /// Reads and applies new lines in all files of the run, a budget's worth; the ending when all that it seals has been
  /// read.
  base::Result<IngestPass> ingest_run(RunKey run);

  /// Ends a run that has no launcher to do it: ingests its files as they are now, which all belong to the run, then
  /// writes `record` as a fact; into the database alone where the record can never be written. An ending that is there
  /// already stays.
  base::Result<void> end(RunKey run, protocol::ExitRecord record);

  base::Result<void> flush() { return book_.flush(); }
  /// Syncs the files that were appended to and, at most once a second each, the journals that were read.
  base::Result<void> sync();
  /// Syncs a file or folder before the next commit, if it is still there then.
  void sync_before_commit(base::Path path) { unsynced_.push_back(std::move(path)); }
  /// Whether a journal waits for its second to pass: sync() has to be called again then, also if nothing else happens.
  bool owes_sync() const { return !touched_.empty() || !unsynced_.empty(); }
  /// The job has succeeded: keeps its changes for collect_changes().
  void finish_job();
  /// The job was rolled back: forgets the runs that it touched, and no others.
  void forget_job();
  /// The transaction was rolled back: forgets every run.
  void forget();
  void add_change(Change change) { job_changes_.push_back(std::move(change)); }
  /// The changes of all jobs since the last call. Call after sync(): runs that have ended are no longer remembered.
  std::vector<Change> collect_changes();

  Rows& rows() { return rows_; }
  Database& database() { return database_; }

 private:
  struct Run;
  struct Source;
  struct LineFile;

  base::Result<Run*> load(RunKey key);
  base::Result<Source*> source(RunKey run, std::map<std::string, Source>& known, const std::string& file);
  base::Result<void> save_position(RunKey run, const std::string& file, const Source& source);
  base::Result<bool> append_if_possible(RunKey run, const protocol::DaemonFact& fact, double t);
  base::Result<void> record_warning(Run& run, const std::string& sentence);
  base::Result<void> ingest_facts(Run& run, const base::Path& path, bool daemon);
  base::Result<void> carry_out(Run& run, Effects effects);
  base::Result<void> warn_of_unreadable_file(Run& run, const std::string& file, const std::string& why);
  base::Result<void> warn_of_changed_file(Run& run, const std::string& file, const ReadReport& report);
  base::Result<void> reject_line(Run& run, const std::string& file, Source& source, std::uint64_t offset,
                                 const std::string& why);
  void drop(RunKey key);
  base::Result<void> sync_paths();

  // endings.cpp: how a run ends.
  base::Result<std::string> read_exit_record(Run& run);
  base::Result<void> write_ending(Run& run, protocol::ExitRecord record);
  base::Result<bool> ingest_all(RunKey key);
  base::Result<bool> apply_ending(Run& run, bool more);
  base::Result<void> warn_of_rest(Run& run);

  // journals.cpp: lines of the metric protocol.
  base::Result<IngestPass> ingest_journals(Run& run);
  base::Result<IngestPass> ingest_file(Run& run, const base::Path& path, bool log);
  base::Result<std::optional<LineFile>> open_line_file(Run& run, const base::Path& path, bool log);
  base::Result<void> apply_line(Run& run, const LineFile& file, std::string_view text, std::uint64_t begin,
                                const LineOrigin& origin, Effects& effects);
  base::Result<void> apply_batch(RunKey run, std::string_view line);
  base::Result<void> apply_patterns(Run& run, std::string_view line, const LineOrigin& origin, Effects& effects);
  base::Result<std::vector<base::Path>> readable_journals(Run& run);
  base::Result<void> load_read_times(Run& run);
  base::Result<base::Micros> read_time(Run& run, const std::string& file, Source& source, std::uint64_t before,
                                       std::uint64_t after);
  base::Result<void> warn_of_full_journal(Run& run, const std::string& file, const Source& source);

  // children.cpp: runs that report in the journal of their parent.
  base::Result<void> create_child(Run& parent, const protocol::Timed<protocol::ChildRun>& child);
  base::Result<void> refuse_child(Run& parent, const std::string& why);
  base::Result<std::int64_t> count_children(Run& parent);
  base::Result<void> write_child_record(const Run& parent, const protocol::Timed<protocol::ChildRun>& child);
  base::Result<void> end_children(const Run& parent);

  Database& database_;
  protocol::StateDir state_;
  bool rebooted_;
  Rows rows_;
  StateFacts state_facts_;
  SeriesBook book_;
  std::map<RunKey, std::unique_ptr<Run>> runs_;
  std::map<RunKey, Run*> touched_;  ///< those that changed, or have something to sync
  std::map<std::string, Source> state_sources_;
  std::optional<base::Appender> state_file_;
  bool state_file_dirty_ = false;
  std::vector<Change> changes_;      ///< of finished jobs
  std::vector<Change> job_changes_;  ///< of this job
  std::set<RunKey> job_runs_;        ///< runs that this job has touched
  bool job_touched_state_facts_ = false;
  std::vector<base::Path> unsynced_;  ///< files and folders to be synced before the next commit
};

}  // namespace store
