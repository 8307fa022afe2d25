// SPDX-License-Identifier: Apache-2.0
#include "daemon/source/upload_plan.h"

#include <limits.h>

#include <algorithm>
#include <unordered_map>

#include "base/text.h"
#include "daemon/source/exclusions.h"
#include "daemon/source/scan.h"

namespace source {

namespace {

using base::Result;
using Type = ManifestEntry::Type;

constexpr std::uint64_t kLargest = 1ull << 44;  // sums of as many as may be listed cannot overflow
constexpr unsigned kImpliedMode = 0755;
constexpr int kDeepest = 100;  // folders around an entry

std::string_view parent_of(std::string_view path) {
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

base::Error refused(const std::string& path, std::string_view why) {
  return base::error("cannot take the upload: the entry '" + base::to_utf8(path.substr(0, 200)) + "' " +
                     std::string(why));
}

base::Error too_many(std::size_t most) {
  return base::error(
      "cannot begin an upload: more than " + std::to_string(most) + " entries are listed, or folders around them",
      std::errc::file_too_large);
}

bool name_too_long(std::string_view path) {
  for (const auto& part : base::split(path, '/'))
    if (part.size() > NAME_MAX) return true;
  return path.size() >= PATH_MAX / 2;
}

Result<void> check(const ManifestEntry& entry) {
  if (!base::is_safe_relative(entry.path)) return refused(entry.path, "has a path that may lead out of the folder");
  if (name_too_long(entry.path)) return refused(entry.path, "has a name that is too long");
  if (std::count(entry.path.begin(), entry.path.end(), '/') > kDeepest)
    return refused(entry.path, "lies below more than " + std::to_string(kDeepest) + " folders");
  if (entry.size > kLargest) return refused(entry.path, "is announced with an impossible size");
  if (entry.type == Type::link &&
      (entry.target.empty() || entry.target.size() >= PATH_MAX || entry.target.find('\0') != std::string::npos))
    return refused(entry.path, "is a link without a proper target");
  return {};
}

Ignore rules_of(const UploadList& list) {
  for (const char* name : {".amlignore", ".gitignore"})
    if (const auto found = list.ignore_files.find(name); found != list.ignore_files.end())
      return Ignore(found->second, name);
  return Ignore();
}

class Selecting {
 public:
  Selecting(const UploadList& list, const SnapshotLimits& limits) : rules_(rules_of(list)), limits_(limits) {
    limits_.large |= list.large;
  }

  Result<Selection> run(const UploadList& list, std::size_t most, std::vector<LargeEntry>* largest) {
    if (list.entries.size() > most) return too_many(most);
    for (const auto& entry : list.entries) {
      TRY(check(entry));
      if (!known_.emplace(entry.path, Known{&entry}).second) return refused(entry.path, "is listed twice");
    }
    for (const auto& entry : list.entries) {
      imply_parents(entry.path);
      if (known_.size() > most) return too_many(most);
    }
    sorted_.reserve(known_.size());
    for (const auto& [path, known] : known_) sorted_.push_back(path);
    std::sort(sorted_.begin(), sorted_.end());
    for (const auto path : sorted_) TRY(take(path));
    for (const auto& left : folders_) exclusions_.folder(left.why, left.path, left.size);
    if (scan_.over_limits) return too_large(scan_, rules_, limits_, largest).with("cannot take the upload");
    selection_.excluded = exclusions_.words();
    return std::move(selection_);
  }

 private:
  struct Known {
    const ManifestEntry* entry = nullptr;  // null: a folder that was only implied
    int excluded = -1;                     // index into folders_
  };
  struct LeftFolder {
    Ignore::Answer why;
    std::string_view path;
    Amount size;
  };

  void imply_parents(std::string_view path) {
    for (auto parent = parent_of(path); !parent.empty(); parent = parent_of(parent))
      if (!known_.emplace(parent, Known{}).second) return;
  }

  Result<void> take(std::string_view path) {
    Known& known = known_.find(path)->second;
    const bool folder = !known.entry || known.entry->type == Type::directory;
    const std::uint64_t size = known.entry && known.entry->type == Type::file ? known.entry->size : 0;
    if (const auto parent = parent_of(path); !parent.empty()) {
      const Known& above = known_.find(parent)->second;
      if (above.entry && above.entry->type != Type::directory)
        return refused(std::string(path), "lies below something that is not a folder");
      if (above.excluded >= 0) {
        known.excluded = above.excluded;
        folders_[static_cast<std::size_t>(above.excluded)].size.bytes += size;
        return {};
      }
    }
    const auto answer = rules_.ask(path, folder);
    if (answer.excluded && (!answer.if_environment || is_environment(path))) {
      exclude(known, path, folder, answer);
      return {};
    }
    add(path, known, folder, size);
    return {};
  }

  void exclude(Known& known, std::string_view path, bool folder, const Ignore::Answer& answer) {
    if (!folder) return exclusions_.file(answer, path);
    known.excluded = static_cast<int>(folders_.size());
    folders_.push_back({answer, path, {}});
  }

  void add(std::string_view path, const Known& known, bool folder, std::uint64_t size) {
    ++(folder ? scan_.folders : scan_.files);
    scan_.bytes += size;
    if (folder) scan_.tally.add_folder(path);
    else scan_.tally.add(path, size);
    scan_.over_limits = is_over(limits_, scan_);
    if (scan_.over_limits) return;
    selection_.files = scan_.files;
    selection_.bytes = scan_.bytes;
    if (known.entry) selection_.entries.push_back(*known.entry);
    else selection_.entries.push_back({std::string(path), Type::directory, kImpliedMode, 0, "", ""});
  }

  bool is_environment(std::string_view path) const {
    for (const auto marker : Ignore::kEnvironmentMarkers)
      if (known_.count(std::string(path) + "/" + std::string(marker))) return true;
    return false;
  }

  const Ignore rules_;
  SnapshotLimits limits_;
  std::unordered_map<std::string_view, Known> known_;
  std::vector<std::string_view> sorted_;
  std::vector<LeftFolder> folders_;
  Exclusions exclusions_;
  Scan scan_;
  Selection selection_;
};

}  // namespace

Result<Selection> select_for_upload(const UploadList& list, std::size_t most, const SnapshotLimits& limits,
                                    std::vector<LargeEntry>* largest) {
  return Selecting(list, limits).run(list, most, largest);
}

}  // namespace source
