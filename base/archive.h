// SPDX-License-Identifier: Apache-2.0
// Reading untrusted tar archives into a folder (archive_writer.h writes them). Only regular files, directories and
// links that stay inside (or are marked as leading out) are made; everything else is skipped with a reason, or refused.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "base/fd.h"
#include "base/file.h"
#include "base/result.h"

namespace base {

struct ExtractLimits {
  std::uint64_t bytes = 1ull << 40;
  std::uint64_t entries = 10'000'000;
  std::size_t path_length = 4096;
  std::size_t header = 4 << 20;             ///< bytes of the headers of one entry; extract_tar only
  const std::atomic<bool>* stop = nullptr;  ///< true: given up with operation_canceled
};

struct ExtractReport {
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
  std::vector<std::string> skipped;  ///< "name: why", the first 1,000
  std::vector<std::string> outside;  ///< "name -> target" of links made although they lead out, the first 1,000
};

/// Unpacks `archive` into the existing, empty folder `into`. Modes are masked with 0777. `outside_links`: links whose
/// target is absolute or leads out of the tree are made (for snapshots taken on this machine), else skipped. A target
/// with ".." behind a name counts as leading out, since that name may be a link. A broken archive and a passed limit
/// are errors; the files unpacked by then stay.
Result<ExtractReport> extract_tar_zst(const Path& archive, const Path& into, bool outside_links,
                                      const ExtractLimits& limits = {});

/// Unpacks a tar that is not compressed, all of it or with an error: an entry that the other function skips, that comes
/// twice or before its folder is an error that names it, a missing end too. Links may lead out. An entry of mode 0 is
/// made without content, a file of its size as one hole; else the owner may read and write what was made.
Result<ExtractReport> extract_tar(const Fd& archive, const Path& into, const ExtractLimits& limits = {});

}  // namespace base
