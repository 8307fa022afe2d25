// SPDX-License-Identifier: Apache-2.0
// Taking the snapshot of a source folder: snapshots/<digest>/{manifest.json,archive.tar.zst}.
#pragma once

#include <cstdint>
#include <string>

#include "base/file.h"
#include "base/result.h"

namespace yard {

struct SnapshotLimits {
  bool large = false;  ///< go on beyond the two limits below
  std::uint64_t bytes = 2'000'000'000;
  std::uint64_t files = 50'000;
};

struct Snapshot {
  std::string digest;  ///< SHA-256 of the manifest, hex
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
  std::string left_out;  ///< "left out by .gitignore: data/ (12 GB), 3 files *.csv"; empty when nothing was
  bool reused = false;   ///< the same snapshot lay there already
};

/// Scans `source`, then reads each file once (again only when it changed meanwhile: three tries, then an error that
/// names it). Rules come from `.amlignore`, else `.gitignore`, at the top. Over a limit: the error (file_too_large)
/// names the ten largest entries at the top and the line that leaves each out; nothing was read by then. `snapshots`
/// exists. What appears there is whole or not at all, and survives a power cut.
/// The manifest has one JSON object a line, sorted by the bytes of the path: path, type (file, directory, link), mode,
/// and size with sha256, or target.
base::Result<Snapshot> take_snapshot(const base::Path& source, const base::Path& snapshots,
                                     const SnapshotLimits& limits = {});

}  // namespace yard
