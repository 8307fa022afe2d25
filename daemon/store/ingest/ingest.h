// SPDX-License-Identifier: Apache-2.0
// From files to rows, each line exactly once: what a file said and the offset up to which it was read are written in the
// same transaction. The daemon's own facts take the same way: append, then read.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "daemon/store/ingest/facts.h"
#include "daemon/store/ingest/line_reader.h"
#include "daemon/store/ingest/rows.h"
#include "daemon/store/ingest/series_book.h"
#include "daemon/store/ingest/yard_facts.h"
#include "protocol/names.h"

namespace store {

struct Change {
  std::string run;  ///< id; empty: the yard itself
  unsigned what = 0;
  bool final = false;
  RunKey born = 0;  ///< the run's key, when a line of its parent has just made it
  std::vector<protocol::RunState> states{};  ///< that the run has come to, in order
};

inline constexpr std::chrono::seconds kSyncEvery(1);

/// How the line before each batch of lines that a client numbered begins, in the same write: nobody else may write it.
inline constexpr std::string_view kBatchMark = R"({"k":"batch",)";

/// What one pass over a run's files found.
struct Pass {
  bool grew = false;   ///< something was taken in
  bool more = false;   ///< there is more than one pass's budget
  bool final = false;  ///< the run is in a final state
};

/// Owned by Store; writer thread only, inside a transaction. After an error what was done since the last collect() must be rolled
/// back and forget_job() called, or all of the transaction and forget(). Before a commit: flush(), then sync().
class Ingest {
 public:
  /// `rebooted`: the machine has started anew since the database was last written.
  Ingest(Database& database, protocol::StateDir state, bool rebooted);
  ~Ingest();

  /// Appends facts about the yard and takes them in.
  base::Result<void> append_yard(const nlohmann::json& fact);
  base::Result<void> take_yard();

  /// The row of the run whose directory is there, made from its files when it is new.
  base::Result<RunKey> adopt(std::string_view id);
  /// The number that the next run of the spec's experiment gets; makes workspace and experiment, as facts, where they are new.
  base::Result<std::int64_t> next_number(const protocol::RunSpec& spec);
  /// Appends a fact to record/daemon.jsonl and takes it in. `t` is added.
  base::Result<void> append_fact(RunKey run, nlohmann::json fact);
  /// Appends valid lines of the metric protocol to record/api.jsonl and takes them in.
  base::Result<void> append_lines(RunKey run, std::string_view lines);
  /// The same for a client that numbers its batches: false, and nothing is done, when this one was there before.
  base::Result<bool> append_batch(RunKey run, const std::string& client, std::int64_t number, std::string_view lines);
  /// Takes in what is new in all files of the run, a budget's worth; the ending when everything it seals has been read.
  base::Result<Pass> take_run(RunKey run);

  /// Ends a run that has no launcher to do it: takes in what it reported until now, which is what belongs to it, then
  /// `record` as a fact. An ending that is there already stays.
  base::Result<void> end(RunKey run, protocol::ExitRecord record);

  base::Result<void> flush() { return book_.flush(); }
  /// Syncs what was appended and, at most once a second each, the journals that were read.
  base::Result<void> sync();
  /// Syncs a file or folder before the next commit, if it is still there then.
  void sync_before_commit(base::Path path) { unsynced_.push_back(std::move(path)); }
  /// Whether a journal waits for its second to pass: sync() has to be called again then, also if nothing else happens.
  bool owes_sync() const { return !touched_.empty() || !unsynced_.empty(); }
  /// After a rollback of what was done since the last collect(): forgets the runs that were touched since then, and no others.
  void forget_job();
  /// After a rollback of the transaction: forgets every run.
  void forget();
  /// Remembers what the work since the last call changed.
  void collect();
  void note(Change change) { noted_.push_back(std::move(change)); }
  /// All that was collected. Call after sync(): runs that have ended are let go.
  std::vector<Change> take_changes();

  Rows& rows() { return rows_; }
  Database& database() { return database_; }

 private:
  struct Run;
  struct Source;
  struct Batch;

  base::Result<Run*> load(RunKey key);
  base::Result<Source*> source(RunKey run, std::map<std::string, Source>& known, const std::string& file);
  base::Result<void> store(RunKey run, const std::string& file, Source& source);
  base::Result<void> take_facts(Run& run, const base::Path& path, bool daemon);
  base::Result<Pass> take_file(Run& run, const base::Path& path, bool marked);
  base::Result<void> take_batch(RunKey run, std::string_view line);
  base::Result<void> derive(Run& run, std::string_view line, const std::string& series, const Facts::Arrival& arrival);
  base::Result<std::vector<base::Path>> readable_journals(Run& run);
  base::Result<Pass> take_journals(Run& run);
  base::Result<bool> take_ending(Run& run, bool more);

  // children.cpp: runs made inside of another, which report in its journal.
  base::Result<void> begin_children(Run& parent);
  base::Result<void> begin_child(Run& parent, const nlohmann::json& line);
  base::Result<std::int64_t> count_children(Run& parent);
  base::Result<void> make_child(const Run& parent, const nlohmann::json& line, const std::string& id);
  base::Result<void> end_children(const Run& parent);
  base::Result<void> recall(Run& run);
  base::Result<base::Micros> arrival(Run& run, const std::string& file, Source& source, std::uint64_t before, std::uint64_t after);
  base::Result<void> note_unread(Run& run, const base::Path& path, const std::string& why);
  base::Result<void> note_quota(Run& run, const std::string& file, const Source& source);
  base::Result<void> note_mishaps(Run& run, const std::string& file, const ReadReport& report);
  base::Result<void> reject(Run& run, const std::string& file, Source& source, std::uint64_t offset, const std::string& why);
  void drop(RunKey key);
  base::Result<void> sync_owed();

  Database& database_;
  protocol::StateDir state_;
  bool rebooted_;
  Rows rows_;
  YardFacts yard_facts_;
  SeriesBook book_;
  std::map<RunKey, std::unique_ptr<Run>> runs_;
  std::map<RunKey, Run*> touched_;  ///< those that changed, or have something to sync
  std::map<std::string, Source> yard_sources_;
  std::optional<base::Appender> yard_;
  bool yard_dirty_ = false;
  std::vector<Change> changes_, noted_;  ///< collected; since the last collect()
  std::set<RunKey> used_;                ///< runs that were touched since the last collect()
  bool yard_used_ = false;               ///< whether the yard's facts were
  std::vector<base::Path> unsynced_;     ///< files and folders to be synced before the next commit
};

}  // namespace store
