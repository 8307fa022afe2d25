// SPDX-License-Identifier: Apache-2.0
// The source of a submission: a folder that the daemon sees as its client does, or files that the client has sent.
#pragma once

#include <atomic>

#include "daemon/runs/submission.h"
#include "daemon/source/stat_cache.h"
#include "daemon/source/upload.h"
#include "protocol/names.h"

namespace runs {

struct SourceReading {
  const protocol::StateDir& state;
  source::Uploads& uploads;
  source::StatCache& cache;
  SubmitProgress& progress;
  const std::atomic<bool>& stop;  ///< true: the daemon stops, give up
};

/// What was found of a source.
struct CapturedSource {
  std::string snapshot;  ///< digest; empty: none was to be taken
  protocol::SnapshotFacts facts;
  std::string dated;  ///< "commit 2021-06-01", "file 2021-06-01": of the newest one; empty: not known
};

/// Checks the source and takes its snapshot. For a thread. `no_link`: the daemon does not see the folder as the client
/// does, which can send it instead.
SourceResult<CapturedSource> read_source(const Submission& submission, const SourceReading& reading);

/// Whether the script of a submission is in the snapshot that it shares with another run. For a thread.
base::Result<void> check_shared_script(const Submission& submission, const protocol::StateDir& state);

}  // namespace runs
