// SPDX-License-Identifier: Apache-2.0
// Archives that clients send as sources: each is refused with a reason and leaves nothing, or becomes a snapshot of
// safe paths; what lies beside stays as it was.
#include "daemon/source/upload.h"

#include "base/text.h"
#include "daemon/source/snapshot.h"
#include "daemon/source/snapshot_reader.h"
#include "tests/fuzz/expect.h"
#include "tests/fuzz/targets.h"

namespace fs = std::filesystem;

namespace {

base::Result<std::string> send(source::Uploads& uploads, std::string_view tar) {
  TRY_ASSIGN(const auto upload, uploads.begin());
  TRY(upload->write(tar));
  TRY(uploads.finish(upload));
  return upload->id();
}

void take(const source::Upload& upload, const base::Path& snapshots) {
  source::SnapshotOptions options;
  options.sent = true;
  const auto snapshot = source::take_snapshot(upload.files(), snapshots, {}, options);
  if (!snapshot) return EXPECT(!snapshot.error().message.empty());
  const auto entries = source::list_snapshot({snapshots / snapshot->digest});
  EXPECT(entries);
  for (const auto& entry : *entries) EXPECT(base::is_safe_relative(entry.path) && entry.mode != 0);
}

}  // namespace

void fuzz::upload(std::string_view input) {
  static const Scratch scratch;
  const base::Path snapshots = scratch.path / "snapshots", trash = scratch.path / "trash";
  fs::create_directories(snapshots);
  write(scratch.path / "canary", "sings");
  source::UploadQuota quota;
  quota.entries = 100;
  quota.bytes = 1 << 20;
  {
    source::Uploads uploads(scratch.path / "uploads", trash, quota);
    const auto id = send(uploads, input);
    if (id) take(**uploads.find(*id), snapshots);
    else EXPECT(!id.error().message.empty() && fs::is_empty(scratch.path / "uploads"));
  }
  EXPECT(fs::is_empty(scratch.path / "uploads"));
  EXPECT(*base::read_file(scratch.path / "canary") == "sings");
  EXPECT(std::distance(fs::directory_iterator(scratch.path), fs::directory_iterator()) <= 4);
  fs::remove_all(trash);
  fs::remove_all(snapshots);
}
