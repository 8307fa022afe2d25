// SPDX-License-Identifier: Apache-2.0
// Sources of clients whose files the daemon cannot see: the client lists its folder, sends the files that are wanted,
// and a snapshot of what it sent is taken. Nothing here speaks HTTP.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/fd.h"
#include "base/file.h"
#include "base/result.h"
#include "daemon/source/manifest.h"
#include "daemon/source/snapshot.h"

namespace source {

struct UploadQuota {
  std::size_t open = 16;                 ///< uploads at a time
  std::size_t listed = 500'000;          ///< entries that one client may list, with the folders around them
  std::uint64_t bytes = 50'000'000'000;  ///< wanted by all open uploads together
  std::chrono::minutes idle = std::chrono::minutes(60);  ///< without a byte: thrown away
};

/// What a client says is in its folder: `path`, `type`, `mode`, `size` and `target` as in a manifest.
struct UploadList {
  std::vector<ManifestEntry> entries;
  std::map<std::string, std::string> ignore_files;  ///< ".amlignore", ".gitignore" at the top: their text
  bool large = false;
};
/// The body of POST /uploads; the error says which entry is wrong.
base::Result<UploadList> upload_list_from_json(const nlohmann::json& body);

struct UploadPlan {
  std::string id;
  std::vector<std::string> wanted;  ///< files to send, sorted
  std::string excluded;             ///< the sentence
};

class Upload;

/// One file on its way; owned by the request that brings it. Given up when destroyed before finish().
class UploadFile {
 public:
  ~UploadFile();
  UploadFile(UploadFile&&) noexcept = default;
  UploadFile& operator=(UploadFile&&) = delete;
  base::Result<void> write(std::string_view bytes);
  /// Exactly the announced bytes must have been written.
  base::Result<void> finish();

 private:
  friend class Uploads;
  UploadFile(std::shared_ptr<Upload> upload, const ManifestEntry& entry, base::Path temporary, base::Fd fd);
  std::shared_ptr<Upload> upload_;
  ManifestEntry entry_;
  base::Path temporary_;
  base::Fd fd_;
  std::uint64_t written_ = 0;
};

/// All uploads under way, in memory, with their folders state/uploads/<id>/. One for the daemon; any thread may call.
/// An upload does not outlive the daemon: its client begins again.
class Uploads {
 public:
  using Clock = std::function<std::chrono::steady_clock::time_point()>;
  /// What is dropped goes to `trash`.
  Uploads(base::Path folder, base::Path trash, UploadQuota quota = {}, Clock clock = {});

  /// Refuses hostile paths, and sources over the limits with the same words and `largest` as take_snapshot.
  base::Result<UploadPlan> begin(const UploadList& list, const SnapshotLimits& limits = {},
                                 std::vector<LargeEntry>* largest = nullptr);
  /// `path` as in the plan. no_such_file_or_directory when there is no such upload or it does not want that file.
  base::Result<UploadFile> open(const std::string& id, const std::string& path);
  /// The snapshot, once every wanted file is there (else an error that names one that is missing). Its `excluded` is
  /// the plan's. The upload stays until drop(), so that a submit may be repeated.
  base::Result<Snapshot> finish(const std::string& id, const base::Path& snapshots,
                                const SnapshotOptions& options = {});
  void drop(const std::string& id);
  /// Drops what was idle too long. begin() does it too.
  void expire();

 private:
  base::Result<std::shared_ptr<Upload>> find(const std::string& id);
  base::Result<void> admit(const std::string& id, const std::shared_ptr<Upload>& upload);

  const base::Path folder_, trash_;
  const UploadQuota quota_;
  const Clock clock_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Upload>> uploads_;
};

}  // namespace source
