// SPDX-License-Identifier: Apache-2.0
// What Ingest remembers of a run while it reads its files; for the sources of Ingest alone.
#pragma once

#include <algorithm>
#include <chrono>
#include <set>

#include "daemon/store/ingest/ingest.h"
#include "daemon/store/ingest/patterns.h"
#include "protocol/quotas.h"

namespace store {

/// The files of lines in a journal, by name; when there are more than a run may have, kMostJournals + 1 of them.
std::vector<base::Path> journals_in(const base::Path& folder);

inline std::string relative(const protocol::RunDir& run, const base::Path& path) { return path.lexically_relative(run.root).string(); }

struct Ingest::Source {
  Position position;
  bool dirty = false;  ///< read, but not yet synced
  std::chrono::steady_clock::time_point synced{};
  base::Path path;
  bool continued = false;  ///< the database had some of it before
  base::Micros since = 0;  ///< when its first line without a time was met; 0: not yet
};

struct Ingest::Run {
  RunKey key;
  std::string id;
  protocol::RunDir dir;
  base::Path journal;  ///< where its processes report
  bool inner = false;  ///< that lies in the journal of its parent
  Patterns patterns;
  Facts facts;
  std::map<std::string, Source> sources{};
  std::uint64_t journal_quota = protocol::Quotas().journal_bytes;
  std::optional<base::Appender> daemon_file{}, api_file{};
  bool daemon_dirty = false, api_dirty = false;
  std::optional<protocol::ExitRecord> ending{};
  bool ended = false;  ///< the ending has been taken in
  std::optional<std::int64_t> children{};  ///< how many runs its processes have made, once asked
  std::set<std::string> unread{};  ///< journals that could not be read, as was said
  bool recalled = false;  ///< what earlier daemons said of when lines were read

  /// Whether something is still to be synced, though not at once.
  bool is_dirty() const {
    return std::any_of(sources.begin(), sources.end(), [](const auto& source) { return source.second.dirty; });
  }
  /// `given` as the `created` fact has it: relative to the run's directory; empty: the attempt's own.
  void set_journal(const std::string& given) {
    inner = !given.empty();
    journal = inner ? (dir.root / given).lexically_normal() : dir.attempt().journal();
  }
};

}  // namespace store
