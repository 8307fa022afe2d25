// SPDX-License-Identifier: Apache-2.0
#include "launcher/collect.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <memory>

namespace launcher {
namespace {

class Collector {
 public:
  Collector(const Attempt& attempt, Facts& facts) : attempt_(attempt), facts_(facts) {}

  void folder(int parent, const char* entry, const std::string& name) {
    base::Fd fd(openat(parent, entry, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!fd) return facts_.skipped(name, "cannot open the folder: " + std::string(std::strerror(errno)));
    const std::unique_ptr<DIR, int (*)(DIR*)> directory(fdopendir(fd.get()), closedir);
    if (!directory) return;
    const int number = fd.release();
    while (const dirent* next = readdir(directory.get())) {
      const std::string child = next->d_name;
      if (child != "." && child != "..") one(number, child, name + "/" + child);
    }
  }

 private:
  void one(int parent, const std::string& entry, const std::string& name) {
    struct stat status {};
    if (fstatat(parent, entry.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) return;
    if (S_ISDIR(status.st_mode)) return folder(parent, entry.c_str(), name);
    if (!S_ISREG(status.st_mode)) return facts_.skipped(name, S_ISLNK(status.st_mode) ? "a link" : "not a regular file");
    if (const auto good = protocol::check_artifact_name(name); !good) return facts_.skipped(name, good.error().message);
    take(parent, entry, name, static_cast<std::uint64_t>(status.st_size));
  }

  void take(int parent, const std::string& entry, const std::string& name, std::uint64_t size) {
    const base::Path target = attempt_.run.artifacts() / name;
    if (const auto made = base::make_directories(target.parent_path()); !made)
      return facts_.skipped(name, made.error().message);
    if (renameat2(parent, entry.c_str(), AT_FDCWD, target.c_str(), RENAME_NOREPLACE) != 0)
      return facts_.skipped(name, "cannot move it into the record: " + std::string(std::strerror(errno)));
    facts_.collected(name, "artifacts/" + name, size);
  }

  const Attempt& attempt_;
  Facts& facts_;
};

}  // namespace

void collect_outputs(const Attempt& attempt, Facts& facts) {
  if (attempt.spec.source.in_place)
    return facts.warning("outputs and logs were not collected: the run used its source folder in place");
  Collector collector(attempt, facts);
  for (const char* name : {"outputs", "logs"}) collector.folder(AT_FDCWD, (attempt.dir.work() / name).c_str(), name);
}

}  // namespace launcher
