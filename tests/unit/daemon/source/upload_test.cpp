// SPDX-License-Identifier: Apache-2.0
#include "daemon/source/upload.h"

#include <filesystem>

#include "base/archive.h"
#include "protocol/json.h"
#include "tests/support/catch.h"
#include "tests/support/folder.h"

namespace fs = std::filesystem;
using source::ManifestEntry;
using support::Folder;
using Type = ManifestEntry::Type;

namespace {

ManifestEntry file(std::string path, std::uint64_t size) { return {std::move(path), Type::file, 0644, size, "", ""}; }
ManifestEntry subfolder(std::string path) { return {std::move(path), Type::directory, 0755, 0, "", ""}; }
ManifestEntry symlink_to(std::string path, std::string target) {
  return {std::move(path), Type::link, 0777, 0, "", std::move(target)};
}

struct UploadFolder : Folder {
  UploadFolder() { make("snapshots"); }
  source::Uploads uploads(source::UploadQuota quota = {}, source::Uploads::Clock clock = {}) const {
    return source::Uploads(path / "uploads", path / "trash", quota, std::move(clock));
  }
  std::size_t folders() const {
    return fs::exists(path / "uploads") ? static_cast<std::size_t>(std::distance(
                                              fs::directory_iterator(path / "uploads"), fs::directory_iterator()))
                                        : 0;
  }
};

void send(source::Uploads& uploads, const std::string& id, const std::string& path, std::string_view bytes) {
  auto incoming = uploads.open(id, path);
  REQUIRE(incoming);
  REQUIRE(incoming->write(bytes));
  REQUIRE(incoming->finish());
}

}  // namespace

TEST_CASE("upload: the same snapshot as of a folder that the daemon sees") {
  UploadFolder y;
  y.write("src/a/x.py", "print\n");
  y.write("src/.gitignore", "data/\n!.env\n");
  y.write("src/.env", "T=1");
  y.write("src/data/big", "123456");
  fs::create_symlink("a/x.py", y / "src/link");
  for (const char* name : {"src/a/x.py", "src/.gitignore", "src/.env"}) fs::permissions(y / name, fs::perms(0644));
  fs::permissions(y / "src/a", fs::perms(0755));
  const auto seen = source::take_snapshot(y / "src", y / "snapshots");
  REQUIRE(seen);

  auto uploads = y.uploads();
  source::UploadList list;
  list.entries = {
      file("a/x.py", 6), symlink_to("link", "a/x.py"), subfolder("a"), file(".gitignore", 12), file(".env", 3),
      subfolder("data"), file("data/big", 6)};
  list.ignore_files[".gitignore"] = "data/\n!.env\n";
  const auto plan = uploads.begin(list);
  REQUIRE(plan);
  CHECK(plan->wanted == std::vector<std::string>{".env", ".gitignore", "a/x.py"});
  CHECK(plan->excluded == "excluded by .gitignore: data/ (6 bytes)");
  CHECK(plan->excluded == seen->excluded);
  send(uploads, plan->id, "a/x.py", "print\n");
  send(uploads, plan->id, ".env", "T=1");
  const auto early = uploads.finish(plan->id, y / "snapshots");
  REQUIRE_FALSE(early);
  CHECK(early.error().message.find("'.gitignore' was not sent (1 files are missing)") != std::string::npos);
  send(uploads, plan->id, ".gitignore", "data/\n!.env\n");
  const auto taken = uploads.finish(plan->id, y / "snapshots");
  REQUIRE(taken);
  CHECK((taken->digest == seen->digest && taken->reused));
  CHECK(uploads.finish(plan->id, y / "snapshots")->digest == seen->digest);
  auto late = uploads.open(plan->id, ".env");
  REQUIRE(late);
  REQUIRE(late->write("T=2"));
  CHECK_FALSE(late->finish());
  uploads.drop(plan->id);
  CHECK_FALSE(uploads.finish(plan->id, y / "snapshots"));
}

