// SPDX-License-Identifier: Apache-2.0
// Which of a client's listed entries an upload takes: the same rules, sentence and limits as a scan of a folder that
// the daemon can see. Pure.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "daemon/source/manifest.h"
#include "daemon/source/upload.h"

namespace source {

struct Selection {
  std::vector<ManifestEntry> entries;  ///< sorted by path
  std::uint64_t files = 0, bytes = 0;
  std::string excluded;
};

/// Refuses paths that lead out, double ones, entries below something that is not a folder or below very many folders,
/// and more than `most` entries, with the folders that none is listed for.
base::Result<Selection> select_for_upload(const UploadList& list, std::size_t most, const SnapshotLimits& limits,
                                          std::vector<LargeEntry>* largest);

}  // namespace source
