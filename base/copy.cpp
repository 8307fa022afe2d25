// SPDX-License-Identifier: Apache-2.0
#include "base/copy.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <limits>

#include "base/digest.h"

namespace base {
namespace {

constexpr std::uint64_t kCopyStep = 1 << 30;

/// The content, by sharing it where the file system can: 0, or an errno.
int copy_content(const Fd& from, const Fd& to) {
  if (::ioctl(to.get(), FICLONE, from.get()) == 0) return 0;
  return copy_bytes(from, to, std::numeric_limits<std::uint64_t>::max());
}

int copy_facts(const struct stat& status, const Fd& to) {
  const timespec times[2] = {status.st_atim, status.st_mtim};
  if (::fchmod(to.get(), (status.st_mode & 0777) | S_IRUSR | S_IWUSR) != 0) return errno;
  return ::futimens(to.get(), times) == 0 ? 0 : errno;
}

}  // namespace

int copy_bytes(const Fd& from, const Fd& to, std::uint64_t size) {
  while (size > 0) {
    const ssize_t put = ::sendfile(to.get(), from.get(), nullptr, std::min(size, kCopyStep));
    if (put == 0) return 0;
    if (put < 0 && errno != EINTR) return errno;
    if (put > 0) size -= static_cast<std::uint64_t>(put);
  }
  return 0;
}

Result<std::uint64_t> copy_file(const Path& from, const Path& to) {
  const std::string cannot = "cannot copy '" + from.string() + "'";
  TRY_ASSIGN_FOR(cannot, const Fd source, open_file(from, O_RDONLY | O_NONBLOCK));
  struct stat status {};
  if (::fstat(source.get(), &status) != 0) return os_error(cannot);
  if (!S_ISREG(status.st_mode)) return error(cannot + ": it is not a regular file");
  TRY_ASSIGN_FOR(cannot, const Fd target, open_file(to, O_WRONLY | O_CREAT | O_EXCL));
  int number = copy_content(source, target);
  if (number == 0) number = copy_facts(status, target);
  if (number != 0) return os_error(cannot + " to '" + to.string() + "'", number);
  return static_cast<std::uint64_t>(status.st_size);
}

Result<void> move_into(const Path& folder, const Path& path) {
  TRY(make_directories(folder));
  const Path target = folder / (path.filename().string() + "." + random_hex(4));
  if (::rename(path.c_str(), target.c_str()) == 0 || errno == ENOENT) return {};
  return os_error("cannot remove '" + path.string() + "'");
}

}  // namespace base
