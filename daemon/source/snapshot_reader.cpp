// SPDX-License-Identifier: Apache-2.0
#include "daemon/source/snapshot_reader.h"

#include "base/archive_files.h"
#include "base/digest.h"

namespace source {

using base::Result;

namespace {

std::string cannot(std::string_view verb, const protocol::SnapshotDir& snapshot) {
  return "cannot " + std::string(verb) + " snapshot " + snapshot.root.filename().string();
}

Result<std::vector<ManifestEntry>> read(const protocol::SnapshotDir& snapshot) {
  TRY_ASSIGN(const std::string manifest, base::read_file(snapshot.manifest()));
  if (base::sha256_hex(manifest) != snapshot.root.filename().string())
    return base::error("its manifest has another digest: it was damaged or changed", std::errc::bad_message);
  return parse_manifest(manifest);
}

}  // namespace

Result<std::vector<ManifestEntry>> list_snapshot(const protocol::SnapshotDir& snapshot) {
  auto entries = read(snapshot);
  if (!entries) return entries.error().with(cannot("read", snapshot));
  return entries;
}

Result<base::Fd> snapshot_file(const protocol::SnapshotDir& snapshot, const std::string& path, const base::Path& folder,
                               const std::atomic<bool>& canceled) {
  auto file = base::file_of_tar_zst(snapshot.archive(), path, folder, canceled);
  if (!file && file.error().code != std::errc::no_such_file_or_directory)
    return file.error().with(cannot("read", snapshot));
  return file;
}

Result<std::unique_ptr<base::ZipStream>> zip_of_snapshot(const protocol::SnapshotDir& snapshot) {
  auto zip = base::zip_of_tar_zst(snapshot.archive());
  if (!zip) return zip.error().with(cannot("read", snapshot));
  return zip;
}

}  // namespace source
