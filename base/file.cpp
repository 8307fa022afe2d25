// SPDX-License-Identifier: Apache-2.0
#include "base/file.h"

#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/digest.h"

namespace base {

namespace {

// Not in linux/magic.h of every kernel's headers.
constexpr long kCifsMagic = 0xFF534D42, kSmb2Magic = 0xFE534D42, kFuseMagic = 0x65735546, kLustreMagic = 0x0BD00BD0,
               kGpfsMagic = 0x47504653, kCephMagic = 0x00C36400, kBeegfsMagic = 0x19830326;

template <class Call>
auto retry(Call call) {
  decltype(call()) n;
  do n = call();
  while (n < 0 && errno == EINTR);
  return n;
}

std::string cannot(std::string_view verb, const Path& path) {
  return "cannot " + std::string(verb) + " '" + path.string() + "'";
}

/// The size of a regular file; an error for anything else that has its name.
Result<std::uint64_t> regular_size(const Fd& fd, std::string_view verb, const Path& path) {
  struct stat st {};
  if (::fstat(fd.get(), &st) != 0) return os_error(cannot(verb, path));
  if (!S_ISREG(st.st_mode))
    return error(cannot(verb, path) + ": it is not a regular file", std::errc::invalid_argument);
  return static_cast<std::uint64_t>(st.st_size);
}

Path temporary_beside(const Path& path) {
  return path.parent_path() / ("." + path.filename().string() + "." + random_hex(8) + ".tmp");
}

Result<void> write_synced(const Path& path, std::string_view bytes, mode_t mode) {
  TRY_ASSIGN(const Fd fd, open_file(path, O_WRONLY | O_CREAT | O_EXCL, mode));
  TRY_FOR(cannot("write", path), write_all(fd, bytes));
  return sync_data(fd);
}

}  // namespace

Result<Fd> open_file(const Path& path, int flags, mode_t mode) {
  if ((flags & O_CREAT) != 0) flags |= O_NOFOLLOW;
  const int fd = retry([&] { return ::open(path.c_str(), flags | O_CLOEXEC, mode); });
  if (fd >= 0) return Fd(fd);
  if (errno == ELOOP && (flags & O_NOFOLLOW) != 0)
    return error(cannot("open", path) + ": it is a symbolic link, which is not followed here",
                 std::errc::too_many_symbolic_link_levels);
  return os_error(cannot("open", path));
}

Result<Fd> open_beneath(const Path& root, const std::string& name, int flags) {
  TRY_ASSIGN(const Fd folder, open_file(root, O_PATH | O_DIRECTORY));
  struct open_how how {};
  how.flags = static_cast<std::uint64_t>(flags | O_CLOEXEC);
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
  const long fd = retry([&] { return ::syscall(SYS_openat2, folder.get(), name.c_str(), &how, sizeof how); });
  if (fd < 0) return os_error(cannot("open", root / name));
  return Fd(static_cast<int>(fd));
}

bool exists(const Path& path) { return ::access(path.c_str(), F_OK) == 0; }

Result<std::string> read_file(const Path& path, std::uint64_t limit) {
  TRY_ASSIGN(const Fd fd, open_file(path, O_RDONLY | O_NONBLOCK | O_NOCTTY));
  return read_whole(fd, path, limit);
}

Result<std::string> read_whole(const Fd& fd, const Path& path, std::uint64_t limit) {
  TRY_ASSIGN(const std::uint64_t size, regular_size(fd, "read", path));
  std::string content;
  content.reserve(std::min(size, limit));
  char buffer[65536];
  for (;;) {
    const ssize_t n = retry([&] { return ::read(fd.get(), buffer, sizeof buffer); });
    if (n < 0) return os_error(cannot("read", path));
    if (n == 0) return content;
    content.append(buffer, static_cast<std::size_t>(n));
    if (content.size() > limit)
      return error(cannot("read", path) + ": larger than " + std::to_string(limit) + " bytes",
                   std::errc::file_too_large);
  }
}

Result<std::string> read_at(const Fd& fd, std::uint64_t offset, std::size_t size) {
  std::string bytes(size, '\0');
  std::size_t have = 0;
  while (have < size) {
    const ssize_t n =
        retry([&] { return ::pread(fd.get(), bytes.data() + have, size - have, static_cast<off_t>(offset + have)); });
    if (n < 0) return os_error("cannot read");
    if (n == 0) break;
    have += static_cast<std::size_t>(n);
  }
  bytes.resize(have);
  return bytes;
}

Result<void> write_all(const Fd& fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = retry([&] { return ::write(fd.get(), bytes.data(), bytes.size()); });
    if (n < 0) return os_error("cannot write");
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return {};
}

Result<void> write_all_at(const Fd& fd, std::string_view bytes, std::uint64_t offset) {
  while (!bytes.empty()) {
    const ssize_t n = retry([&] { return ::pwrite(fd.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset)); });
    if (n < 0) return os_error("cannot write");
    bytes.remove_prefix(static_cast<std::size_t>(n));
    offset += static_cast<std::uint64_t>(n);
  }
  return {};
}

Result<std::uint64_t> file_size(const Fd& fd) {
  struct stat st {};
  if (::fstat(fd.get(), &st) != 0) return os_error("cannot stat");
  return static_cast<std::uint64_t>(st.st_size);
}

Result<void> sync_data(const Fd& fd) {
  if (retry([&] { return ::fdatasync(fd.get()); }) != 0) return os_error("cannot sync");
  return {};
}

