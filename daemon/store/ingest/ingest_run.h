// SPDX-License-Identifier: Apache-2.0
// What Ingest remembers of a run while it reads the run's files. Only the sources of Ingest include this.
#pragma once

#include <algorithm>
#include <chrono>
#include <set>

#include "daemon/store/ingest/ingest.h"
#include "daemon/store/ingest/patterns.h"
#include "daemon/store/ingest/read_times.h"
#include "protocol/quotas.h"

namespace store {

/// The files of lines in a journal, sorted by name; none where there is no such folder. Of more than kMostJournals, any
/// kMostJournals + 1.
base::Result<std::vector<base::Path>> journals_in(const base::Path& folder);

inline std::string relative(const protocol::RunDir& run, const base::Path& path) {
  return path.lexically_relative(run.root).string();
}

constexpr std::uint64_t kShownRejections = 10;  ///< warnings for refused lines of a file; further ones are only counted

/// One file that is read line by line, and how far.
struct Ingest::Source {
  Position position;
  bool dirty = false;  ///< read, but not yet synced
  std::chrono::steady_clock::time_point synced{};
  base::Path path;
  bool continued = false;  ///< a part of it was already in the database when it was loaded
  base::Micros since = 0;  ///< when its first line without a time was read; 0: not yet
};

struct Ingest::Run {
  RunKey key;
  std::string id;
  protocol::RunDir dir;
  LineApplier applier;
  base::Path journal{};   ///< where its processes report
  bool is_child = false;  ///< its journal lies in that of its parent
  Patterns patterns{};
  std::map<std::string, Source> sources{};
  std::uint64_t journal_quota = protocol::Quotas().journal_bytes;
  std::optional<base::Appender> daemon_file{}, api_file{};
  bool daemon_dirty = false, api_dirty = false;
  unsigned changes = 0;                                   ///< of this job; ChangeBits
  std::vector<protocol::RunState> states{};               ///< that it has come to in this job, in order
  SlotNews slot = SlotNews::kNone;                        ///< of this job
  std::optional<protocol::ExitRecord> reported_ending{};  ///< of a child, from this pass
  std::optional<protocol::ExitRecord> ending{};
  bool ended = false;                      ///< the ending has been applied
  std::optional<std::int64_t> children{};  ///< how many runs its processes have created; nothing: not counted yet
  std::set<std::string> unreadable{};      ///< files that could not be read and have a warning
  std::map<std::string, ReadTimes, std::less<>> read_times{};  ///< by file
  bool read_times_loaded = false;                              ///< also those of facts that were ingested before

  /// Whether a file was read and still has to be synced (at most once each kSyncEvery).
  bool is_dirty() const {
    return std::any_of(sources.begin(), sources.end(), [](const auto& source) { return source.second.dirty; });
  }
  /// `given`: as in the fact `created`, relative to the run's directory. Empty: the journal of the attempt.
  void set_journal(const std::string& given) {
    is_child = !given.empty();
    journal = is_child ? (dir.root / given).lexically_normal() : dir.attempt().journal();
  }
};

}  // namespace store
