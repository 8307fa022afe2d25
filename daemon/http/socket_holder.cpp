// SPDX-License-Identifier: Apache-2.0
#include "daemon/http/socket_holder.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <memory>
#include <string>

#include "base/fd.h"

namespace http {

namespace {

struct CloseFolder {
  void operator()(DIR* folder) const { ::closedir(folder); }
};
using Folder = std::unique_ptr<DIR, CloseFolder>;

Folder open_folder(const std::string& path) { return Folder(::opendir(path.c_str())); }

/// Whether the process has the socket ("socket:[4711]") open. False for a process that cannot be looked into, because
/// it has changed its user or has just ended.
bool holds(pid_t pid, const std::string& socket) {
  const Folder descriptors = open_folder("/proc/" + std::to_string(pid) + "/fd");
  if (!descriptors) return false;
  std::array<char, 64> target{};
  while (const dirent* entry = ::readdir(descriptors.get())) {
    const auto length = ::readlinkat(::dirfd(descriptors.get()), entry->d_name, target.data(), target.size());
    if (length > 0 && std::string_view(target.data(), static_cast<std::size_t>(length)) == socket) return true;
  }
  return false;
}

bool is_ours(int proc, const char* name) {
  struct stat status {};
  return ::fstatat(proc, name, &status, 0) == 0 && status.st_uid == ::geteuid();
}

pid_t pid_of(const char* name) {
  pid_t pid = 0;
  const std::string_view text = name;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), pid);
  return problem == std::errc() && end == text.data() + text.size() ? pid : 0;
}

pid_t find_holder(const std::string& socket) {
  const Folder proc = open_folder("/proc");
  if (!proc) return 0;
  while (const dirent* entry = ::readdir(proc.get())) {
    const pid_t pid = pid_of(entry->d_name);
    if (pid > 0 && is_ours(::dirfd(proc.get()), entry->d_name) && holds(pid, socket)) return pid;
  }
  return 0;
}

}  // namespace

bool SocketHolders::has(ino_t inode) {
  const std::string socket = "socket:[" + std::to_string(inode) + "]";
  const pid_t last = last_;
  if (last > 0 && holds(last, socket)) return true;
  const pid_t found = find_holder(socket);
  if (found > 0) last_ = found;
  return found > 0;
}

}  // namespace http
