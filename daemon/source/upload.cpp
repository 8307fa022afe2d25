// SPDX-License-Identifier: Apache-2.0
#include "daemon/source/upload.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <set>

#include "base/copy.h"
#include "base/digest.h"
#include "base/text.h"
#include "daemon/source/upload_plan.h"
#include "protocol/bytes_json.h"
#include "protocol/json.h"
#include "protocol/json_field.h"

namespace source {

using base::Path;
using base::Result;

namespace {

using Type = ManifestEntry::Type;

std::string named(std::string_view path) { return std::string("'").append(base::to_utf8(path)).append("'"); }

Result<ManifestEntry> entry_from_json(const nlohmann::json& value) {
  if (!value.is_object()) return base::error("not an object");
  ManifestEntry entry;
  TRY_ASSIGN_FOR("path", entry.path, protocol::bytes_from_json(value.value("path", nlohmann::json())));
  const auto type = value.value("type", "file");
  if (type == "link") {
    entry.type = Type::link;
    TRY_ASSIGN_FOR("target", entry.target, protocol::bytes_from_json(value.value("target", nlohmann::json())));
  } else if (type == "dir" || type == "directory") {
    entry.type = Type::directory;
  } else if (type == "file") {
    const auto& size = value.at("size");
    if (!size.is_number_unsigned())
      return base::error("its size is " + size.dump().substr(0, 80) + ", not a number of bytes");
    entry.size = size.get<std::uint64_t>();
  } else {
    return base::error("unknown type " + named(type));
  }
  entry.mode = entry.type == Type::directory ? 0755 : 0644;
  TRY(protocol::read_field(value, "mode", entry.mode));
  entry.mode &= 0777;
  return entry;
}

Result<UploadList> list_from(const nlohmann::json& body) {
  UploadList list;
  if (!body.at("files").is_array()) return base::error("'files' is not an array");
  for (const auto& value : body["files"]) {
    const std::string where = "entry " + std::to_string(list.entries.size() + 1) + " of \"files\"";
    TRY_ASSIGN_FOR(where, ManifestEntry entry, entry_from_json(value));
    list.entries.push_back(std::move(entry));
  }
  if (body.contains("ignore_files")) list.ignore_files = body["ignore_files"].get<std::map<std::string, std::string>>();
  list.large = body.value("large", false);
  return list;
}

base::Error not_there(std::string message) {
  return base::error(std::move(message), std::errc::no_such_file_or_directory);
}

}  // namespace

Result<UploadList> upload_list_from_json(const nlohmann::json& body) {
  try {
    return list_from(body);
  } catch (const nlohmann::json::exception& e) {
    return base::error("the list of an upload is not as documented: " + base::to_utf8(e.what()));
  }
}

// One upload: its folder holds files/ (the source as far as it came; no link until the end, so that nothing is ever
// written through one) and incoming/. Shared by Uploads and the requests that bring files.
class Upload {
 public:
  Upload(Path folder, Path trash, Selection selection)
      : folder_(std::move(folder)), trash_(std::move(trash)), selection_(std::move(selection)) {
    for (const auto& entry : selection_.entries)
      if (entry.type == Type::file) sizes_.emplace(entry.path, &entry);
  }
  // There may be many files, and other clients wait.
  ~Upload() {
    std::error_code ec;
    if (!base::move_into(trash_, folder_)) std::filesystem::remove_all(folder_, ec);
  }
  Upload(const Upload&) = delete;
  Upload& operator=(const Upload&) = delete;

  Result<void> make_folders() const {
    TRY(base::make_directories(files()));
    TRY(base::make_directories(incoming()));
    for (const auto& entry : selection_.entries)  // a folder before what it holds
      if (entry.type == Type::directory && ::mkdir((files() / entry.path).c_str(), 0700) != 0)
        return base::os_error("cannot make the folder " + named(entry.path));
    return {};
  }

