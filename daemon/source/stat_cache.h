// SPDX-License-Identifier: Apache-2.0
// Remembers the digests of files, so that a second snapshot of a folder does not read files that have not changed.
// A cache: its file (state/cache/stat.db) may be deleted at any time, and a broken one is as good as none.
// A flat file, loaded once, instead of SQLite: a submit looks up every file, and a look-up must cost less than the
// lstat before it.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "base/result.h"

namespace source {

/// A file whose stamp is the same counts as unchanged. ctime is in it because a program can set mtime.
struct FileStamp {
  std::uint64_t device = 0, inode = 0, size = 0;
  std::int64_t mtime_ns = 0, ctime_ns = 0;
  bool operator==(const FileStamp&) const = default;
  static FileStamp of(const struct stat& st);
};

/// Owned by the submitter; any thread may call it. Reads its file at the first look-up.
class StatCache {
 public:
  /// A file changed less than this before it was read may change again within the same tick of its clock.
  static constexpr std::int64_t kRacyNs = 2'000'000'000;
  static constexpr std::size_t kMaxEntries = 100'000;
  /// Returns nanoseconds since 1970.
  using Clock = std::function<std::int64_t()>;

  explicit StatCache(base::Path file, Clock clock = {});

  /// True when a file with this stamp is known: `sha256` is then its digest (hex).
  bool find(const FileStamp& stamp, std::string& sha256);
  /// Remembers a digest. The file had `stamp` before and after it was read. Does nothing when it was read too soon
  /// after its last change (kRacyNs).
  void note(const FileStamp& stamp, std::string_view sha256);
  /// Replaces the file if something was noted since the last save. Of more than kMaxEntries entries, those unused for
  /// longest are dropped.
  base::Result<void> save();

 private:
  struct Record {
    FileStamp stamp;
    std::int64_t used_day = 0;
    char sha256[64] = {};
  };
  void load();
  Record* lookup(const FileStamp& stamp);
  void merge();

  const base::Path file_;
  const Clock clock_;
  std::mutex mutex_;
  bool loaded_ = false;
  std::vector<Record> records_;  // sorted by (device, inode), one each
  std::vector<Record> noted_;    // since the last save, in order of noting
};

}  // namespace source
