// SPDX-License-Identifier: Apache-2.0
#include "cli/python_place.h"

#include <fstream>

#include "base/digest.h"
#include "base/spawn.h"
#include "cli/interpreter.h"
#include "tests/support/catch.h"
#include "tests/support/folder.h"

using cli::PythonFacts;
namespace fs = std::filesystem;

using support::Folder;

namespace {

PythonFacts python(const fs::path& place) {
  PythonFacts facts;
  facts.executable = "/opt/python";
  facts.major = 3;
  facts.minor = 11;
  facts.places = {place.string()};
  facts.user = "/home/me/.local/lib/python3.11/site-packages";
  facts.user_site = true;
  return facts;
}

bool anything(const base::Path&) { return true; }

/// Runs the system's Python on `program` with only `folder` as a site folder; its exit code.
int run_with_site(const fs::path& folder, const std::string& program) {
  base::SpawnOptions options;
  options.argv = {"python3", "-S", "-c",
                  "import site; site.addsitedir(" + ("'" + folder.string() + "'") + ")\n" + program};
  options.environment = base::current_environment();
  const auto finished = base::run_to_end(options, 60'000);
  REQUIRE(finished);
  CAPTURE(finished->output);
  CHECK(finished->output.empty());
  return finished->code;
}

}  // namespace

TEST_CASE("an interpreter says where its packages lie", "[cli][python]") {
  const auto path = cli::resolve_interpreter("python3", base::current_environment());
  REQUIRE(path);
  const auto answer = cli::ask_python(*path, cli::kFactsProgram, std::string(cli::kFactsMarker));
  REQUIRE(answer);
  const auto facts = cli::python_facts_from(*answer);
  REQUIRE(facts);
  CHECK(facts->major == 3);
  CHECK_FALSE(facts->places.empty());
  CHECK(fs::path(facts->executable).is_absolute());
}

TEST_CASE("the first site-packages that can be written is chosen", "[cli][python]") {
  const Folder folder;
  CHECK(*cli::choose_place(python(folder.path), anything) == folder.path);
}

TEST_CASE("what belongs to the system is left alone for the user's own folder", "[cli][python]") {
  const Folder folder;
  PythonFacts facts = python(folder.path);
  facts.managed = true;
  CHECK(*cli::choose_place(facts, anything) == facts.user);
  facts.user_site = false;
  const auto refused = cli::choose_place(facts, anything);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message.find("belongs to the system") != std::string::npos);
}

TEST_CASE("a venv that cannot be written is refused, since it does not see the user's folder", "[cli][python]") {
  const Folder folder;
  PythonFacts facts = python(folder.path);
  const auto only_user = [&](const base::Path& place) { return place == facts.user; };
  CHECK(*cli::choose_place(facts, only_user) == facts.user);
  facts.venv = true;
  CHECK(cli::choose_place(facts, only_user).error().message.find("is not writable") != std::string::npos);
}

TEST_CASE("a Python that is too old is refused with its version", "[cli][python]") {
  const Folder folder;
  PythonFacts facts = python(folder.path);
  facts.minor = 6;
  facts.version = "3.6.9";
  CHECK(cli::choose_place(facts, anything).error().message.find("3.6.9") != std::string::npos);
}

TEST_CASE("answers that are not facts are refused", "[cli][python]") {
  for (const char* text : {"", "[]", "{}", R"({"version": [3, "x", 1]})", R"({"version": [3, 11]})", "not json"}) {
    CAPTURE(text);
    CHECK_FALSE(cli::python_facts_from(text));
  }
}

TEST_CASE("the .pth file makes the SDK importable, whatever its folder is called", "[cli][python]") {
  for (const char* name : {"sdk", "s d k", "数据", "quote'\"back\\slash"}) {
    CAPTURE(name);
    const Folder folder;
    const fs::path sdk = folder.path / name;
    fs::create_directories(sdk);
    fs::create_directories(folder.path / "site");
    std::ofstream(sdk / "runyard_probe.py") << "x = 1\n";
    std::ofstream(sdk / "_runyard_hook.py") << "def install():\n    import sys\n    sys.runyard_probe = 1\n";
    const std::string text = cli::pth_text(sdk.string());
    CHECK(cli::is_our_pth(text));
    std::ofstream(folder.path / "site" / cli::kPthName) << text;
    CHECK(run_with_site(folder.path / "site",
                        "import sys, runyard_probe; sys.exit(0 if sys.runyard_probe == 1 else 5)") == 0);
  }
}

TEST_CASE("the .pth file says nothing and stops nothing when the SDK is gone or broken", "[cli][python]") {
  const Folder folder;
  fs::create_directories(folder.path / "site");
  std::ofstream(folder.path / "site" / cli::kPthName) << cli::pth_text((folder.path / "gone").string());
  CHECK(run_with_site(folder.path / "site", "") == 0);
  fs::create_directories(folder.path / "gone");
  std::ofstream(folder.path / "gone/_runyard_hook.py") << "raise ValueError('broken')\n";
  CHECK(run_with_site(folder.path / "site", "") == 0);
}

TEST_CASE("a file of the same name that another program wrote is not taken for ours", "[cli][python]") {
  CHECK_FALSE(cli::is_our_pth("/somewhere\n"));
  CHECK_FALSE(cli::is_our_pth("import _runyard_hook\n"));
  CHECK_FALSE(cli::is_our_pth(""));
}