Result<void> sync_directory(const Path& directory) {
  TRY_ASSIGN(const Fd fd, open_file(directory, O_RDONLY | O_DIRECTORY));
  if (retry([&] { return ::fsync(fd.get()); }) != 0) return os_error(cannot("sync", directory));
  return {};
}

Result<void> make_directories(const Path& path) {
  if (path.empty() || ::access(path.c_str(), F_OK) == 0) {
    struct stat st {};
    if (path.empty() || (::stat(path.c_str(), &st) == 0 && S_ISDIR(st.st_mode))) return {};
    return os_error(cannot("make directory", path), ENOTDIR);
  }
  if (path.has_parent_path() && path.parent_path() != path) TRY(make_directories(path.parent_path()));
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return os_error(cannot("make directory", path));
  return {};
}

Result<void> write_file_atomic(const Path& path, std::string_view bytes, mode_t mode) {
  const Path temporary = temporary_beside(path);
  if (auto written = write_synced(temporary, bytes, mode); !written) {
    ::unlink(temporary.c_str());
    return written.error();
  }
  if (::rename(temporary.c_str(), path.c_str()) != 0) {
    const auto failure = os_error(cannot("replace", path));
    ::unlink(temporary.c_str());
    return failure;
  }
  return sync_directory(path.parent_path());
}

Result<void> replace_file(const Path& path, std::string_view bytes, mode_t mode) {
  const Path temporary = temporary_beside(path);
  TRY_ASSIGN(const Fd fd, open_file(temporary, O_WRONLY | O_CREAT | O_EXCL, mode));
  const auto written = write_all(fd, bytes);
  if (!written || ::rename(temporary.c_str(), path.c_str()) != 0) {
    const auto failure = written ? os_error(cannot("replace", path)) : written.error().with(cannot("write", path));
    ::unlink(temporary.c_str());
    return failure;
  }
  return {};
}

Result<bool> create_file_once(const Path& path, std::string_view bytes, mode_t mode) {
  const Path temporary = temporary_beside(path);
  if (auto written = write_synced(temporary, bytes, mode); !written) {
    ::unlink(temporary.c_str());
    return written.error();
  }
  const int linked = ::link(temporary.c_str(), path.c_str());
  const int link_errno = errno;
  ::unlink(temporary.c_str());
  if (linked != 0 && link_errno == EEXIST) return false;
  if (linked != 0) return os_error(cannot("create", path), link_errno);
  TRY(sync_directory(path.parent_path()));
  return true;
}

std::uint64_t disk_usage(const Path& path) {
  std::uint64_t total = 0;
  std::error_code ec;
  for (auto it = std::filesystem::recursive_directory_iterator(
           path, std::filesystem::directory_options::skip_permission_denied, ec);
       !ec && it != std::filesystem::recursive_directory_iterator(); it.increment(ec)) {
    struct stat st {};
    if (it->path().native().size() >= PATH_MAX)
      it.disable_recursion_pending();  // each level is a descriptor, and no call takes the path
    if (::lstat(it->path().c_str(), &st) == 0) total += static_cast<std::uint64_t>(st.st_blocks) * 512;
  }
  return total;
}

Result<bool> is_network_file_system(const Path& path, std::string* what) {
  struct statfs fs {};
  if (::statfs(path.c_str(), &fs) != 0) return os_error(cannot("inspect", path));
  const struct {
    long magic;
    const char* name;
  } kNetwork[] = {{NFS_SUPER_MAGIC, "NFS"}, {SMB_SUPER_MAGIC, "SMB"}, {kCifsMagic, "CIFS"},
                  {kSmb2Magic, "SMB2"},     {V9FS_MAGIC, "9p"},       {AFS_SUPER_MAGIC, "AFS"},
                  {kLustreMagic, "Lustre"}, {kGpfsMagic, "GPFS"},     {kCephMagic, "Ceph"},
                  {kBeegfsMagic, "BeeGFS"}, {kFuseMagic, "FUSE"},     {CODA_SUPER_MAGIC, "Coda"}};
  for (const auto& entry : kNetwork) {
    if (static_cast<unsigned long>(fs.f_type) != static_cast<unsigned long>(entry.magic)) continue;
    if (what) *what = entry.name;
    return true;
  }
  return false;
}

Result<Appender> Appender::open(const Path& path) {
  TRY_ASSIGN(Fd fd, open_file(path, O_RDWR | O_APPEND | O_CREAT));
  Appender appender(std::move(fd));
  // A FIFO in the file's place would let its writer wait for ever.
  TRY_ASSIGN(const std::uint64_t size, regular_size(appender.fd_, "append to", path));
  // A predecessor may have died in the middle of a line.
  if (size > 0) {
    TRY_ASSIGN(const std::string last, read_at(appender.fd_, size - 1, 1));
    appender.torn_ = !last.ends_with('\n');
  }
  return appender;
}

Result<void> Appender::append(std::string_view line) {
  std::string bytes;
  bytes.reserve(line.size() + 2);
  if (torn_) bytes += '\n';
  bytes.append(line).push_back('\n');
  for (std::string_view rest = bytes; !rest.empty();) {
    const ssize_t n = retry([&] { return ::write(fd_.get(), rest.data(), rest.size()); });
    if (n <= 0) {
      if (rest.size() < bytes.size()) torn_ = true;
      return n < 0 ? os_error("cannot append") : os_error("cannot append", ENOSPC);
    }
    rest.remove_prefix(static_cast<std::size_t>(n));
  }
  torn_ = false;
  return {};
}

}  // namespace base
