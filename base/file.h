// SPDX-License-Identifier: Apache-2.0
// Files: whole reads, atomic writes, durable appends. Directories are made 0700, files 0600.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/fd.h"
#include "base/result.h"

namespace base {

using Path = std::filesystem::path;

/// Flags as for open(2); O_CLOEXEC is added, EINTR retried. A call that may create the file never follows a symbolic
/// link in its place (ELOOP).
Result<Fd> open_file(const Path& path, int flags, mode_t mode = 0600);
/// Opens the relative `name` below `root`; a link on the way, or a way out, is refused by the kernel (ELOOP, EXDEV).
Result<Fd> open_beneath(const Path& root, const std::string& name, int flags);
/// False as well when it cannot be inspected.
bool exists(const Path& path);
/// The whole content of a regular file; refuses more than `limit` bytes, and never waits for a FIFO of that name.
Result<std::string> read_file(const Path& path, std::uint64_t limit = 1ull << 30);
/// The same of an open file; `path` is for messages.
Result<std::string> read_whole(const Fd& fd, const Path& path, std::uint64_t limit);
/// At most `size` bytes from `offset`; shorter at the end of the file.
Result<std::string> read_at(const Fd& fd, std::uint64_t offset, std::size_t size);
Result<void> write_all(const Fd& fd, std::string_view bytes);
Result<void> write_all_at(const Fd& fd, std::string_view bytes, std::uint64_t offset);
Result<std::uint64_t> file_size(const Fd& fd);

Result<void> sync_data(const Fd& fd);
Result<void> sync_directory(const Path& directory);
/// mkdir -p with mode 0700; existing directories are left as they are.
Result<void> make_directories(const Path& path);

/// Makes `path` hold `bytes`, whole or not at all: temporary name (random), sync, rename, sync of the directory.
Result<void> write_file_atomic(const Path& path, std::string_view bytes, mode_t mode = 0600);
/// The same without the syncs: for files that may be lost in a power failure.
Result<void> replace_file(const Path& path, std::string_view bytes, mode_t mode = 0600);
/// As write_file_atomic, but never replaces: false when `path` exists already.
Result<bool> create_file_once(const Path& path, std::string_view bytes, mode_t mode = 0600);

/// Bytes used by everything below `path`, links not followed.
std::uint64_t disk_usage(const Path& path);
/// True on NFS, CIFS, 9p, FUSE network mounts: locks and appends do not hold there. `what` gets the name.
Result<bool> is_network_file_system(const Path& path, std::string* what);

/// An append-only file of lines, of one writer. After a line that could not be written whole the next one begins with
/// '\n', so a torn line never swallows its successor.
class Appender {
 public:
  static Result<Appender> open(const Path& path);
  /// One write(2) of `line` and its '\n'; after a short one, another of the rest.
  Result<void> append(std::string_view line);
  Result<void> sync() { return sync_data(fd_); }
  const Fd& fd() const { return fd_; }

 private:
  explicit Appender(Fd fd) : fd_(std::move(fd)) {}
  Fd fd_;
  bool torn_ = false;
};

}  // namespace base
