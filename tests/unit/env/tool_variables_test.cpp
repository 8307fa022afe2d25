// SPDX-License-Identifier: Apache-2.0
#include "env/tool_variables.h"

#include <algorithm>

#include "tests/support/catch.h"
#include "tests/support/folder.h"

namespace {

using Lines = std::vector<std::string>;

bool has(const Lines& lines, const std::string& line) { return std::count(lines.begin(), lines.end(), line) == 1; }

}  // namespace

TEST_CASE("tools get the run's variables without those that lead them elsewhere", "[tools]") {
  const Lines tools = env::variables_of_tools({"HOME=/nowhere", "PYTHONPATH=/own", "UV_PYTHON=3.7", "A=b",
                                               "PIP_CONFIG_FILE=/dev/null", "UV_EXCLUDE_NEWER=2019-01-01"},
                                              "2021-06-01");
  CHECK(has(tools, "A=b"));
  CHECK(has(tools, "UV_EXCLUDE_NEWER=2021-06-01T00:00:00Z"));
  for (const char* start : {"PYTHONPATH=", "UV_PYTHON=", "UV_EXCLUDE_NEWER=2019"})
    CHECK(std::none_of(tools.begin(), tools.end(), [&](const auto& entry) { return entry.starts_with(start); }));
}

TEST_CASE("uv reads the user's file of settings, and none of the source", "[tools]") {
  const support::Folder home;
  const std::string variable = "HOME=" + home.path.string();
  CHECK(has(env::variables_of_tools({variable, "UV_CONFIG_FILE=/mine.toml"}, ""), "UV_CONFIG_FILE=/mine.toml"));
  home.write(".config/uv/uv.toml", "");
  CHECK(has(env::variables_of_tools({variable}, ""), "UV_CONFIG_FILE=" + (home / ".config/uv/uv.toml").string()));
}

TEST_CASE("settings are what changes the packages", "[tools]") {
  CHECK(env::settings_in({"UV_INDEX_URL=https://a", "PATH=/bin", "UV_CACHE_DIR=/c", "UV_HTTP_TIMEOUT=9", "CFLAGS=-O3",
                          "UV_NO_CONFIG=1", "UV_INDEX_MINE_PASSWORD=x", "CONDA_SUBDIR=noarch", "UV_NEW_SETTING=1"},
                         "/", false) == Lines{"CFLAGS=-O3", "UV_INDEX_URL=https://a", "UV_NEW_SETTING=1"});
  CHECK(env::settings_in({"CONDA_SUBDIR=noarch", "CONDA_PREFIX=/x", "CONDA_OVERRIDE_CUDA=12"}, "/", true) ==
        Lines{"CONDA_OVERRIDE_CUDA=12", "CONDA_SUBDIR=noarch"});
}

TEST_CASE("the content of a file of settings counts, not its place", "[tools]") {
  const support::Folder folder;
  folder.write("a.txt", "numpy<2\n");
  folder.write("b.txt", "numpy<2\n");
  const auto settings = [&](const char* file) {
    return env::settings_in({std::string("UV_CONSTRAINT=") + file}, folder.path, false);
  };
  const Lines before = settings("a.txt");
  CHECK(settings("b.txt") == before);
  CHECK(settings((folder / "a.txt").c_str()) == before);
  folder.write("a.txt", "numpy<1\n");
  CHECK(settings("a.txt") != before);
  CHECK(settings("missing.txt") != before);
}
