// SPDX-License-Identifier: Apache-2.0
// Reading stored snapshots back: what is in one, and one as a zip file. (Unpacking for a run is the launcher's.)
#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "base/zip.h"
#include "daemon/source/manifest.h"
#include "protocol/names.h"

namespace source {

/// The manifest, held against the digest that names the folder: bad_message when they differ.
base::Result<std::vector<ManifestEntry>> list_snapshot(const protocol::SnapshotDir& snapshot);
/// One regular file of it, unpacked into a file without a name in `folder`. Reads the archive up to there, or until
/// `canceled`: for a pool thread.
base::Result<base::Fd> snapshot_file(const protocol::SnapshotDir& snapshot, const std::string& path,
                                     const base::Path& folder, const std::atomic<bool>& canceled);
/// Everything in the snapshot.
base::Result<std::unique_ptr<base::ZipStream>> zip_of_snapshot(const protocol::SnapshotDir& snapshot);

}  // namespace source
