// SPDX-License-Identifier: Apache-2.0
// Sources of clients whose files the daemon cannot see: the client sends its folder as one tar archive
// (docs/formats/http-api.md), and a snapshot of what it has sent is taken. Nothing here speaks HTTP.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "base/fd.h"
#include "base/file.h"
#include "base/result.h"

namespace source {

struct UploadQuota {
  std::size_t open = 16;                                 ///< uploads at a time
  std::uint64_t entries = 500'000;                       ///< of one archive
  std::uint64_t bytes = 50'000'000'000;                  ///< of all open uploads together
  std::chrono::minutes idle = std::chrono::minutes(60);  ///< not used: thrown away
};

/// Shared by all uploads of a daemon.
struct UploadUse {
  std::atomic<bool> leaving = false;
  std::atomic<std::size_t> open = 0;
  std::atomic<std::uint64_t> bytes = 0;
};

/// One source: an archive while it arrives, then a folder. Shared by Uploads and the requests that use it; what is left
/// of it goes to the trash with the last of them.
class Upload {
 public:
  ~Upload();
  Upload(const Upload&) = delete;
  Upload& operator=(const Upload&) = delete;

  /// The next bytes of the archive; not after Uploads::finish().
  base::Result<void> write(std::string_view bytes);

  const std::string& id() const { return id_; }
  base::Path files() const { return folder_ / "files"; }
  /// Whether the ignore rules do not apply.
  bool everything() const { return everything_; }

 private:
  friend class Uploads;
  Upload(const base::Path& folder, base::Path trash, const UploadQuota& quota, std::shared_ptr<UploadUse> use,
         bool everything);
  base::Result<void> unpack();
  /// Moves its folder to the trash, if there is one.
  void discard();

  const std::string id_;
  const base::Path folder_, trash_;
  const UploadQuota quota_;
  const std::shared_ptr<UploadUse> use_;
  const bool everything_;
  base::Fd archive_;
  std::uint64_t bytes_ = 0;
  std::chrono::steady_clock::time_point used_;
};

/// All uploads, in memory, with their folders state/uploads/<id>/. One for the daemon; any thread may call. An upload
/// does not outlive the daemon: its client begins again.
class Uploads {
 public:
  using Clock = std::function<std::chrono::steady_clock::time_point()>;
  /// What is dropped goes to `trash`.
  Uploads(base::Path folder, base::Path trash, UploadQuota quota = {}, Clock clock = {});

  /// resource_unavailable_try_again when too many are open.
  base::Result<std::shared_ptr<Upload>> begin(bool everything = false);
  /// Unpacks the archive, all of which has been written, and keeps the upload: its id can be named from now on. The
  /// error names the entry that is wrong. For a thread.
  base::Result<void> finish(const std::shared_ptr<Upload>& upload);
  /// no_such_file_or_directory when there is no such upload. It stays until drop(), so that a submit may be repeated.
  base::Result<std::shared_ptr<const Upload>> find(const std::string& id);
  void drop(const std::string& id);
  /// Drops what was idle too long. begin() does it too.
  void expire();
  /// The daemon stops: gives up what is being unpacked.
  void leave() { use_->leaving = true; }

 private:
  const base::Path folder_, trash_;
  const UploadQuota quota_;
  const Clock clock_;
  const std::shared_ptr<UploadUse> use_ = std::make_shared<UploadUse>();
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Upload>> uploads_;
};

}  // namespace source