  const Selection& selection() const { return selection_; }
  Path files() const { return folder_ / "files"; }
  Path incoming() const { return folder_ / "incoming"; }

  const ManifestEntry* wanted(const std::string& path) const {
    const auto found = sizes_.find(path);
    return found == sizes_.end() ? nullptr : found->second;
  }

  Result<void> arrived(const ManifestEntry& entry, const Path& temporary) {
    const std::lock_guard guard(mutex_);
    if (sealed_)
      return base::error("cannot take " + named(entry.path) + ": the upload is complete",
                         std::errc::device_or_resource_busy);
    if (::rename(temporary.c_str(), (files() / entry.path).c_str()) != 0)
      return base::os_error("cannot keep " + named(entry.path));
    arrived_.insert(entry.path);
    return {};
  }

  // From here on nothing more is taken, and the folder is as the client's was.
  Result<void> seal() {
    const std::lock_guard guard(mutex_);
    for (const auto& [path, entry] : sizes_)
      if (!arrived_.count(path))
        return not_there(named(path) + " was not sent (" + std::to_string(sizes_.size() - arrived_.size()) +
                         " files are missing)");
    if (std::exchange(sealed_, true)) return {};
    for (const auto& entry : selection_.entries) {
      const Path path = files() / entry.path;
      if (entry.type == Type::link && ::symlink(entry.target.c_str(), path.c_str()) != 0 && errno != EEXIST)
        return base::os_error("cannot make the link " + named(entry.path));
      // We must be able to read and remove it, whatever its mode was.
      if (entry.type == Type::directory && ::chmod(path.c_str(), entry.mode | 0700) != 0)
        return base::os_error("cannot keep " + named(entry.path));
    }
    return {};
  }

  void touch(std::chrono::steady_clock::time_point now) {
    const std::lock_guard guard(mutex_);
    used_ = now;
  }
  std::chrono::steady_clock::time_point used() const {
    const std::lock_guard guard(mutex_);
    return used_;
  }

