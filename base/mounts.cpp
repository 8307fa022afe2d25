// SPDX-License-Identifier: Apache-2.0
#include "base/mounts.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <string_view>

#include "base/spawn.h"

namespace base {
namespace {

// Of linux/mount.h, which older headers lack, and which cannot be included beside sys/mount.h.
constexpr long kOpenTree = 428, kMoveMount = 429, kMountSetattr = 442;
constexpr unsigned kOpenTreeClone = 1, kMoveMountFromEmptyPath = 4;
constexpr unsigned kRecursive = 0x8000;
struct MountAttributes {
  std::uint64_t set = 0, clear = 0, propagation = 0, user_namespace = 0;
};
constexpr std::uint64_t kReadOnly = 1;

int write_to(const char* path, std::string_view text) noexcept {
  const int fd = ::open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return errno;
  const int number = ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) ? 0 : errno;
  ::close(fd);
  return number;
}

/// Maps users and groups to themselves: 0, or an errno.
int map_ids(std::string_view users, std::string_view groups) noexcept {
  if (const int number = write_to("/proc/self/uid_map", users)) return number;
  if (const int number = write_to("/proc/self/setgroups", "deny")) return number;
  return write_to("/proc/self/gid_map", groups);
}

int mount_tree(int tree, const Mount& mount) noexcept {
  if (mount.read_only) {
    const MountAttributes attributes{.set = kReadOnly};
    if (::syscall(kMountSetattr, tree, "", AT_EMPTY_PATH | kRecursive, &attributes, sizeof attributes) != 0)
      return errno;
  }
  return ::syscall(kMoveMount, tree, "", AT_FDCWD, mount.to.c_str(), kMoveMountFromEmptyPath) == 0 ? 0 : errno;
}

int make_mount(const Mount& mount) noexcept {
  const long tree = ::syscall(kOpenTree, AT_FDCWD, mount.from.c_str(), kOpenTreeClone | kRecursive | O_CLOEXEC);
  if (tree < 0) return errno;
  const int number = mount_tree(static_cast<int>(tree), mount);
  ::close(static_cast<int>(tree));
  return number;
}

std::string map_of(unsigned id) { return std::to_string(id) + " " + std::to_string(id) + " 1\n"; }

}  // namespace

PrivateMounts::PrivateMounts(const std::vector<Mount>& mounts) : mounts_(mounts) {
  if (::geteuid() == 0) return;
  user_map_ = map_of(::geteuid());
  group_map_ = map_of(::getegid());
}

PrivateMounts::Failure PrivateMounts::enter() const noexcept {
  if (::unshare(user_map_.empty() ? CLONE_NEWNS : CLONE_NEWUSER | CLONE_NEWNS) != 0)
    return {errno, "make a namespace", ""};
  if (!user_map_.empty())
    if (const int number = map_ids(user_map_, group_map_)) return {number, "map the user", ""};
  // Mounts made outside are seen inside, and never the other way around.
  if (::mount("none", "/", nullptr, MS_REC | MS_SLAVE, nullptr) != 0) return {errno, "separate the mounts", ""};
  for (const auto& mount : mounts_)
    if (const int number = make_mount(mount))
      return {number, mount.read_only ? "mount read-only" : "mount", mount.to.c_str()};
  return {};
}

Result<void> try_mounts(const std::vector<Mount>& mounts) {
  const PrivateMounts prepared(mounts);
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return os_error("cannot make a pipe");
  const Fd read_end(ends[0]);
  Fd write_end(ends[1]);
  TRY_ASSIGN(const pid_t pid, fork_process());
  if (pid == 0) {
    const auto failure = prepared.enter();
    [[maybe_unused]] const auto written = ::write(write_end.get(), &failure, sizeof failure);
    ::_exit(0);
  }
  write_end.reset();
  PrivateMounts::Failure failure{ECHILD, "try it", ""};
  // The texts lie in memory that the child was given a copy of, at the same addresses.
  if (::read(read_end.get(), &failure, sizeof failure) != sizeof failure) failure = {ECHILD, "try it", ""};
  while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) continue;
  if (failure.number == 0) return {};
  const std::string place = failure.place;
  return os_error(std::string("cannot ") + failure.step + (place.empty() ? "" : " '" + place + "'"), failure.number);
}

}  // namespace base
