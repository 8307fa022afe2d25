// SPDX-License-Identifier: Apache-2.0
// The manifest of a snapshot: what is read leads nowhere out, and what is written reads back the same.
#include "daemon/source/manifest.h"

#include "base/text.h"
#include "daemon/source/snapshot_reader.h"
#include "tests/fuzz/expect.h"
#include "tests/fuzz/targets.h"

namespace {

std::string text_of(const std::vector<source::ManifestEntry>& entries) {
  std::string text;
  for (const auto& entry : entries) source::append_manifest_line(text, entry);
  return text;
}

}  // namespace

void fuzz::manifest(std::string_view input) {
  const auto entries = source::parse_manifest(input);
  if (!entries) return EXPECT(!entries.error().message.empty());
  for (const auto& entry : *entries) EXPECT(base::is_safe_relative(entry.path) && entry.mode <= 0777);
  const std::string text = text_of(*entries);
  const auto again = source::parse_manifest(text);
  EXPECT(again);
  EXPECT(text_of(*again) == text);

  static const Scratch scratch;
  const protocol::SnapshotDir right{scratch.path / base::sha256_hex(text)}, wrong{scratch.path / "digest"};
  for (const auto& snapshot : {right, wrong}) {
    EXPECT(base::make_directories(snapshot.root));
    write(snapshot.manifest(), text);
  }
  EXPECT(source::list_snapshot(right) && !source::list_snapshot(wrong));
  std::filesystem::remove_all(right.root);
}