TEST_CASE("upload: hostile names are refused before anything is made") {
  UploadFolder y;
  auto uploads = y.uploads();
  std::vector<std::vector<ManifestEntry>> hostile;
  for (const char* path : {"", "/etc/x", "../x", "a/../../x", "a//b", "./a", "a/.", "a/"})
    hostile.push_back({file(path, 1)});
  hostile.push_back({file(std::string("a\0b", 3), 1)});
  hostile.push_back({file(std::string(256, 'n'), 1)});
  hostile.push_back({file(std::string(5000, 'n'), 1)});
  hostile.push_back({symlink_to("l", "/tmp"), file("l/x", 1)});
  hostile.push_back({file("f", 1), file("f/x", 1)});
  hostile.push_back({file("twice", 1), symlink_to("twice", "/etc")});
  hostile.push_back({symlink_to("l", "")});
  hostile.push_back({file("half", 1ull << 63), file("other half", 1ull << 63)});
  std::string deep;
  for (int i = 0; i <= 100; ++i) deep += "d/";
  hostile.push_back({file(deep + "x", 1)});
  for (const auto& entries : hostile) {
    CAPTURE(entries.back().path);
    source::UploadList list;
    list.entries = entries;
    const auto refused = uploads.begin(list);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message.starts_with("cannot take the upload: the entry '"));
  }
  CHECK(y.folders() == 0);
}

TEST_CASE("upload: only what was announced is taken") {
  UploadFolder y;
  auto uploads = y.uploads();
  source::UploadList list;
  list.entries = {file("a", 3), subfolder("d"), file("x.pem", 1)};
  const auto plan = uploads.begin(list);
  REQUIRE(plan);
  for (const char* path : {"b", "d", "x.pem", "../a", "/a", "a/", ""}) {
    const auto refused = uploads.open(plan->id, path);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == std::errc::no_such_file_or_directory);
  }
  CHECK_FALSE(uploads.open("../x", "a"));
  {
    auto longer = uploads.open(plan->id, "a");
    CHECK_FALSE(longer->write("1234"));
    auto shorter = uploads.open(plan->id, "a");
    REQUIRE(shorter->write("12"));
    CHECK_FALSE(shorter->finish());
    auto given_up = uploads.open(plan->id, "a");
    REQUIRE(given_up->write("123"));
  }
  CHECK(fs::is_empty(y / "uploads" / plan->id / "incoming"));
  CHECK_FALSE(uploads.finish(plan->id, y / "snapshots"));
  send(uploads, plan->id, "a", "old");
  send(uploads, plan->id, "a", "new");
  const auto taken = uploads.finish(plan->id, y / "snapshots");
  REQUIRE(taken);
  y.make("into");
  REQUIRE(base::extract_tar_zst(y / "snapshots" / taken->digest / "archive.tar.zst", y / "into", true));
  CHECK(*base::read_file(y / "into/a") == "new");
}

