// SPDX-License-Identifier: Apache-2.0
// Taking the snapshot of a source folder: snapshots/<digest>/{manifest.json,archive.tar.zst}.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "daemon/source/scan.h"

namespace source {

struct Snapshot {
  std::string digest;  ///< SHA-256 of the manifest, hex
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
  std::uint64_t bytes_read = 0;  ///< of files; 0 when the cache knew every file and the snapshot lay there
  std::string excluded;          ///< "excluded by .gitignore: data/ (12 GB), 3 files *.csv"; empty when nothing was
  bool reused = false;           ///< the same snapshot lay there already
  std::int64_t newest_ns = 0;    ///< when the newest file was changed, since 1970; 0: there is none
};

/// What a caller may want besides. All of it is optional and outlives the call.
struct SnapshotOptions {
  StatCache* cache = nullptr;
  /// Called on the caller's thread, often: it must return at once.
  ProgressCallback progress;
  /// Set by another thread to give up: operation_canceled, and nothing is left behind.
  const std::atomic<bool>* stop = nullptr;
  /// Over a limit: gets the ten largest entries.
  std::vector<LargeEntry>* largest = nullptr;
  /// Relative paths that are excluded because the run gets links to them.
  std::vector<std::string> linked;
  /// A client has sent the folder (ScanOptions::sent). `called`: its path there, for errors.
  bool sent = false;
  std::string called;
  /// Takes all that is in the folder, whatever the rules say.
  bool everything = false;
};

/// Scans `source`; when the cache knows the files and their snapshot is there, that is all. Else reads each file once
/// (again only when it changed meanwhile: three tries, then an error that names it), hashed and archived from the same
/// buffer. Rules come from `.amlignore`, else `.gitignore`, at the top. Over a limit: the error (file_too_large) names
/// the ten largest entries and the line that leaves each out; nothing was read by then. `snapshots` exists. What
/// appears there is whole or not at all, and survives a power cut.
base::Result<Snapshot> take_snapshot(const base::Path& source, const base::Path& snapshots,
                                     const SnapshotLimits& limits = {}, const SnapshotOptions& options = {});

}  // namespace source
