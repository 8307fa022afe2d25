// SPDX-License-Identifier: Apache-2.0
#include "daemon/source/upload.h"

#include <sys/stat.h>

#include <filesystem>

#include "base/archive.h"
#include "cli/tar.h"
#include "cli/upload.h"
#include "daemon/source/snapshot.h"
#include "tests/support/catch.h"
#include "tests/support/folder.h"

namespace fs = std::filesystem;
using cli::TarEntry;
using support::Folder;
using Type = TarEntry::Type;

namespace {

struct TestEntry : TarEntry {
  std::string text = {};
};

TestEntry file(std::string path, std::string text = "1") {
  return {{std::move(path), Type::file, 0644, text.size(), "", true}, text};
}
TestEntry subfolder(std::string path) { return {{std::move(path), Type::directory, 0755, 0, "", true}}; }
TestEntry symlink_to(std::string path, std::string target) {
  return {{std::move(path), Type::link, 0777, 0, std::move(target), true}};
}
/// Only named.
TestEntry unsent(TestEntry entry, std::uint64_t size = 0) {
  entry.sent = false;
  entry.size = size;
  return entry;
}

std::string tar_of(const std::vector<TestEntry>& entries) {
  std::string tar;
  for (const auto& entry : entries) {
    tar += cli::tar_header(entry);
    if (entry.content() == 0) continue;
    tar += entry.text;
    tar.append(cli::tar_padding(entry.size), '\0');
  }
  return tar + cli::tar_end();
}

struct UploadFolder : Folder {
  UploadFolder() { make("snapshots"); }
  source::Uploads uploads(source::UploadQuota quota = {}, source::Uploads::Clock clock = {}) const {
    return source::Uploads(path / "uploads", path / "trash", quota, std::move(clock));
  }
  bool is_empty() const { return !fs::exists(path / "uploads") || fs::is_empty(path / "uploads"); }
};

/// The upload's id.
base::Result<std::string> send(source::Uploads& uploads, std::string_view tar, bool everything = false) {
  TRY_ASSIGN(const auto upload, uploads.begin(everything));
  for (constexpr std::size_t kPiece = 700; !tar.empty(); tar.remove_prefix(std::min(kPiece, tar.size())))
    TRY(upload->write(tar.substr(0, kPiece)));
  TRY(uploads.finish(upload));
  return upload->id();
}

base::Result<source::Snapshot> take(source::Uploads& uploads, const std::string& id, const Folder& folder,
                                    std::vector<source::LargeEntry>* largest = nullptr) {
  TRY_ASSIGN(const auto upload, uploads.find(id));
  source::SnapshotOptions options;
  options.sent = true;
  options.called = "/home/me/project";
  options.everything = upload->everything();
  options.largest = largest;
  return source::take_snapshot(upload->files(), folder / "snapshots", {}, options);
}

}  // namespace

TEST_CASE("upload: the same snapshot as of a folder that the daemon sees") {
  UploadFolder y;
  y.write("src/a/x.py", "print\n");
  y.write("src/.gitignore", "data/\n*.csv\n!.env\n");
  y.write("src/.env", "T=1");
  y.write("src/data/big", "123456");
  y.write("src/a.csv", "1,2");
  y.write("src/env/pyvenv.cfg", "");
  y.write("src/pkg/env/" + std::string(120, 'n') + "\xff.py", "1");
  y.write("common.py", "shared");
  fs::create_symlink("a/x.py", y / "src/link");
  fs::create_symlink("../common.py", y / "src/common.py");
  const auto seen = source::take_snapshot(y / "src", y / "snapshots");
  REQUIRE(seen);
  CHECK(seen->excluded ==
        "excluded by .gitignore: 1 file *.csv, data/ (6 bytes); by runyard: env/; followed links out of the folder: "
        "common.py");

  const auto listed = cli::list_source(y / "src", {}, false);
  REQUIRE(listed);
  std::vector<TestEntry> entries;
  for (const auto& entry : *listed)
    entries.push_back({entry, entry.content() ? *base::read_file(y / "src" / entry.path) : ""});
  auto uploads = y.uploads();
  const auto id = send(uploads, tar_of(entries));
  REQUIRE(id);
  const auto taken = take(uploads, *id, y);
  REQUIRE(taken);
  CHECK((taken->digest == seen->digest && taken->reused));
  CHECK(taken->excluded == "excluded by .gitignore: 1 file *.csv, data/; by runyard: env/");
  CHECK(take(uploads, *id, y)->digest == seen->digest);
  uploads.drop(*id);
  CHECK_FALSE(uploads.find(*id));
  CHECK(y.is_empty());
}

