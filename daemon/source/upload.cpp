// SPDX-License-Identifier: Apache-2.0
#include "daemon/source/upload.h"

#include <fcntl.h>
#include <limits.h>

#include <vector>

#include "base/archive.h"
#include "base/copy.h"
#include "base/digest.h"
#include "base/text.h"

namespace source {

using base::Path;
using base::Result;

Upload::Upload(const Path& folder, Path trash, const UploadQuota& quota, std::shared_ptr<UploadUse> use,
               bool everything)
    : id_(base::random_hex(16)), folder_(folder / id_), trash_(std::move(trash)), quota_(quota), use_(std::move(use)),
      everything_(everything) {
  ++use_->open;
}

Upload::~Upload() {
  discard();
  use_->bytes -= bytes_;
  --use_->open;
}

// There may be many files, and other clients wait.
void Upload::discard() {
  std::error_code ec;
  if (!base::move_into(trash_, folder_)) std::filesystem::remove_all(folder_, ec);
}

Result<void> Upload::write(std::string_view bytes) {
  if (bytes_ == 0 && bytes.starts_with('{'))
    return base::error(
        "cannot take the upload: it is a list of files, which clients of older versions send, not a tar archive; "
        "update the client");
  bytes_ += bytes.size();
  if ((use_->bytes += bytes.size()) > quota_.bytes)
    return base::error(
        "cannot take the upload: all that are open may have " + base::format_bytes(quota_.bytes) + " together",
        std::errc::file_too_large);
  TRY_FOR("cannot take the upload", base::write_all(archive_, bytes));
  return {};
}

Result<void> Upload::unpack() {
  TRY(base::make_directories(files()));
  base::ExtractLimits limits;
  limits.bytes = quota_.bytes;
  limits.entries = quota_.entries;
  limits.path_length = PATH_MAX / 2;
  limits.stop = &use_->leaving;
  const auto unpacked = base::extract_tar(archive_, files(), limits);
  archive_.reset();
  if (unpacked) return {};
  if (unpacked.error().code == std::errc::bad_message)
    return base::error(unpacked.error().message);  // its client's fault
  return unpacked.error();
}

Uploads::Uploads(Path folder, Path trash, UploadQuota quota, Clock clock)
    : folder_(std::move(folder)), trash_(std::move(trash)), quota_(quota),
      clock_(clock ? std::move(clock) : std::chrono::steady_clock::now) {}

Result<std::shared_ptr<Upload>> Uploads::begin(bool everything) {
  expire();
  const std::shared_ptr<Upload> upload(new Upload(folder_, trash_, quota_, use_, everything));
  if (const auto open = use_->open - 1; open >= quota_.open)
    return base::error("cannot begin an upload: " + std::to_string(open) + " are open; retry when one has ended",
                       std::errc::resource_unavailable_try_again);
  TRY_FOR("cannot begin an upload", base::make_directories(folder_));
  TRY_ASSIGN_FOR("cannot begin an upload", upload->archive_, base::open_file(folder_, O_TMPFILE | O_RDWR));
  return upload;
}

Result<void> Uploads::finish(const std::shared_ptr<Upload>& upload) {
  if (const auto unpacked = upload->unpack(); !unpacked) {
    upload->discard();  // before the answer: this thread may let go of the upload after its client has read it
    return unpacked.error().with("cannot take the upload");
  }
  const std::lock_guard guard(mutex_);
  upload->used_ = clock_();
  uploads_.emplace(upload->id(), upload);
  return {};
}

Result<std::shared_ptr<const Upload>> Uploads::find(const std::string& id) {
  const std::lock_guard guard(mutex_);
  const auto found = uploads_.find(id);
  if (found == uploads_.end())
    return base::error(
        "there is no upload '" + base::to_utf8(id.substr(0, 64)) + "' (it may have been idle too long); begin again",
        std::errc::no_such_file_or_directory);
  found->second->used_ = clock_();
  return found->second;
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
    if (now - it->second->used_ <= quota_.idle) {
      ++it;
      continue;
    }
    dropped.push_back(std::move(it->second));
    it = uploads_.erase(it);
  }
}

}  // namespace source
