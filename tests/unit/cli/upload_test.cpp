// SPDX-License-Identifier: Apache-2.0
#include "cli/upload.h"

#include <sys/stat.h>

#include <fstream>

#include "base/digest.h"
#include "protocol/json.h"
#include "tests/support/catch.h"
#include "tests/support/folder.h"

using nlohmann::json;
namespace fs = std::filesystem;

using support::Folder;

namespace {

json find(const json& list, const std::string& path) {
  for (const json& entry : list["files"])
    if (entry["path"] == path) return entry;
  return json();
}

}  // namespace

TEST_CASE("files, folders and links are listed with what the daemon decides by", "[cli][upload]") {
  const Folder folder;
  folder.write("train.py", "print()");
  folder.write("数据/x y.csv", "1,2");
  folder.write(".gitignore", "*.log\n");
  folder.write(".git/HEAD", "ref");
  fs::create_symlink("../outside", folder.path / "link");
  ::chmod((folder.path / "train.py").c_str(), 0750);
  ::mkfifo((folder.path / "pipe").c_str(), 0600);
  const auto list = cli::list_for_upload(folder.path, true);
  REQUIRE(list);
  CHECK(find(*list, "train.py") == json{{"path", "train.py"}, {"type", "file"}, {"mode", 0750}, {"size", 7}});
  CHECK(find(*list, "数据")["type"] == "dir");
  CHECK(find(*list, "数据/x y.csv")["size"] == 3);
  CHECK(find(*list, "link")["target"] == "../outside");
  CHECK(find(*list, "pipe").is_null());
  CHECK(find(*list, ".git")["type"] == "dir");
  CHECK(find(*list, ".git/HEAD").is_null());
  CHECK((*list)["ignore_files"] == json{{".gitignore", "*.log\n"}});
  CHECK((*list)["large"] == true);
}

TEST_CASE("a rule that asks for something back makes every folder be listed", "[cli][upload]") {
  const Folder folder;
  folder.write(".amlignore", "!node_modules/\n");
  folder.write("node_modules/a.js", "x");
  const auto list = cli::list_for_upload(folder.path, false);
  REQUIRE(list);
  CHECK(find(*list, "node_modules/a.js")["type"] == "file");
}

TEST_CASE("an ignore file that is none is passed by", "[cli][upload]") {
  const Folder folder;
  REQUIRE(::mkfifo((folder.path / ".amlignore").c_str(), 0600) == 0);
  folder.make(".gitignore");
  const auto list = cli::list_for_upload(folder.path, false);
  REQUIRE(list);
  CHECK((*list)["ignore_files"] == json::object());
}

TEST_CASE("a folder that cannot be read is named", "[cli][upload]") {
  const auto list = cli::list_for_upload("/no/such/folder", false);
  REQUIRE_FALSE(list);
  CHECK(list.error().message.find("/no/such/folder") != std::string::npos);
}
