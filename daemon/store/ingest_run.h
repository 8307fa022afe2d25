// SPDX-License-Identifier: Apache-2.0
// What Ingest remembers of a run while it reads its files; for the sources of Ingest alone.
#pragma once

#include <chrono>

#include "daemon/store/ingest.h"
#include "daemon/store/patterns.h"
#include "protocol/quotas.h"

namespace yard {

struct Ingest::Source {
  Position position;
  bool dirty = false;  ///< read, but not yet synced
  std::chrono::steady_clock::time_point synced{};
  base::Path path;
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
  bool recalled = false;  ///< what earlier daemons said of when lines were read

  /// `given` as the `created` fact has it: relative to the run's directory; empty: the attempt's own.
  void set_journal(const std::string& given) {
    inner = !given.empty();
    journal = inner ? (dir.root / given).lexically_normal() : dir.attempt().journal();
  }
};

}  // namespace yard
