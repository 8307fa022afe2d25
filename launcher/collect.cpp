// SPDX-License-Identifier: Apache-2.0
#include "launcher/collect.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

#include "base/copy.h"
#include "base/text.h"

namespace launcher {
namespace {

constexpr double kClockGrain = 0.05;  // file times come from a clock that ticks only every few milliseconds
constexpr std::size_t kLongestPath = 4096, kShownOfPath = 100;
constexpr std::ptrdiff_t kDeepest = 250;      // folders: each takes stack and a descriptor
constexpr std::uint64_t kReasonsShown = 100;  // of what was skipped; the rest is only counted

std::string describe_errno(int number) { return std::strerror(number); }

double seconds_of(const timespec& t) { return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) / 1e9; }

dev_t device_of(const base::Path& folder) {
  struct stat status {};
  return ::stat(folder.c_str(), &status) == 0 ? status.st_dev : 0;
}

/// Of /proc or /sys, whose files are no outputs although they look regular.
bool is_of_kernel(const base::Fd& fd) {
  struct statfs status {};
  return ::fstatfs(fd.get(), &status) == 0 && (status.f_type == PROC_SUPER_MAGIC || status.f_type == SYSFS_MAGIC);
}

/// 0, or an errno. No other process makes names in the record by now, so where the kernel cannot refuse to replace,
/// that is not needed.
int rename_once(int parent, const base::Path& from, const base::Path& to) {
  if (renameat2(parent, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return 0;
  if (errno != EINVAL && errno != ENOSYS) return errno;
  return renameat(parent, from.c_str(), AT_FDCWD, to.c_str()) == 0 ? 0 : errno;
}

double changed(const base::Path& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0 ? seconds_of(status.st_mtim) : 0;
}

/// MLflow's own store: a folder for each experiment, with one for each of its runs.
bool mlruns_changed(const base::Path& mlruns, double since) {
  bool found = changed(mlruns) > since;
  std::error_code code;
  for (std::filesystem::directory_iterator entry(mlruns, code), end; !found && !code && entry != end;
       entry.increment(code))
    found = changed(entry->path()) > since;
  return found;
}

class Collector {
 public:
  Collector(const Attempt& attempt, FactWriter& facts, double started)
      : attempt_(attempt), facts_(facts), quotas_(attempt.spec.quotas), copies_(attempt.spec.source.in_place),
        since_(started - kClockGrain) {}

  /// Links come first, while what they point to is still in its place.
  void folders(const std::vector<std::string>& names) {
    for (const Pass pass : {Pass::kLinks, Pass::kFiles}) {
      pass_ = pass;
      for (const auto& name : names) folder(AT_FDCWD, (attempt_.work() / name).c_str(), name);
    }
  }

  /// The hook gives the same warning where mlflow was imported: a run has it once.
  void warn_of_mlflow() {
    if (mlruns_changed(attempt_.work() / "mlruns", since_ + kClockGrain))  // not if it was unpacked just before
      facts_.warn(
          "MLflow was used: the metrics, parameters and files that it logs are not recorded in this run, as those of "
          "run.log and run.upload_file are");
  }

  /// Warns of the files that stay where they are.
  void sum_up() {
    if (skipped_ > kReasonsShown)
      facts_.warn(std::to_string(skipped_) + " files were not collected; only the first are named");
    if (left_files_ > 0)
      facts_.warn("the outputs are more than a run may keep (" + base::format_bytes(quotas_.output_bytes) + " in " +
                  std::to_string(quotas_.output_files) + " files): " + std::to_string(left_files_) +
                  " files stay in the working directory");
  }

 private:
  enum class Pass : std::uint8_t { kLinks, kFiles };

  void folder(int parent, const char* entry, const std::string& name) {
    const auto refuse = [&](const std::string& shown, const std::string& why) {
      if (pass_ == Pass::kFiles) skip(shown, why);  // once
    };
    if (name.size() > kLongestPath || std::count(name.begin(), name.end(), '/') > kDeepest)
      return refuse(name.substr(0, kShownOfPath) + "...", "its path is too long");
    base::Fd fd(openat(parent, entry, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!fd && errno == ENOENT) return;
    if (!fd) return refuse(name, "cannot open the folder: " + describe_errno(errno));
    const std::unique_ptr<DIR, int (*)(DIR*)> directory(fdopendir(fd.get()), closedir);
    if (!directory) return;
    const int number = fd.release();
    while (const dirent* next = readdir(directory.get())) {
      const std::string child = next->d_name;
      if (child == "." || child == ".." || (pass_ == Pass::kLinks && next->d_type == DT_REG)) continue;
      one(number, child, name + "/" + child);
    }
  }

  void skip(const std::string& name, const std::string& why) {
    if (++skipped_ <= kReasonsShown) facts_.write(protocol::Skipped{name, why});
  }

  void one(int parent, const std::string& entry, const std::string& name) {
    struct stat status {};
    if (fstatat(parent, entry.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) return;
    if (S_ISDIR(status.st_mode)) return folder(parent, entry.c_str(), name);
    if (S_ISLNK(status.st_mode) != (pass_ == Pass::kLinks)) return;
    if (copies_ && seconds_of(status.st_ctim) < since_) return;
    if (const auto good = protocol::check_artifact_name(name); !good) return skip(name, good.error().message);
    if (S_ISLNK(status.st_mode)) return link(parent, entry, name);
    if (!S_ISREG(status.st_mode)) return skip(name, "not a regular file");
    if (has_room(status)) take(parent, entry, name, status);
  }

  /// Whether the run may keep one more file, which is counted then.
  bool has_room(const struct stat& status) {
    const auto size = static_cast<std::uint64_t>(status.st_size);
    const bool room = files_ < quotas_.output_files && size <= quotas_.output_bytes - bytes_;
    files_ += room;
    bytes_ += room ? size : 0;
    left_files_ += !room;
    return room;
  }

  /// Keeps a copy of the file that a link leads to, as SDK v1 did. Outside of the run: unless it is for its owner's
  /// eyes alone.
  void link(int parent, const std::string& entry, const std::string& name) {
    const base::Fd found(openat(parent, entry.c_str(), O_PATH | O_CLOEXEC));  // opens no device and waits for no FIFO
    if (!found) return skip(name, "a link that leads to no file: " + describe_errno(errno));
    struct stat status {};
    if (::fstat(found.get(), &status) != 0)
      return skip(name, "a link to what cannot be inspected: " + describe_errno(errno));
    if (S_ISDIR(status.st_mode)) return skip(name, "a link to a folder");
    if (!S_ISREG(status.st_mode) || is_of_kernel(found))
      return skip(name, "a link to something that is not a regular file");
    const std::string self = "/proc/self/fd/" + std::to_string(found.get());
    std::error_code code;
    const base::Path place = std::filesystem::read_symlink(self, code),
                     work = std::filesystem::canonical(attempt_.work(), code);
    const bool inside = !code && place.native().starts_with(work.native() + "/");
    if (!inside && (status.st_mode & (S_IRWXG | S_IRWXO)) == 0)
      return skip(name, "a link to a private file outside of the run, " + place.string());
    if (!has_room(status)) return;
    const base::Fd from(::open(self.c_str(), O_RDONLY | O_CLOEXEC));
    if (!from) return skip(name, "cannot read " + place.string() + ": " + describe_errno(errno));
    const bool kept = put(
        name, status, [&] { return copy(from, status); }, attempt_.dir.collecting(), AT_FDCWD);
    if (kept && !inside)
      facts_.warn(name + " is a link to " + place.string() + ", outside of the run: the run keeps a copy");
  }

  void take(int parent, const std::string& entry, const std::string& name, const struct stat& status) {
    // A file with another hard link is copied: writing through that must not change the record.
    const bool copied = copies_ || status.st_nlink > 1 || device_of(attempt_.run.root) != status.st_dev;
    if (!copied)
      return (void)put(
          name, status, [] { return 0; }, entry, parent);
    const auto copy_it = [&] {
      const base::Fd from(openat(parent, entry.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
      return from ? copy(from, status) : errno;
    };
    put(name, status, copy_it, attempt_.dir.collecting(), AT_FDCWD);
  }

  /// Gives a file its name in the record; `prepare` makes it, if need be, at `entry` of the folder `parent`. True: it
  /// is kept. The fact comes before the rename: a launcher killed in between has named a file that the next one moves.
  template <class Prepare>
  bool put(const std::string& name, const struct stat& status, Prepare prepare, const base::Path& entry, int parent) {
    const base::Path target = attempt_.run.artifacts() / name;
    const auto refuse = [&](const std::string& why) { return skip(name, why), false; };
    if (::access(target.c_str(), F_OK) == 0) return refuse("the record has a file of that name already");
    if (const auto made = base::make_directories(target.parent_path()); !made) return refuse(made.error().message);
    if (const int number = prepare(); number != 0)
      return refuse("cannot copy it into the record: " + describe_errno(number));
    facts_.write(protocol::Collected{name, "artifacts/" + name, static_cast<std::uint64_t>(status.st_size),
                                     seconds_of(status.st_ctim) + kClockGrain});
    if (const int number = rename_once(parent, entry, target); number != 0)
      return refuse("cannot move it into the record: " + describe_errno(number));
    (void)::chmod(target.c_str(), 0600);
    return true;
  }

  /// Into the place for a file that is being collected: 0, or an errno.
  int copy(const base::Fd& from, const struct stat& status) const {
    (void)::unlink(attempt_.dir.collecting().c_str());  // of a collection that was killed
    const base::Fd to(::open(attempt_.dir.collecting().c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!to) return errno;
    const int number = base::copy_bytes(from, to, static_cast<std::uint64_t>(status.st_size));
    if (number != 0) (void)::unlink(attempt_.dir.collecting().c_str());
    return number;
  }

  const Attempt& attempt_;
  FactWriter& facts_;
  const protocol::Quotas& quotas_;
  bool copies_;
  double since_;
  std::uint64_t files_ = 0, bytes_ = 0;
  std::uint64_t skipped_ = 0, left_files_ = 0;
  Pass pass_ = Pass::kLinks;
};

}  // namespace

void collect_outputs(const Attempt& attempt, FactWriter& facts, double started) {
  Collector collector(attempt, facts, started);
  collector.folders({"outputs", "logs"});
  collector.warn_of_mlflow();
  collector.sum_up();
}

}  // namespace launcher
