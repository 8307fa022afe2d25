// SPDX-License-Identifier: Apache-2.0
#include "base/lock.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>

namespace base {

namespace {

struct flock whole_file(short type) {
  struct flock lock {};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  return lock;
}

Result<Fd> take(const Path& path, short type, int command) {
  TRY_ASSIGN(Fd fd, open_file(path, O_RDWR | O_CREAT));
  struct flock lock = whole_file(type);
  while (::fcntl(fd.get(), command, &lock) != 0) {
    if (errno == EINTR) continue;
    return os_error("cannot lock '" + path.string() + "'", errno == EACCES ? EAGAIN : errno);
  }
  return fd;
}

Result<bool> conflicting_lock(const Path& path, int command) {
  auto fd = open_file(path, O_RDONLY);
  const auto missing = {std::errc::no_such_file_or_directory, std::errc::not_a_directory};
  if (!fd && std::find(missing.begin(), missing.end(), fd.error().code) != missing.end()) return false;
  if (!fd) return fd.error();
  struct flock lock = whole_file(F_WRLCK);
  if (::fcntl(fd->get(), command, &lock) != 0) return os_error("cannot ask for the lock on '" + path.string() + "'");
  return lock.l_type != F_UNLCK;
}

}  // namespace

Result<Fd> lock_file(const Path& path) { return take(path, F_WRLCK, F_OFD_SETLK); }
Result<Fd> wait_for_lock(const Path& path) { return take(path, F_WRLCK, F_OFD_SETLKW); }
Result<Fd> share_lock(const Path& path) { return take(path, F_RDLCK, F_OFD_SETLK); }

Result<bool> is_locked(const Path& path) { return conflicting_lock(path, F_OFD_GETLK); }
Result<bool> is_record_locked(const Path& path) { return conflicting_lock(path, F_GETLK); }

}  // namespace base