TEST_CASE("upload: what is wrong in an archive is refused by name, and nothing is left of it") {
  UploadFolder y;
  auto uploads = y.uploads();
  std::vector<std::vector<TestEntry>> hostile;
  for (const char* path : {"/etc/x", "../x", "a/../../x", "a//b", "a/.", "a/.."}) hostile.push_back({file(path)});
  hostile.push_back({file(std::string(256, 'n'))});
  hostile.push_back({file("no/folder")});
  hostile.push_back({symlink_to("l", "/tmp"), file("l/x")});
  hostile.push_back({file("f"), file("f/x")});
  hostile.push_back({unsent(subfolder("d")), file("d/x")});
  hostile.push_back({file("twice"), symlink_to("twice", "/etc")});
  hostile.push_back({subfolder("twice"), subfolder("./twice")});
  hostile.push_back({symlink_to("l", "")});
  for (const auto& entries : hostile) {
    CAPTURE(entries.back().path);
    const auto refused = send(uploads, tar_of(entries));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message.starts_with("cannot take the upload: cannot unpack '"));
    CHECK(refused.error().code == base::error("").code);
    CHECK(y.is_empty());
  }
}

TEST_CASE("upload: what is no whole archive is refused") {
  UploadFolder y;
  auto uploads = y.uploads();
  const std::string tar = tar_of({file("a", std::string(5000, 'a')), file("b")});
  for (const std::size_t size : {0ul, 100ul, 512ul, 3000ul, tar.size() - 1024, tar.size() - 512}) {
    CAPTURE(size);
    CHECK_FALSE(send(uploads, tar.substr(0, size)));
  }
  CHECK(send(uploads, tar.substr(0, tar.size() - 1024)).error().message.find("its end is missing") !=
        std::string::npos);
  CHECK(send(uploads, "PK\3\4" + std::string(2000, 'x')).error().message.find("archive format") != std::string::npos);
  CHECK(send(uploads, R"({"files":[]})").error().message.find("update the client") != std::string::npos);
  CHECK(y.is_empty());
  CHECK(send(uploads, tar_of({})));
}

TEST_CASE("upload: headers without an end are refused before they fill the memory") {
  UploadFolder y;
  auto uploads = y.uploads();
  std::string sparse = cli::tar_header(unsent(file("a"), 1 << 20));
  const std::string more =
      std::string("00000000001") + '\0' + "00000000000" + '\0';  // of one part: its offset, its length
  sparse.replace(386, more.size(), more);
  sparse[482] = 1;  // the map goes on in the next block
  unsigned sum = 0;
  sparse.replace(148, 8, 8, ' ');
  for (const char byte : sparse) sum += static_cast<unsigned char>(byte);
  char octal[8];
  std::snprintf(octal, sizeof octal, "%06o", sum);
  sparse.replace(148, 7, std::string(octal, 7));
  std::string block(512, '\0');
  block.replace(0, 12, std::string("00000000001\0", 12));
  block[504] = 1;
  for (int i = 0; i < 20'000; ++i) sparse += block;
  const auto refused = send(uploads, sparse + cli::tar_end());
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message.find("the header of an entry is too large") != std::string::npos);
  CHECK(y.is_empty());
}

TEST_CASE("upload: an entry that was not sent must be excluded") {
  UploadFolder y;
  auto uploads = y.uploads();
  for (const auto& entry : {unsent(file("train.py")), unsent(file("train.py"), 1000), unsent(subfolder("train.py"))}) {
    const auto id = send(uploads, tar_of({file(".gitignore", "*.csv\n"), unsent(file("x.csv"), 99), entry}));
    REQUIRE(id);
    const auto refused = take(uploads, *id, y);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message ==
          "cannot take a snapshot of '/home/me/project': 'train.py' was not sent, though no ignore rule excludes it");
  }
}

