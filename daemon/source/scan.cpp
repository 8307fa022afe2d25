// SPDX-License-Identifier: Apache-2.0
#include "daemon/source/scan.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>

#include "base/outside_links.h"
#include "base/text.h"

namespace source {

namespace {

using base::Result;

constexpr std::uint64_t kProgressEvery = 512;
constexpr std::size_t kLargestNamed = 10;
// At most this many entries of excluded folders are measured, because their sizes only stand in a sentence.
constexpr std::uint64_t kMeasured = 10'000;

struct CloseDirectory {
  void operator()(DIR* directory) const { ::closedir(directory); }
};
using Directory = std::unique_ptr<DIR, CloseDirectory>;

// Null on failure, with errno set.
Directory open_directory(int parent, const char* path, int no_follow = O_NOFOLLOW) {
  base::Fd fd(::openat(parent, path, O_RDONLY | O_DIRECTORY | no_follow | O_NONBLOCK | O_CLOEXEC));
  if (!fd) return nullptr;
  Directory directory(::fdopendir(fd.get()));
  if (directory) fd.release();
  return directory;
}

bool is_dots(const char* name) { return name[0] == '.' && (name[1] == 0 || (name[1] == '.' && name[2] == 0)); }

std::string joined(const std::string& folder, std::string_view name) {
  std::string path;
  path.reserve(folder.size() + 1 + name.size());
  if (!folder.empty()) (path += folder) += '/';
  path += name;
  return path;
}

// Whether the error says that the entry was removed or replaced during the walk.
bool vanished(int number) { return number == ENOENT || number == ENOTDIR || number == ELOOP; }

// The size of an excluded folder. Each entry in it costs one of `budget`, which all excluded folders share.
Amount measure(int parent, const char* name, std::uint64_t& budget) {
  Amount amount;
  std::vector<std::string> todo{name};
  while (!todo.empty()) {
    const std::string folder = std::move(todo.back());
    todo.pop_back();
    const Directory directory = open_directory(parent, folder.c_str());
    if (!directory) continue;
    while (const dirent* entry = ::readdir(directory.get())) {
      if (is_dots(entry->d_name)) continue;
      if (budget == 0) {
        amount.more = true;
        return amount;
      }
      --budget;
      struct stat st {};
      if (::fstatat(::dirfd(directory.get()), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0) continue;
      if (S_ISDIR(st.st_mode)) todo.push_back(joined(folder, entry->d_name));
      else if (S_ISREG(st.st_mode)) amount.bytes += static_cast<std::uint64_t>(st.st_size);
    }
  }
  return amount;
}

std::string counted(std::uint64_t number, std::string_view noun) {
  return std::to_string(number) + " " + std::string(noun) + (number == 1 ? "" : "s");
}

bool is_environment(int parent, const char* name) {
  for (const auto marker : Ignore::kEnvironmentMarkers)
    if (::faccessat(parent, joined(name, marker).c_str(), F_OK, AT_SYMLINK_NOFOLLOW) == 0) return true;
  return false;
}

class Walk {
 public:
  Walk(const base::Fd& root, const Ignore& rules, const ScanOptions& options)
      : root_(root), rules_(rules), options_(options), links_(root) {}

  // Visits one folder after the other, so that a deep tree needs neither stack nor descriptors.
  Result<Scan> run() {
    todo_.push_back("");
    while (!todo_.empty() && !enough_) {
      const std::string folder = std::move(todo_.back());
      todo_.pop_back();
      TRY(visit(folder));
    }
    if (!missing_.empty() && !scan_.over_limits)
      return base::error("'" + base::to_utf8(missing_) + "' was not sent, though no ignore rule excludes it");
    std::sort(scan_.entries.begin(), scan_.entries.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
    report();
    return std::move(scan_);
  }

 private:
  Result<void> visit(const std::string& folder) {
    if (skipped_top(folder)) return {};
    const Directory directory =
        open_directory(root_.get(), folder.empty() ? "." : folder.c_str(), links_.has(folder) ? 0 : O_NOFOLLOW);
    if (!directory && vanished(errno) && !folder.empty()) return {};
    if (!directory) return unreadable("cannot read folder", folder);
    for (;;) {
      errno = 0;
      const dirent* entry = ::readdir(directory.get());
      if (!entry) break;
      if (is_dots(entry->d_name)) continue;
      TRY(take(::dirfd(directory.get()), folder, entry->d_name));
      if (enough_ || skipped_top(folder)) return {};
    }
    if (errno != 0) return unreadable("cannot read folder", folder);
    return {};
  }

  Result<void> take(int parent, const std::string& folder, const char* name) {
    struct stat st {};
    std::string path = joined(folder, name);
    if (::fstatat(parent, name, &st, AT_SYMLINK_NOFOLLOW) != 0) {
      if (vanished(errno)) return {};
      return unreadable("cannot inspect", path);
    }
    if (S_ISLNK(st.st_mode) && !options_.sent) st = links_.follow(parent, name, path).value_or(st);
    const bool directory = S_ISDIR(st.st_mode);
    if (directory && is_ours(st)) {
      scan_.exclusions.folder({true, Ignore::kBuiltIn, "", false}, path, {});
      return {};
    }
    const auto answer = rules_.ask(path, directory);
    const bool is_missing = options_.sent && (st.st_mode & 0777) == 0;
    // We cannot look into a folder that the client has not sent: the client did, and found an environment.
    if (answer.excluded && (!answer.if_environment || is_missing || is_environment(parent, name))) {
      if (directory) scan_.exclusions.folder(answer, path, size_of_excluded(answer, parent, name));
      else scan_.exclusions.file(answer, path);
      return {};
    }
    if (!directory && !S_ISREG(st.st_mode) && !S_ISLNK(st.st_mode)) {
      scan_.exclusions.special();
      return {};
    }
    if (is_missing && missing_.empty()) missing_ = path;
    if (directory && !is_missing) todo_.push_back(path);
    if (links_.has(path)) scan_.followed.insert(path);
    if (links_.followed().contains(path)) scan_.exclusions.followed(path);
    return add(std::move(path), st);
  }

  Amount size_of_excluded(const Ignore::Answer& why, int parent, const char* name) {
    return why.source == Ignore::kBuiltIn ? Amount{} : measure(parent, name, measured_);
  }

  Result<void> add(std::string path, const struct stat& st) {
    const std::uint64_t size = S_ISREG(st.st_mode) ? static_cast<std::uint64_t>(st.st_size) : 0;
    ++(S_ISDIR(st.st_mode) ? scan_.folders : scan_.files);
    scan_.bytes += size;
    if (++seen_ % kProgressEvery == 0) {
      report();
      TRY(check_stop(options_.stop));
    }
    if (scan_.over_limits) {
      count(path, size, st);
      return {};
    }
    scan_.entries.push_back({std::move(path), st.st_mode, FileStamp::of(st)});
    if (is_over(options_.limits, scan_)) begin_counting();
    return {};
  }

  void begin_counting() {
    scan_.over_limits = true;
    for (const auto& entry : scan_.entries) tally(entry.path, S_ISREG(entry.mode) ? entry.stamp.size : 0, entry.mode);
    scan_.entries.clear();
    scan_.entries.shrink_to_fit();
  }

  void tally(const std::string& path, std::uint64_t size, mode_t mode) {
    if (S_ISDIR(mode)) scan_.tally.add_folder(path);
    else scan_.tally.add(path, size);
  }

  void count(const std::string& path, std::uint64_t size, const struct stat& st) {
    tally(path, size, st.st_mode);
    const std::string_view top = std::string_view(path).substr(0, path.find('/'));
    if (top != top_) top_ = top, in_top_ = 0;
    if (++in_top_ > options_.counted_in_one_top && top.size() != path.size()) skipped_ = top_;
    if (seen_ <= options_.counted_in_all) return;
    enough_ = true;
    scan_.counted_all = false;
  }

  // Counting stops early in a top folder with very many entries, so that the others are counted too.
  bool skipped_top(const std::string& folder) {
    if (skipped_.empty() || !folder.starts_with(skipped_)) return false;
    const bool skip = folder.size() == skipped_.size() || folder[skipped_.size()] == '/';
    if (skip) scan_.counted_all = false;
    return skip;
  }

  bool is_ours(const struct stat& st) const {
    return std::find(options_.ours.begin(), options_.ours.end(),
                     std::pair<std::uint64_t, std::uint64_t>(st.st_dev, st.st_ino)) != options_.ours.end();
  }

  base::Error unreadable(std::string_view what, const std::string& path) const {
    auto why = base::os_error(std::string(what) + " '" + base::to_utf8(path) + "'");
    if (!path.empty()) why.message += how_to_exclude(rules_, path);
    return why;
  }

  void report() const {
    if (options_.progress) options_.progress({SnapshotProgress::Phase::scanning, scan_.files, scan_.bytes, 0});
  }

  const base::Fd& root_;
  const Ignore& rules_;
  const ScanOptions& options_;
  base::OutsideLinks links_;
  Scan scan_;
  std::vector<std::string> todo_;
  std::uint64_t seen_ = 0, in_top_ = 0, measured_ = kMeasured;
  std::string top_, skipped_, missing_;
  bool enough_ = false;
};

}  // namespace

Result<Scan> scan_source(const base::Fd& root, const Ignore& rules, const ScanOptions& options) {
  return Walk(root, rules, options).run();
}

std::string ignore_file_of(const Ignore& rules) { return rules.source().empty() ? ".amlignore" : rules.source(); }

std::string how_to_exclude(const Ignore& rules, std::string_view path) {
  return "; to leave it out, write " + protocol::ignore_line(path) + " into " + ignore_file_of(rules);
}

bool is_over(const SnapshotLimits& limits, const Scan& scan) {
  return !limits.large && (scan.bytes > limits.bytes || scan.files > limits.files || scan.folders > limits.files);
}

base::Error too_large(const Scan& scan, const Ignore& rules, const SnapshotLimits& limits,
                      std::vector<LargeEntry>* details) {
  auto largest = scan.tally.largest(kLargestNamed, limits.bytes, limits.files);
  const auto with_folders = [&](std::uint64_t folders) {
    return scan.folders > limits.files ? " and " + counted(folders, "folder") : std::string();
  };
  std::string words = std::string("it has ") + (scan.counted_all ? "" : "more than ") + base::format_bytes(scan.bytes) +
                      " in " + std::to_string(scan.files) + " files" + with_folders(scan.folders) +
                      ", the limits are " + base::format_bytes(limits.bytes) + " and " + std::to_string(limits.files) +
                      " files" + with_folders(limits.files) + "; the largest entries, and the line in " +
                      ignore_file_of(rules) + " that leaves each out:";
  for (const auto& entry : largest)
    words += "\n  " + entry.ignore_line + "  (" + base::format_bytes(entry.bytes) + ", " +
             counted(entry.files, "file") + with_folders(entry.folders) + ")";
  if (details) *details = std::move(largest);
  return base::error(words, std::errc::file_too_large);
}

Result<void> check_stop(const std::atomic<bool>* stop) {
  if (stop && stop->load(std::memory_order_relaxed))
    return base::error("it was canceled", std::errc::operation_canceled);
  return {};
}

}  // namespace source
