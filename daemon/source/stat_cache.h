// SPDX-License-Identifier: Apache-2.0
// Digests of files that did not change since they were read, so that the second snapshot of a folder reads nothing.
// A cache: its file (state/cache/stat.db) may be deleted at any time, and a broken one is as good as none.
// A flat file, loaded once, instead of SQLite: a submit asks for every file, and a question must cost less than the
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

/// What must be the same for a file's content to be the same. ctime counts because mtime can be set.
struct FileStamp {
  std::uint64_t device = 0, inode = 0, size = 0;
  std::int64_t mtime_ns = 0, ctime_ns = 0;
  bool operator==(const FileStamp&) const = default;
  static FileStamp of(const struct stat& st);
};

/// One for the daemon, shared by all its threads. Reads its file at the first question.
class StatCache {
 public:
  /// A file changed less than this before it was read may change again within the same tick of its clock.
  static constexpr std::int64_t kRacyNs = 2'000'000'000;
  static constexpr std::size_t kMaxEntries = 100'000;
  /// Nanoseconds since 1970.
  using Clock = std::function<std::int64_t()>;

  explicit StatCache(base::Path file, Clock clock = {});

  /// True when a file with this stamp is known: `sha256` (hex) is its digest.
  bool find(const FileStamp& stamp, std::string& sha256);
  /// `stamp` was the file's before and after it was read. Not kept when that was too soon after its last change.
  void note(const FileStamp& stamp, std::string_view sha256);
  /// Writes what was noted since, replacing the file; the oldest entries go beyond kMaxEntries.
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
