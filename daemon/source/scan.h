// SPDX-License-Identifier: Apache-2.0
// Walking over a source folder: what a snapshot takes, what it excludes, and how large it is. Reads no content.
#pragma once

#include <sys/stat.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "daemon/source/exclusions.h"
#include "daemon/source/size_tally.h"
#include "daemon/source/stat_cache.h"
#include "protocol/ignore.h"

namespace source {

struct SnapshotLimits {
  bool large = false;  ///< go on beyond the two limits below
  std::uint64_t bytes = protocol::kSourceBytes;
  std::uint64_t files = protocol::kSourceFiles;  ///< and as many folders
};

/// How far a snapshot is; for GET /submissions/{id}.
struct SnapshotProgress {
  enum class Phase { scanning, reading };
  Phase phase = Phase::scanning;
  std::uint64_t files = 0;        ///< scanned, or read, so far
  std::uint64_t bytes = 0;        ///< of these files
  std::uint64_t total_bytes = 0;  ///< of all that will be read; 0 while scanning
};
using ProgressCallback = std::function<void(const SnapshotProgress&)>;

struct ScanEntry {
  std::string path;  ///< relative
  mode_t mode = 0;
  FileStamp stamp;
};

struct Scan {
  std::vector<ScanEntry> entries;  ///< sorted by the bytes of the path; not complete when over the limits
  std::uint64_t files = 0, folders = 0, bytes = 0;
  Exclusions exclusions;
  std::set<std::string> followed;  ///< entries that are links out of the source, taken as what they lead to
  bool over_limits = false;
  bool counted_all = true;  ///< false: so many that counting stopped
  SizeTally tally;          ///< filled when over the limits
};

struct ScanOptions {
  SnapshotLimits limits;
  /// (device, inode) of folders that are ours and lie in the source by chance.
  std::vector<std::pair<std::uint64_t, std::uint64_t>> ours;
  /// A client has sent it: no link is followed, since the client has done that, and an entry of mode 0, which it has
  /// not sent, must be excluded.
  bool sent = false;
  ProgressCallback progress;
  const std::atomic<bool>* stop = nullptr;
  /// Beyond the limits, counting goes on this far: enough to say which entries are large.
  std::uint64_t counted_in_one_top = 100'000, counted_in_all = 1'000'000;
};

/// `root` is an open folder. Links are not followed, but for relative ones that lead out of it (outside_links.h). The
/// error names the entry that cannot be read and the line that leaves it out; operation_canceled when `stop` was set.
base::Result<Scan> scan_source(const base::Fd& root, const Ignore& rules, const ScanOptions& options);

/// The file that a line which leaves something out belongs into.
std::string ignore_file_of(const Ignore& rules);
/// "; to leave it out, write '/a/b' into .amlignore".
std::string how_to_exclude(const Ignore& rules, std::string_view path);

bool is_over(const SnapshotLimits& limits, const Scan& scan);
/// The sentence for a scan over its limits, and the same as data; file_too_large.
base::Error too_large(const Scan& scan, const Ignore& rules, const SnapshotLimits& limits,
                      std::vector<LargeEntry>* details);

base::Result<void> check_stop(const std::atomic<bool>* stop);

}  // namespace source
