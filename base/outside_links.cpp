// SPDX-License-Identifier: Apache-2.0
#include "base/outside_links.h"

#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

namespace base {

namespace {

/// Empty where it is unknown.
std::string link_target(int parent, const char* name) {
  char target[PATH_MAX];
  const ssize_t size = ::readlinkat(parent, name, target, sizeof target);
  return size > 0 ? std::string(target, static_cast<std::size_t>(size)) : std::string();
}

std::string place_of(const Fd& fd) {
  return link_target(AT_FDCWD, ("/proc/self/fd/" + std::to_string(fd.get())).c_str());
}

bool is_in(const std::string& place, const std::string& folder) {
  return place == folder || folder == "/" || place.starts_with(folder + "/");
}

}  // namespace

OutsideLinks::OutsideLinks(const Fd& root) : root_(root), root_path_(place_of(root)) {}

std::optional<struct stat> OutsideLinks::follow(int parent, const char* name, const std::string& path) {
  const std::string target = link_target(parent, name);
  if (target.empty() || target.front() == '/') return std::nullopt;
  const Fd found(::openat(parent, name, O_PATH | O_CLOEXEC));
  struct stat status {};
  if (!found || ::fstat(found.get(), &status) != 0) return std::nullopt;
  const std::string place = place_of(found);
  const bool below = is_below_followed(path);
  if (is_in(place, root_path_) && !below) return std::nullopt;
  if (S_ISDIR(status.st_mode) && (is_in(root_path_, place) || contains(status, path))) return std::nullopt;
  if (!S_ISDIR(status.st_mode) && !S_ISREG(status.st_mode)) return std::nullopt;
  (below ? deeper_ : followed_).insert(path);
  return status;
}

bool OutsideLinks::is_below_followed(const std::string& path) const {
  for (auto slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1))
    if (has(path.substr(0, slash))) return true;
  return false;
}

/// Whether it is one of the folders on the way to `path`: to follow it would have no end.
bool OutsideLinks::contains(const struct stat& folder, const std::string& path) const {
  for (auto slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1)) {
    struct stat above {};
    if (::fstatat(root_.get(), path.substr(0, slash).c_str(), &above, 0) != 0) continue;
    if (above.st_dev == folder.st_dev && above.st_ino == folder.st_ino) return true;
  }
  return false;
}

}  // namespace base
