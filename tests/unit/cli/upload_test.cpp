// SPDX-License-Identifier: Apache-2.0
#include "cli/upload.h"

#include <sys/stat.h>

#include <algorithm>

#include "tests/support/catch.h"
#include "tests/support/folder.h"

namespace fs = std::filesystem;

using cli::TarEntry;
using support::Folder;
using Type = TarEntry::Type;

namespace {

const TarEntry* find(const std::vector<TarEntry>& list, const std::string& path) {
  const auto found = std::find_if(list.begin(), list.end(), [&](const auto& entry) { return entry.path == path; });
  return found == list.end() ? nullptr : &*found;
}

bool is_sent(const std::vector<TarEntry>& list, const std::string& path) {
  const auto* entry = find(list, path);
  return entry && entry->sent;
}

}  // namespace

TEST_CASE("files, folders and links are listed, a folder before what it holds", "[cli][upload]") {
  const Folder folder;
  folder.write("train.py", "print()");
  folder.write("数据/x y.csv", "1,2");
  fs::create_symlink("nowhere", folder.path / "link");
  ::chmod((folder.path / "train.py").c_str(), 0750);
  ::mkfifo((folder.path / "pipe").c_str(), 0600);
  const auto list = cli::list_source(folder.path, {}, false);
  REQUIRE(list);
  const auto* script = find(*list, "train.py");
  REQUIRE(script);
  CHECK((script->type == Type::file && script->mode == 0750 && script->size == 7 && script->sent));
  REQUIRE(find(*list, "数据"));
  CHECK(find(*list, "数据")->type == Type::directory);
  CHECK(find(*list, "数据") < find(*list, "数据/x y.csv"));
  CHECK((find(*list, "link")->type == Type::link && find(*list, "link")->target == "nowhere"));
  CHECK_FALSE(find(*list, "pipe"));
}

TEST_CASE("excluded entries and linked ones are only named", "[cli][upload]") {
  const Folder folder;
  folder.write(".amlignore", "*.log\n!outputs/\n");
  for (const char* name : {"a.log", ".git/HEAD", "outputs/x", "env/pyvenv.cfg", "pkg/env/x.py", "data/x"})
    folder.write(name, "123");
  const auto list = cli::list_source(folder.path, {"data"}, false);
  REQUIRE(list);
  for (const char* name : {"a.log", ".git", "env", "data"}) {
    CAPTURE(name);
    REQUIRE(find(*list, name));
    CHECK((!find(*list, name)->sent && find(*list, name)->size == 0));
  }
  for (const char* name : {".git/HEAD", "env/pyvenv.cfg", "data/x"}) CHECK_FALSE(find(*list, name));
  for (const char* name : {".amlignore", "outputs/x", "pkg/env/x.py"}) CHECK(is_sent(*list, name));
}

TEST_CASE("of a folder over the limits no file is sent, unless it is asked for", "[cli][upload]") {
  const Folder folder;
  folder.write("d/huge", "");
  folder.write("train.py", "1");
  fs::resize_file(folder / "d/huge", 3'000'000'000);
  const auto list = cli::list_source(folder.path, {}, false);
  REQUIRE(list);
  CHECK((!is_sent(*list, "train.py") && !is_sent(*list, "d/huge") && is_sent(*list, "d")));
  CHECK(find(*list, "d/huge")->size == 3'000'000'000);
  CHECK(is_sent(*cli::list_source(folder.path, {}, true), "d/huge"));
}

TEST_CASE("an ignore file that is none is passed by", "[cli][upload]") {
  const Folder folder;
  REQUIRE(::mkfifo((folder.path / ".amlignore").c_str(), 0600) == 0);
  folder.make(".gitignore");
  CHECK(cli::list_source(folder.path, {}, false));
}

TEST_CASE("a folder that cannot be read is named", "[cli][upload]") {
  const auto list = cli::list_source("/no/such/folder", {}, false);
  REQUIRE_FALSE(list);
  CHECK(list.error().message.find("/no/such/folder") != std::string::npos);
}
