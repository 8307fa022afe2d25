// SPDX-License-Identifier: Apache-2.0
// Uploaded files, which have a temporary name until all their bytes are there; and blobs, files that are kept under
// their digest, so that equal files are kept once.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <string_view>

#include "base/digest.h"
#include "base/fd.h"
#include "base/file.h"

namespace state {

/// A blob's name, which is the digest of its bytes (hex), and its size.
struct Blob {
  std::string sha256;
  std::uint64_t size = 0;
};

/// A file under a temporary name, which the destructor removes. A name that keep() gave it stays.
class UploadedFile {
 public:
  /// Creates a file in `folder`, which is made when missing. It must be on the file system of keep()'s target.
  static base::Result<std::shared_ptr<UploadedFile>> begin(const base::Path& folder);
  ~UploadedFile();
  UploadedFile(const UploadedFile&) = delete;
  UploadedFile& operator=(const UploadedFile&) = delete;

  base::Result<void> write(std::string_view bytes);
  /// The digest and the size of what was written. Call once, after the last write.
  const Blob& finish();
  /// Syncs the file and gives it this name. `file_exists`: the name is taken.
  base::Result<void> keep(const base::Path& target);

 private:
  UploadedFile() = default;

  base::Path temporary_;
  base::Fd fd_;
  base::Sha256 sum_;
  Blob content_;
};

/// Finishes an uploaded file and keeps it in `folder`, under its digest.
base::Result<Blob> keep_blob(const base::Path& folder, UploadedFile& upload);
/// The same for an open file. `fixed`: the file never changes again, so the blob may be a hard link to it.
base::Result<Blob> keep_blob(const base::Path& folder, const base::Fd& file, bool fixed);
/// The SHA-256 of an open file (hex). Another thread sets `stop` to give up (`operation_canceled`).
base::Result<std::string> digest_of(const base::Fd& file, const std::atomic<bool>* stop = nullptr);

}  // namespace state