TEST_CASE("upload: a source over the limits is named by its largest entries, without its bytes") {
  UploadFolder y;
  auto uploads = y.uploads();
  const auto id =
      send(uploads, tar_of({subfolder("data"), unsent(file("data/big"), 3'000'000'000), unsent(file("train.py"), 10)}));
  REQUIRE(id);
  std::vector<source::LargeEntry> largest;
  const auto refused = take(uploads, *id, y, &largest);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == std::errc::file_too_large);
  REQUIRE(largest.size() == 2);
  CHECK((largest[0].ignore_line == "/data/big" && largest[0].bytes == 3'000'000'000));
}

TEST_CASE("upload: a link that leads out of the folder stays a link") {
  UploadFolder y;
  y.write("secret", "not for this run");
  auto uploads = y.uploads();
  const auto id = send(uploads, tar_of({symlink_to("up", "../../../secret"), file("main.py")}));
  REQUIRE(id);
  const auto taken = take(uploads, *id, y);
  REQUIRE(taken);
  y.make("into");
  REQUIRE(base::extract_tar_zst(y / "snapshots" / taken->digest / "archive.tar.zst", y / "into", true));
  CHECK(fs::read_symlink(y / "into/up") == "../../../secret");
}

TEST_CASE("upload: rules do not apply to what was chosen by hand") {
  UploadFolder y;
  auto uploads = y.uploads();
  CHECK(take(uploads, *send(uploads, tar_of({file(".env")}), true), y)->files == 1);
  CHECK(take(uploads, *send(uploads, tar_of({file(".env")})), y)->files == 0);
}

TEST_CASE("upload: quotas") {
  UploadFolder y;
  source::UploadQuota quota;
  quota.open = 2;
  quota.entries = 3;
  quota.bytes = 10'000;
  auto uploads = y.uploads(quota);
  SECTION("bytes of all together") {
    const std::string tar = tar_of({file("a", std::string(5000, 'a'))});
    const auto first = send(uploads, tar);
    REQUIRE(first);
    CHECK(send(uploads, tar).error().code == std::errc::file_too_large);
    uploads.drop(*first);
    CHECK(send(uploads, tar));
  }
  SECTION("a file that is longer than what was sent of it") {
    std::string tar = tar_of({file("a", "0123")});
    tar.replace(0, 512, cli::tar_header({"a", Type::file, 0644, 1ull << 40, "", true}));
    CHECK(send(uploads, tar).error().code == std::errc::file_too_large);
  }
  SECTION("uploads at a time, those that are still being sent too") {
    auto first = uploads.begin();
    REQUIRE(send(uploads, tar_of({file("a")})));
    CHECK(uploads.begin().error().code == std::errc::resource_unavailable_try_again);
    first->reset();
    CHECK(uploads.begin());
  }
  SECTION("entries") {
    CHECK(send(uploads, tar_of({file("a"), file("b"), file("c")})));
    CHECK(send(uploads, tar_of({file("a"), file("b"), file("c"), file("d")})).error().code ==
          std::errc::file_too_large);
  }
}

TEST_CASE("upload: what is idle too long is thrown away") {
  UploadFolder y;
  auto now = std::chrono::steady_clock::time_point();
  auto uploads = y.uploads({}, [&] { return now; });
  const auto id = send(uploads, tar_of({file("a")}));
  REQUIRE(id);
  now += std::chrono::minutes(50);
  CHECK(uploads.find(*id));
  now += std::chrono::minutes(50);
  uploads.expire();
  CHECK_FALSE(y.is_empty());
  now += std::chrono::minutes(61);
  uploads.expire();
  CHECK(y.is_empty());
  CHECK(fs::directory_iterator(y / "trash") != fs::directory_iterator());
  CHECK_FALSE(uploads.find(*id));
}

TEST_CASE("upload: modes keep their bits, and the daemon may read everything") {
  UploadFolder y;
  auto uploads = y.uploads();
  auto tool = file("tool");
  tool.mode = 0111;
  auto secret = subfolder("d");
  secret.mode = 0500;
  const auto id = send(uploads, tar_of({tool, secret, file("d/x")}));
  REQUIRE(id);
  const auto files = (*uploads.find(*id))->files();
  struct stat st {};
  REQUIRE(::stat((files / "tool").c_str(), &st) == 0);
  CHECK((st.st_mode & 07777) == 0711);
  REQUIRE(::stat((files / "d").c_str(), &st) == 0);
  CHECK((st.st_mode & 07777) == 0700);
}
