// SPDX-License-Identifier: Apache-2.0
// Reading untrusted tar archives (zstd) into a folder (archive_writer.h writes them). Only regular files, directories
// and links that stay inside (or are marked as leading out) are made; everything else is skipped with a reason.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/result.h"

namespace base {

struct ExtractLimits {
  std::uint64_t bytes = 1ull << 40;
  std::uint64_t entries = 10'000'000;
  std::size_t path_length = 4096;
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

}  // namespace base
