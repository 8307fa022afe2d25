// SPDX-License-Identifier: Apache-2.0
#include "daemon/source/scan.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>

#include "tests/support/catch.h"
#include "tests/support/folder.h"

namespace fs = std::filesystem;

namespace {

base::Result<source::Scan> scan(const base::Path& folder, const source::ScanOptions& options = {},
                                const protocol::Ignore& rules = protocol::Ignore()) {
  const auto root = base::open_file(folder, O_RDONLY | O_DIRECTORY);
  REQUIRE(root);
  return source::scan_source(*root, rules, options);
}

void fill(const support::Folder& f, const std::string& folder, int count) {
  f.make(folder);
  for (int i = 0; i < count; ++i) REQUIRE(base::open_file(f / (folder + "/" + std::to_string(i)), O_WRONLY | O_CREAT));
}

}  // namespace

TEST_CASE("scan: entries come sorted by bytes, folders with what they hold") {
  support::Folder f;
  for (const char* name : {"a/x", "a-b", "B", "é"}) f.write(name, "12");
  const auto found = scan(f.path);
  REQUIRE(found);
  std::vector<std::string> paths;
  for (const auto& entry : found->entries) paths.push_back(entry.path);
  CHECK(paths == std::vector<std::string>{"B", "a", "a-b", "a/x", "é"});
  CHECK((found->files == 4 && found->bytes == 8 && !found->over_limits));
}

TEST_CASE("scan: a very large folder stops being counted, the others are counted all the same") {
  support::Folder f;
  fill(f, "one/deep/er", 30);
  fill(f, "one/more", 30);
  fill(f, "three", 5);
  f.write("two/big", "0123456789");
  source::ScanOptions options;
  options.limits.files = 3;
  options.counted_in_one_top = 10;
  SECTION("by top folder") {
    const auto found = scan(f.path, options);
    REQUIRE(found);
    CHECK((found->over_limits && !found->counted_all && found->entries.empty()));
    const auto largest = found->tally.largest(10, 1000, options.limits.files);
    REQUIRE(largest.size() == 3);
    CHECK(largest[0].path.starts_with("one/"));
    CHECK(largest[0].files < 60);
    CHECK(largest[1].path == "three/");
    CHECK(largest[2].path == "two/");
  }
  SECTION("in all") {
    options.counted_in_all = 8;
    const auto found = scan(f.path, options);
    REQUIRE(found);
    CHECK_FALSE(found->counted_all);
    CHECK(found->files < 15);
  }
}

TEST_CASE("scan: folders have a limit of their own, with the same words") {
  support::Folder f;
  for (int i = 0; i < 4; ++i) f.make("many/" + std::to_string(i));
  f.write("x", "1");
  source::ScanOptions options;
  options.limits.files = 5;
  CHECK_FALSE(scan(f.path, options)->over_limits);
  options.limits.files = 4;
  const auto found = scan(f.path, options);
  REQUIRE((found && found->over_limits));
  std::vector<source::LargeEntry> largest;
  const auto refused = source::too_large(*found, protocol::Ignore(), options.limits, &largest);
  CHECK(refused.message.find(" files and 5 folders, the limits are 2.0 GB and 4 files and 4 folders; ") !=
        std::string::npos);
  REQUIRE_FALSE(largest.empty());
  CHECK((largest[0].path == "many/" && largest[0].folders == 5));
}

TEST_CASE("scan: a tree deeper than there are descriptors") {
  support::Folder f;
  std::string path = "d";
  for (int i = 0; i < 300; ++i) path += "/d";
  f.make(path);
  struct rlimit usual {};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &usual) == 0);
  const struct rlimit few { 100, usual.rlim_max };
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &few) == 0);
  const auto found = scan(f.path);
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &usual) == 0);
  REQUIRE(found);
  CHECK(found->entries.size() == 301);
}

TEST_CASE("scan: what is excluded is measured, its environment looked for") {
  support::Folder f;
  f.write("data/x/y", std::string(3000, 'x'));
  f.make("env/conda-meta");
  f.write("venv/module.py", "");
  const auto found = scan(f.path, {}, protocol::Ignore("data/\n", ".gitignore"));
  REQUIRE(found);
  CHECK(found->exclusions.words() == "excluded by .gitignore: data/ (3.0 kB); by runyard: env/");
  CHECK(std::any_of(found->entries.begin(), found->entries.end(),
                    [](const auto& e) { return e.path == "venv/module.py"; }));
}
