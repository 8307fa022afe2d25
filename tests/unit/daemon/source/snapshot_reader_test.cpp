// SPDX-License-Identifier: Apache-2.0
#include "daemon/source/snapshot_reader.h"

#include <archive.h>
#include <archive_entry.h>

#include <filesystem>
#include <map>

#include "daemon/source/snapshot.h"
#include "tests/support/catch.h"
#include "tests/support/folder.h"

namespace fs = std::filesystem;

namespace {

// What a zip file holds, name to content (or "-> target").
std::map<std::string, std::string> content_of_zip(const base::Path& path) {
  std::map<std::string, std::string> all;
  archive* a = archive_read_new();
  archive_read_support_format_zip_seekable(a);
  REQUIRE(archive_read_open_filename(a, path.c_str(), 1 << 16) == ARCHIVE_OK);
  archive_entry* entry = nullptr;
  while (archive_read_next_header(a, &entry) == ARCHIVE_OK) {
    std::string content;
    if (const char* target = archive_entry_symlink(entry)) content = std::string("-> ") + target;
    char buffer[4096];
    for (la_ssize_t n = 0; (n = archive_read_data(a, buffer, sizeof buffer)) > 0;)
      content.append(buffer, static_cast<std::size_t>(n));
    all[archive_entry_pathname(entry)] = content;
  }
  archive_read_free(a);
  return all;
}

/// All of a zip file, in a file; the error that ended it.
base::Result<void> keep(base::ZipStream& zip, const base::Path& path) {
  std::string all;
  for (;;) {
    TRY_ASSIGN(const auto piece, zip.next());
    if (!piece) return base::write_file_atomic(path, all);
    CHECK(piece->size() <= 1u << 20);
    all += *piece;
  }
}

}  // namespace

TEST_CASE("snapshot reader: lists and exports what was taken") {
  support::Folder f;
  f.make("snapshots");
  f.write("src/训练/a.py", std::string(300'000, 'a'));
  f.write("src/b", "");
  f.write("src/50%\\..\\c:", "");
  fs::create_symlink("b", f / "src/link");
  const auto taken = source::take_snapshot(f / "src", f / "snapshots");
  REQUIRE(taken);
  const protocol::SnapshotDir stored{f / "snapshots" / taken->digest};
  const auto entries = source::list_snapshot(stored);
  REQUIRE(entries);
  REQUIRE(entries->size() == 5);
  CHECK(entries->at(4).path == "训练/a.py");
  CHECK(entries->at(4).size == 300'000);

  const auto made = source::zip_of_snapshot(stored);
  REQUIRE(made);
  REQUIRE(keep(**made, f / "out.zip"));
  CHECK_FALSE(*(*made)->next());  // still at its end
  const auto zip = content_of_zip(f / "out.zip");
  CHECK(zip.size() == 5);
  CHECK(zip.contains("50%25%5C..%5Cc%3A"));
  CHECK(zip.at("训练/a.py") == std::string(300'000, 'a'));
  CHECK(zip.at("b").empty());
  CHECK(zip.at("link") == "-> b");
  CHECK(fs::file_size(f / "out.zip") < 100'000);
}

TEST_CASE("snapshot reader: a damaged snapshot is an error that names it") {
  support::Folder f;
  f.make("snapshots");
  f.write("src/a", "1");
  const auto taken = source::take_snapshot(f / "src", f / "snapshots");
  REQUIRE(taken);
  const protocol::SnapshotDir stored{f / "snapshots" / taken->digest};
  std::string archive = *base::read_file(stored.archive());
  archive[archive.size() / 2] = static_cast<char>(archive[archive.size() / 2] ^ 1);
  REQUIRE(base::write_file_atomic(stored.archive(), archive));
  const auto zip = source::zip_of_snapshot(stored);
  if (zip) CHECK_FALSE(keep(**zip, f / "out.zip"));
  else CHECK(zip.error().message.starts_with("cannot read snapshot " + taken->digest));

  REQUIRE(base::write_file_atomic(stored.manifest(), "{}\n"));
  CHECK(source::list_snapshot(stored).error().code == std::errc::bad_message);
  fs::remove(stored.manifest());
  CHECK_FALSE(source::list_snapshot(stored));
}
