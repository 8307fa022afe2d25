// SPDX-License-Identifier: Apache-2.0
// What a scanned folder holds: its manifest, from the stat cache where that knows a file, and its archive.
#pragma once

#include <sys/stat.h>

#include <string>
#include <unordered_map>

#include "base/archive_writer.h"
#include "base/fd.h"
#include "base/result.h"
#include "daemon/source/manifest.h"
#include "daemon/source/scan.h"
#include "daemon/source/snapshot.h"

namespace source {

/// One try at one scan; made, driven and thrown away by take_snapshot. The code resource_unavailable_try_again asks
/// for another scan.
class Capture {
 public:
  Capture(const base::Fd& root, const Scan& scan, const Ignore& rules, const SnapshotOptions& options);

  /// The manifest without an archive: reads only files that the cache does not know, and keeps them for archive().
  /// False when they have too many bytes for that.
  base::Result<bool> from_cache();
  /// The manifest, all files written to `writer`.
  base::Result<void> archive(base::ArchiveWriter& writer);

  const std::string& manifest() const { return manifest_; }
  std::uint64_t bytes() const { return bytes_; }
  std::uint64_t bytes_read() const { return bytes_read_; }

 private:
  struct Held {
    ManifestEntry entry;
    std::string content;
  };

  base::Result<void> begin(const ScanEntry& scanned, ManifestEntry& entry) const;
  /// Fills `entry` and content_; a file that changes meanwhile is read again.
  base::Result<void> read_small(ManifestEntry& entry);
  base::Result<bool> read_once(ManifestEntry& entry);
  base::Result<void> stream_large(ManifestEntry& entry, base::ArchiveWriter& writer);
  base::Result<void> archive_file(ManifestEntry& entry, std::uint64_t size, base::ArchiveWriter& writer);
  base::Result<void> archive_entry(ManifestEntry& entry, std::uint64_t size, base::ArchiveWriter& writer);
  base::Result<base::Fd> open(const std::string& path, struct stat& st) const;
  base::Result<void> fill(const base::Fd& fd, const std::string& path, std::uint64_t offset, std::size_t size);
  base::Error unreadable(std::string_view what, const std::string& path) const;
  void line(const ManifestEntry& entry);
  void note(const struct stat& st, const std::string& sha256) const;
  base::Result<void> advance(std::uint64_t bytes, bool file_done);

  const base::Fd& root_;
  const Scan& scan_;
  const Ignore& rules_;
  const SnapshotOptions& options_;
  std::string manifest_, content_;
  std::uint64_t bytes_ = 0, bytes_read_ = 0, files_ = 0;
  std::unordered_map<std::string, Held> held_;  // by path: read by from_cache()
};

}  // namespace source
