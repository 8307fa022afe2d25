// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>

#include <filesystem>

#include "daemon/source/scan.h"
#include "tests/support/catch.h"
#include "tests/support/folder.h"

namespace fs = std::filesystem;

namespace {

/// "PATH", "PATH/" for a folder, "PATH@" for a link.
std::vector<std::string> scanned(const base::Path& folder, std::string* words = nullptr) {
  const auto root = base::open_file(folder, O_RDONLY | O_DIRECTORY);
  REQUIRE(root);
  const auto scan = source::scan_source(*root, protocol::Ignore(), {});
  REQUIRE(scan);
  std::vector<std::string> found;
  for (const auto& entry : scan->entries)
    found.push_back(entry.path + (S_ISDIR(entry.mode) ? "/" : S_ISLNK(entry.mode) ? "@" : ""));
  if (words) *words = scan->exclusions.words();
  return found;
}

}  // namespace

TEST_CASE("outside links: what a relative link out of the source leads to takes its place") {
  support::Folder f;
  f.write("common/util.py", "1");
  f.write("common/deep/x.py", "1");
  f.write("config.json", "{}");
  f.write("exp/main.py", "1");
  fs::create_symlink("../common", f / "exp/common");
  fs::create_symlink("../config.json", f / "exp/config.json");
  std::string words;
  CHECK(scanned(f / "exp", &words) == std::vector<std::string>{"common/", "common/deep/", "common/deep/x.py",
                                                               "common/util.py", "config.json", "main.py"});
  CHECK((words == "followed links out of the folder: common, config.json" ||
         words == "followed links out of the folder: config.json, common"));
}

TEST_CASE("outside links: links below a followed folder are followed too") {
  support::Folder f;
  f.write("common/a", "1");
  f.write("lib/b", "1");
  f.make("exp");
  fs::create_symlink("../common", f / "exp/common");
  fs::create_symlink("../lib", f / "common/lib");
  fs::create_symlink("a", f / "common/same");
  CHECK(scanned(f / "exp") ==
        std::vector<std::string>{"common/", "common/a", "common/lib/", "common/lib/b", "common/same"});
}

TEST_CASE("outside links: other links stay links") {
  support::Folder f;
  f.write("common/a", "1");
  f.write("exp/data/x", "1");
  fs::create_symlink(f / "common", f / "exp/absolute");
  fs::create_symlink("data/x", f / "exp/inside");
  fs::create_symlink("../nowhere", f / "exp/broken");
  fs::create_symlink("..", f / "exp/above");
  fs::create_symlink("../exp", f / "exp/self");
  std::string words;
  CHECK(scanned(f / "exp", &words) ==
        std::vector<std::string>{"above@", "absolute@", "broken@", "data/", "data/x", "inside@", "self@"});
  CHECK(words.empty());
}

TEST_CASE("outside links: folders that link to each other come to an end") {
  support::Folder f;
  f.write("a/x", "1");
  f.write("b/y", "1");
  f.make("exp");
  fs::create_symlink("../b", f / "a/b");
  fs::create_symlink("../a", f / "b/a");
  fs::create_symlink("../a", f / "exp/a");
  CHECK(scanned(f / "exp") == std::vector<std::string>{"a/", "a/b/", "a/b/a@", "a/b/y", "a/x"});
}
