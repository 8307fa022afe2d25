// SPDX-License-Identifier: Apache-2.0
#include "cli/interpreter.h"

#include <sys/stat.h>

#include <fstream>

#include "base/digest.h"
#include "base/spawn.h"
#include "tests/support/catch.h"

namespace fs = std::filesystem;

namespace {

struct ScriptFolder {
  fs::path path = fs::temp_directory_path() / ("runyard-python-" + base::random_hex(4));
  ScriptFolder() { fs::create_directories(path); }
  ~ScriptFolder() { fs::remove_all(path); }
  fs::path script(const std::string& name, const std::string& text) const {
    fs::create_directories((path / name).parent_path());
    std::ofstream(path / name) << text;
    ::chmod((path / name).c_str(), 0755);
    return path / name;
  }
};

const std::vector<std::string> kSystem{"PATH=/usr/bin:/bin"};

std::string why_not(const std::string& word) {
  const auto path = cli::resolve_interpreter(word, kSystem);
  REQUIRE_FALSE(path);
  return path.error().message;
}

}  // namespace

TEST_CASE("without a word the python3 of the caller's PATH is meant", "[cli][interpreter]") {
  const auto path = cli::resolve_interpreter("", kSystem);
  REQUIRE(path);
  CHECK(path->string() == "/usr/bin/python3");
}

TEST_CASE("the link of a venv stays a link, and its folder is enough", "[cli][interpreter]") {
  const ScriptFolder folder;
  fs::create_directories(folder.path / "venv/bin");
  fs::create_symlink("/usr/bin/python3", folder.path / "venv/bin/python");
  CHECK(*cli::resolve_interpreter((folder.path / "venv/bin/python").string(), kSystem) ==
        folder.path / "venv/bin/python");
  CHECK(*cli::resolve_interpreter((folder.path / "venv").string(), kSystem) == folder.path / "venv/bin/python");
  CHECK(*cli::resolve_interpreter((folder.path / "venv/").string(), kSystem) == folder.path / "venv/bin/python");
}

TEST_CASE("a shim is asked which interpreter it starts", "[cli][interpreter]") {
  const ScriptFolder folder;
  const auto shim = folder.script("shims/python3", "#!/bin/sh\necho noise\nexec /usr/bin/python3 \"$@\"\n");
  const auto path = cli::resolve_interpreter("python3", {"PATH=" + shim.parent_path().string() + ":/usr/bin"});
  REQUIRE(path);
  CHECK(path->string() == "/usr/bin/python3");
}

TEST_CASE("what is no Python is refused with the reason", "[cli][interpreter]") {
  const ScriptFolder folder;
  std::ofstream(folder.path / "plain") << "x";
  fs::create_directories(folder.path / "empty");
  const auto dies = folder.script("dies", "#!/bin/sh\necho 'pyenv: python3: command not found'\nexit 127\n");
  const auto quiet = folder.script("quiet", "#!/bin/sh\nexit 0\n");
  CHECK(why_not("no-such-python").find("it is not on the PATH") != std::string::npos);
  CHECK(why_not("/no/such/python").find("there is no such file") != std::string::npos);
  CHECK(why_not((folder.path / "plain").string()).find("it is not executable") != std::string::npos);
  CHECK(why_not((folder.path / "empty").string()).find("the folder has no bin/python") != std::string::npos);
  CHECK(why_not(dies.string()).find("command not found") != std::string::npos);
  CHECK_FALSE(why_not(quiet.string()).empty());
}