 private:
  const Path folder_, trash_;
  const Selection selection_;
  std::map<std::string, const ManifestEntry*> sizes_;
  mutable std::mutex mutex_;
  std::set<std::string> arrived_;
  std::chrono::steady_clock::time_point used_;
  bool sealed_ = false;
};

UploadFile::UploadFile(std::shared_ptr<Upload> upload, const ManifestEntry& entry, Path temporary, base::Fd fd)
    : upload_(std::move(upload)), entry_(entry), temporary_(std::move(temporary)), fd_(std::move(fd)) {}

UploadFile::~UploadFile() {
  if (fd_) ::unlink(temporary_.c_str());
}

Result<void> UploadFile::write(std::string_view bytes) {
  if (bytes.size() > entry_.size - written_)
    return base::error("cannot take " + named(entry_.path) + ": it is longer than the " + std::to_string(entry_.size) +
                           " bytes that were announced",
                       std::errc::file_too_large);
  TRY_FOR("cannot take " + named(entry_.path), base::write_all(fd_, bytes));
  written_ += bytes.size();
  return {};
}

Result<void> UploadFile::finish() {
  if (written_ != entry_.size)
    return base::error("cannot take " + named(entry_.path) + ": " + std::to_string(written_) + " bytes came, " +
                       std::to_string(entry_.size) + " were announced");
  if (::fchmod(fd_.get(), entry_.mode | 0600) != 0) return base::os_error("cannot take " + named(entry_.path));
  TRY(upload_->arrived(entry_, temporary_));
  fd_.reset();
  return {};
}

Uploads::Uploads(Path folder, Path trash, UploadQuota quota, Clock clock)
    : folder_(std::move(folder)), trash_(std::move(trash)), quota_(quota),
      clock_(clock ? std::move(clock) : std::chrono::steady_clock::now) {}

Result<void> Uploads::admit(const std::string& id, const std::shared_ptr<Upload>& upload) {
  const std::lock_guard guard(mutex_);
  if (uploads_.size() >= quota_.open)
    return base::error(
        "cannot begin an upload: " + std::to_string(uploads_.size()) + " are under way; retry when one has ended",
        std::errc::resource_unavailable_try_again);
  std::uint64_t bytes = upload->selection().bytes;
  for (const auto& [other, under_way] : uploads_) bytes += under_way->selection().bytes;
  if (bytes > quota_.bytes)
    return base::error(
        "cannot begin an upload: all that are under way may have " + base::format_bytes(quota_.bytes) + " together",
        std::errc::file_too_large);
  uploads_.emplace(id, upload);
  return {};
}

Result<UploadPlan> Uploads::begin(const UploadList& list, const SnapshotLimits& limits,
                                  std::vector<LargeEntry>* largest) {
  expire();
  TRY_ASSIGN(Selection selection, select_for_upload(list, quota_.listed, limits, largest));
  UploadPlan plan;
  plan.id = base::random_hex(16);
  plan.excluded = selection.excluded;
  for (const auto& entry : selection.entries)
    if (entry.type == Type::file) plan.wanted.push_back(entry.path);
  const auto upload = std::make_shared<Upload>(folder_ / plan.id, trash_, std::move(selection));
  upload->touch(clock_());
  TRY(admit(plan.id, upload));
  if (const auto made = upload->make_folders(); !made) {
    drop(plan.id);
    return made.error().with("cannot begin an upload");
  }
  return plan;
}

Result<std::shared_ptr<Upload>> Uploads::find(const std::string& id) {
  const std::lock_guard guard(mutex_);
  const auto found = uploads_.find(id);
  if (found == uploads_.end())
    return not_there("there is no upload " + named(id.substr(0, 64)) +
                     " (it may have been idle too long); begin again");
  found->second->touch(clock_());
  return found->second;
}

Result<UploadFile> Uploads::open(const std::string& id, const std::string& path) {
  TRY_ASSIGN(auto upload, find(id));
  const ManifestEntry* entry = upload->wanted(path);
  if (!entry) return not_there("the upload does not want " + named(path.substr(0, 200)));
  const Path temporary = upload->incoming() / base::random_hex(8);
  TRY_ASSIGN_FOR("cannot take " + named(path), base::Fd fd, base::open_file(temporary, O_WRONLY | O_CREAT | O_EXCL));
  return UploadFile(std::move(upload), *entry, temporary, std::move(fd));
}

Result<Snapshot> Uploads::finish(const std::string& id, const Path& snapshots, const SnapshotOptions& options) {
  TRY_ASSIGN(const auto upload, find(id));
  TRY_FOR("cannot take a snapshot of the upload", upload->seal());
  SnapshotOptions everything = options;
  everything.everything = true;
  SnapshotLimits limits;
  limits.large = true;  // they were kept at the beginning
  TRY_ASSIGN(Snapshot snapshot, take_snapshot(upload->files(), snapshots, limits, everything));
  snapshot.excluded = upload->selection().excluded;
  return snapshot;
}

// The folders go outside the lock, with the last holder of an upload.
void Uploads::drop(const std::string& id) {
  std::shared_ptr<Upload> dropped;
  const std::lock_guard guard(mutex_);
  if (const auto found = uploads_.find(id); found != uploads_.end()) {
    dropped = std::move(found->second);
    uploads_.erase(found);
  }
}

void Uploads::expire() {
  std::vector<std::shared_ptr<Upload>> dropped;
  const auto now = clock_();
  const std::lock_guard guard(mutex_);
  for (auto it = uploads_.begin(); it != uploads_.end();) {
    if (now - it->second->used() <= quota_.idle) {
      ++it;
      continue;
    }
    dropped.push_back(std::move(it->second));
    it = uploads_.erase(it);
  }
}

}  // namespace source
