// SPDX-License-Identifier: Apache-2.0
// A file on its way to the daemon: bytes and their digest under a name of its own, until all is there. And files that
// are kept by what they hold, each once.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <string_view>

#include "base/digest.h"
#include "base/fd.h"
#include "base/file.h"

namespace state {

/// What a file holds.
struct Content {
  std::string sha256;
  std::uint64_t size = 0;
};

/// Gone with its owner, unless keep() gave it a name.
class Incoming {
 public:
  /// In `folder`, which is made; it must be on the file system where the file is to be kept.
  static base::Result<std::shared_ptr<Incoming>> begin(const base::Path& folder);
  ~Incoming();
  Incoming(const Incoming&) = delete;
  Incoming& operator=(const Incoming&) = delete;

  base::Result<void> write(std::string_view bytes);
  /// What was written. Call once, after the last write.
  const Content& finish();
  /// Syncs it and gives it this name, which must be free: else `file_exists`.
  base::Result<void> keep(const base::Path& target);

 private:
  Incoming() = default;

  base::Path temporary_;
  base::Fd fd_;
  base::Sha256 sum_;
  Content content_;
};

/// Keeps what has come in `folder`, under its digest.
base::Result<Content> keep_content(const base::Path& folder, Incoming& incoming);
/// The same for an open file. `fixed`: nobody changes it any more, so that the kept file may be the same one.
base::Result<Content> keep_content(const base::Path& folder, const base::Fd& file, bool fixed);
/// The SHA-256 of an open file, hex. `stop`: set by another thread to give up (`operation_canceled`).
base::Result<std::string> digest_of(const base::Fd& file, const std::atomic<bool>* stop = nullptr);

}  // namespace state
