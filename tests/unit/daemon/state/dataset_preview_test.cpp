// SPDX-License-Identifier: Apache-2.0
#include "daemon/state/dataset_preview.h"

#include <sys/stat.h>

#include "protocol/json.h"
#include "tests/support/catch.h"
#include "tests/support/folder.h"

using nlohmann::json;

namespace {

struct Files {
  support::Folder top;
  std::string put(const std::string& name, const std::string& content) const {
    top.write(name, content);
    return (top / name).string();
  }
};

json preview(const std::vector<std::string>& paths) { return state::preview_of({{"paths", paths}}); }

}  // namespace

TEST_CASE("dataset preview: the files of a folder, and the beginning of the first") {
  const Files files;
  const std::string a = files.put("a.csv", "x,y\n1,2\n"), b = files.put("below/b.bin", std::string("\0\1", 2));
  std::filesystem::create_symlink(a, files.top / "link");
  const json found = preview({files.top.path.string()});
  CHECK(found["files"] == json{{{"path", a}, {"size", 8}}, {{"path", b}, {"size", 2}}});
  CHECK(found["more"] == false);
  CHECK(found["text"] == json{{"path", a}, {"content", "x,y\n1,2\n"}, {"cut", false}});
  CHECK(preview({b})["text"].is_null());
  CHECK(preview({(files.top / "link").string()})["text"]["content"] == "x,y\n1,2\n");
}

TEST_CASE("dataset preview: a long text ends with a line, and a line without an end is not shown") {
  const Files files;
  std::string lines;
  while (lines.size() < 70'000) lines += "0123456789\n";
  const json text = preview({files.put("long.csv", lines)})["text"];
  const std::string content = text["content"];
  CHECK(text["cut"] == true);
  CHECK((content.size() <= 64 * 1024 && content.size() > 64 * 1024 - 11 && content.ends_with('\n')));
  CHECK(preview({files.put("line", std::string(70'000, 'x'))})["text"]["content"] == "");
}

TEST_CASE("dataset preview: addresses, patterns, lost files and pipes are not read") {
  const Files files;
  const std::string pipe = (files.top / "pipe").string();
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  for (const std::string& path : {std::string("https://host/a.csv"), (files.top / "*.csv").string(), pipe}) {
    const json found = preview({path});
    CHECK((found["files"].empty() && found["text"].is_null()));
  }
  CHECK(preview({"https://host/a.csv"})["more"] == true);
}

TEST_CASE("dataset preview: a list of many files is cut") {
  const Files files;
  for (int i = 0; i < 101; ++i) files.put("many/" + std::to_string(i), "");
  const json found = preview({(files.top / "many").string()});
  CHECK((found["files"].size() == 100 && found["more"] == true));
}
