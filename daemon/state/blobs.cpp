// SPDX-License-Identifier: Apache-2.0
#include "daemon/state/blobs.h"

#include <fcntl.h>
#include <unistd.h>

namespace state {

using base::Path;
using base::Result;

namespace {

constexpr std::size_t kCopyBlock = 1 << 20;

/// Calls `on_block` with every block of a file.
template <class OnBlock>
Result<void> for_each_block(const base::Fd& file, OnBlock on_block) {
  const auto block = std::make_unique_for_overwrite<char[]>(kCopyBlock);  // most files need little of it
  for (off_t offset = 0;;) {
    const ssize_t got = ::pread(file.get(), block.get(), kCopyBlock, offset);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return base::os_error("cannot read a file");
    if (got == 0) return {};
    TRY(on_block(std::string_view(block.get(), static_cast<std::size_t>(got))));
    offset += got;
  }
}

}  // namespace

Result<std::shared_ptr<UploadedFile>> UploadedFile::begin(const Path& folder) {
  TRY(base::make_directories(folder));
  std::shared_ptr<UploadedFile> upload(new UploadedFile);
  upload->temporary_ = folder / (".upload-" + base::random_hex(8));
  TRY_ASSIGN(upload->fd_, base::open_file(upload->temporary_, O_WRONLY | O_CREAT | O_EXCL));
  return upload;
}

UploadedFile::~UploadedFile() {
  if (fd_) ::unlink(temporary_.c_str());
}

Result<void> UploadedFile::write(std::string_view bytes) {
  sum_.update(bytes);
  content_.size += bytes.size();
  return base::write_all(fd_, bytes);
}

const Blob& UploadedFile::finish() {
  content_.sha256 = sum_.hex();
  return content_;
}

Result<void> UploadedFile::keep(const Path& target) {
  TRY(base::sync_data(fd_));
  TRY(base::make_directories(target.parent_path()));
  if (::link(temporary_.c_str(), target.c_str()) != 0)
    return base::os_error("cannot keep '" + target.filename().string() + "'");
  return base::sync_directory(target.parent_path());
}

Result<Blob> keep_blob(const Path& folder, UploadedFile& upload) {
  const Blob blob = upload.finish();
  const Path target = folder / blob.sha256;
  if (base::exists(target)) return blob;
  if (const auto kept = upload.keep(target); !kept && kept.error().code != std::errc::file_exists) return kept.error();
  return blob;
}

Result<Blob> keep_blob(const Path& folder, const base::Fd& file, bool fixed) {
  if (!fixed) {
    TRY_ASSIGN(const auto copy, UploadedFile::begin(folder));
    TRY(for_each_block(file, [&](std::string_view block) { return copy->write(block); }));
    return keep_blob(folder, *copy);
  }
  Blob blob;
  base::Sha256 sum;
  TRY(for_each_block(file, [&](std::string_view block) -> Result<void> {
    sum.update(block);
    blob.size += block.size();
    return {};
  }));
  blob.sha256 = sum.hex();
  const Path target = folder / blob.sha256;
  TRY(base::make_directories(folder));
  const std::string self = "/proc/self/fd/" + std::to_string(file.get());
  if (base::exists(target) || ::linkat(AT_FDCWD, self.c_str(), AT_FDCWD, target.c_str(), AT_SYMLINK_FOLLOW) == 0 ||
      errno == EEXIST) {
    TRY(base::sync_data(file));
    TRY(base::sync_directory(folder));
    return blob;
  }
  return keep_blob(folder, file, false);
}

Result<std::string> digest_of(const base::Fd& file, const std::atomic<bool>* stop) {
  base::Sha256 sum;
  TRY(for_each_block(file, [&](std::string_view block) -> Result<void> {
    if (stop && *stop) return base::error("given up", std::errc::operation_canceled);
    sum.update(block);
    return {};
  }));
  return sum.hex();
}

}  // namespace state