TEST_CASE("upload: limits and quotas") {
  UploadFolder y;
  source::UploadQuota quota;
  quota.open = 2;
  quota.listed = 3;
  quota.bytes = 100;
  auto uploads = y.uploads(quota);
  source::UploadList list;
  SECTION("a source over the limits, with the entries that make it so") {
    list.entries = {file("data/big", 3'000'000'000), file("train.py", 10)};
    std::vector<source::LargeEntry> largest;
    const auto refused = uploads.begin(list, {}, &largest);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == std::errc::file_too_large);
    REQUIRE(largest.size() == 2);
    CHECK(largest[0].ignore_line == "/data/big");
  }
  SECTION("all together") {
    list.entries = {file("a", 60)};
    REQUIRE(uploads.begin(list));
    CHECK(uploads.begin(list).error().code == std::errc::file_too_large);
  }
  SECTION("too many at a time") {
    list.entries = {file("a", 1)};
    const auto first = uploads.begin(list);
    REQUIRE(uploads.begin(list));
    CHECK(uploads.begin(list).error().code == std::errc::resource_unavailable_try_again);
    uploads.drop(first->id);
    CHECK(uploads.begin(list));
  }
  SECTION("too many entries") {
    list.large = true;
    SECTION("listed") { list.entries = {file("a", 1), file("b", 1), file("c", 1), file("d", 1)}; }
    SECTION("with the folders around them") { list.entries = {file("a/b/c/d", 1)}; }
    const auto refused = uploads.begin(list);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == std::errc::file_too_large);
    CHECK(refused.error().message == "cannot begin an upload: more than 3 entries are listed, or folders around them");
  }
  SECTION("too many folders") {
    source::SnapshotLimits limits;
    limits.files = 1;
    list.entries = {subfolder("a/b"), file("c", 1)};
    std::vector<source::LargeEntry> largest;
    const auto refused = y.uploads().begin(list, limits, &largest);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message.find("in 1 files and 2 folders, the limits are 2.0 GB and 1 files and 1 folder; ") !=
          std::string::npos);
    CHECK(refused.error().message.find("\n  /a/  (0 bytes, 0 files and 2 folders)") != std::string::npos);
    CHECK((largest.size() == 2 && largest[0].folders == 2));
  }
}

TEST_CASE("upload: what is idle too long is thrown away") {
  UploadFolder y;
  auto now = std::chrono::steady_clock::time_point();
  auto uploads = y.uploads({}, [&] { return now; });
  source::UploadList list;
  list.entries = {file("a", 1)};
  const auto first = uploads.begin(list);
  REQUIRE(first);
  now += std::chrono::minutes(50);
  send(uploads, first->id, "a", "1");
  now += std::chrono::minutes(50);
  uploads.expire();
  CHECK(y.folders() == 1);
  now += std::chrono::minutes(61);
  uploads.expire();
  CHECK(y.folders() == 0);
  CHECK(fs::directory_iterator(y / "trash") != fs::directory_iterator());
  CHECK_FALSE(uploads.open(first->id, "a"));
}

TEST_CASE("upload: environments are recognised in a list, folders between may be left unsaid") {
  UploadFolder y;
  auto uploads = y.uploads();
  source::UploadList list;
  list.entries = {file("env/pyvenv.cfg", 1), file("env/lib/x", 100), file("pkg/env/x.py", 1)};
  const auto plan = uploads.begin(list);
  REQUIRE(plan);
  CHECK(plan->wanted == std::vector<std::string>{"pkg/env/x.py"});
  CHECK(plan->excluded == "excluded by runyard: env/");
  send(uploads, plan->id, "pkg/env/x.py", "1");
  CHECK(uploads.finish(plan->id, y / "snapshots"));
}

TEST_CASE("upload: the list as clients write it") {
  const auto list = source::upload_list_from_json(nlohmann::json::parse(
      R"({"files":[{"path":"a","type":"file","mode":420,"size":3},{"path":"d","type":"dir","mode":4095},
          {"path":{"base64":"/w=="},"type":"link","target":"a"}],"ignore_files":{".gitignore":"x"},"large":true})"));
  REQUIRE(list);
  REQUIRE(list->entries.size() == 3);
  CHECK((list->entries[0].size == 3 && list->entries[0].mode == 0644));
  CHECK((list->entries[1].type == Type::directory && list->entries[1].mode == 0777));
  CHECK((list->entries[2].path == "\xff" && list->entries[2].target == "a"));
  CHECK((list->large && list->ignore_files.at(".gitignore") == "x"));
  for (const char* bad : {"[]", "{}", R"({"files":1})", R"({"files":[1]})", R"({"files":[{"path":"a"}]})",
                          R"({"files":[{"path":"a","size":-1}]})", R"({"files":[{"path":"a","type":"fifo"}]})",
                          R"({"files":[{"path":1,"size":1}]})", R"({"files":[],"ignore_files":[1]})"}) {
    CAPTURE(bad);
    CHECK_FALSE(source::upload_list_from_json(nlohmann::json::parse(bad)));
  }
}
