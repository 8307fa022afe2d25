// SPDX-License-Identifier: Apache-2.0
#include "base/ownership.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "base/peer.h"

namespace base {

namespace {

constexpr mode_t kWritableForOthers = S_IWGRP | S_IWOTH;

std::string octal(mode_t mode) {
  char text[8];
  std::snprintf(text, sizeof text, "%04o", static_cast<unsigned>(mode & 07777));
  return text;
}

std::string of_another(uid_t owner) { return "belongs to another user (uid " + std::to_string(owner) + ")"; }

Error refused(const std::string& why) { return error(why, std::errc::permission_denied); }

Result<void> check_distinct_user() {
  if (::geteuid() != overflow_uid()) return {};
  return refused("the kernel gives the uid of this process (" + std::to_string(::geteuid()) +
                 ") to every user that a user namespace does not map, so that its owner cannot be told; run this as a "
                 "user of its own, "
                 "or in a namespace that maps its user");
}

/// Replaces the facts about a link by those about its target.
Result<void> follow_link(const Path& link, struct stat& about) {
  if (about.st_uid != ::geteuid() && about.st_uid != 0)
    return refused("the symbolic link " + of_another(about.st_uid) + "; use a directory of your own");
  if (::stat(link.c_str(), &about) == 0) return {};
  return os_error("make the directory that the symbolic link leads to, or remove the link");
}

Result<void> check_directory(const Path& directory, const struct stat& about) {
  if (!S_ISDIR(about.st_mode)) return error("it is not a directory; use another path", std::errc::not_a_directory);
  if (about.st_uid != ::geteuid()) return refused("it " + of_another(about.st_uid) + "; use a directory of your own");
  if ((about.st_mode & kWritableForOthers) == 0) return {};
  return refused("other users may write to it (mode " + octal(about.st_mode) +
                 "); make sure that all it holds is yours, then run 'chmod go-w " + directory.string() + "'");
}

Result<void> look_at(const Path& directory) {
  TRY(check_distinct_user());
  struct stat about {};
  if (::lstat(directory.c_str(), &about) != 0) {
    if (errno == ENOENT) return {};
    return os_error("it cannot be inspected");
  }
  if (S_ISLNK(about.st_mode)) TRY(follow_link(directory, about));
  return check_directory(directory, about);
}

}  // namespace

Result<void> check_own_directory(std::string_view name, const Path& directory) {
  TRY_FOR("cannot use the " + std::string(name) + " '" + directory.string() + "'", look_at(directory));
  return {};
}

Result<void> make_own_directory(std::string_view name, const Path& directory) {
  TRY(check_own_directory(name, directory));
  TRY_FOR("cannot make the " + std::string(name), make_directories(directory));
  return check_own_directory(name, directory);  // another user may have been quicker
}

Result<std::string> read_own_file(const Path& path, std::uint64_t limit) {
  TRY_ASSIGN(const Fd fd, open_file(path, O_RDONLY | O_NOFOLLOW));
  struct stat about {};
  if (::fstat(fd.get(), &about) != 0) return os_error("cannot inspect '" + path.string() + "'");
  if (about.st_uid != ::geteuid())
    return refused("cannot read '" + path.string() + "': it " + of_another(about.st_uid) + "; remove it");
  return read_whole(fd, path, limit);
}

}  // namespace base
