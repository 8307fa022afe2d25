// SPDX-License-Identifier: Apache-2.0
// Uploaded files: bytes under a temporary name, and their digest, until all of them are there. And blobs: files that
// are kept under their digest, so that equal ones are kept once.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <string_view>

#include "base/digest.h"
#include "base/fd.h"
#include "base/file.h"

namespace state {

/// The content of a file.
struct Blob {
  std::string sha256;
  std::uint64_t size = 0;
};

/// Removed by the destructor, unless keep() gave it a name.
class UploadedFile {
 public:
  /// In `folder`, which is made; it must be on the file system where the file is to be kept.
  static base::Result<std::shared_ptr<UploadedFile>> begin(const base::Path& folder);
  ~UploadedFile();
  UploadedFile(const UploadedFile&) = delete;
  UploadedFile& operator=(const UploadedFile&) = delete;

  base::Result<void> write(std::string_view bytes);
  /// The content that was written. Call once, after the last write.
  const Blob& finish();
  /// Syncs it and gives it this name, which must be free: else `file_exists`.
  base::Result<void> keep(const base::Path& target);

 private:
  UploadedFile() = default;

  base::Path temporary_;
  base::Fd fd_;
  base::Sha256 sum_;
  Blob content_;
};

/// Keeps an uploaded file in `folder`, under its digest.
base::Result<Blob> keep_blob(const base::Path& folder, UploadedFile& upload);
/// The same for an open file. `fixed`: it does not change any more, so that the blob may be a link to it.
base::Result<Blob> keep_blob(const base::Path& folder, const base::Fd& file, bool fixed);
/// The SHA-256 of an open file, hex. `stop`: set by another thread to give up (`operation_canceled`).
base::Result<std::string> digest_of(const base::Fd& file, const std::atomic<bool>* stop = nullptr);

}  // namespace state
