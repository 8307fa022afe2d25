// SPDX-License-Identifier: Apache-2.0
#include "env/pip_settings.h"

#include <algorithm>

#include "tests/support/catch.h"
#include "tests/support/folder.h"

using Lines = std::vector<std::string>;

TEST_CASE("uv is told what pip's variables say") {
  CHECK(env::pip_settings_for_uv(
            {"PIP_CONFIG_FILE=/dev/null", "PIP_INDEX_URL=https://host/simple", "PIP_FIND_LINKS=/a /b"}) ==
        Lines{"UV_INDEX_URL=https://host/simple", "UV_FIND_LINKS=/a,/b"});
  CHECK(env::pip_settings_for_uv(
            {"PIP_CONFIG_FILE=/dev/null", "PIP_INDEX_URL=https://host/simple", "UV_INDEX=https://own"})
            .empty());
}

TEST_CASE("uv is told what pip.conf says") {
  const support::Folder folder;
  folder.write("pip.conf",
               "# ours\n[global]\nindex-url = https://host/simple\ncert: /etc/ca.pem\nextra-index-url =\n    "
               "https://one\n    https://two\n"
               "[freeze]\nno-index = true\n");
  const Lines told =
      env::pip_settings_for_uv({"PIP_CONFIG_FILE=" + (folder / "pip.conf").string(), "PIP_CERT=/mine.pem"});
  for (const char* line :
       {"UV_INDEX_URL=https://host/simple", "UV_EXTRA_INDEX_URL=https://one https://two", "SSL_CERT_FILE=/mine.pem"})
    CHECK(std::count(told.begin(), told.end(), line) == 1);
  CHECK(std::count(told.begin(), told.end(), "UV_NO_INDEX=true") == 0);
}

TEST_CASE("names in pip.conf are as pip reads them, and install is over global wherever it stands") {
  const support::Folder folder;
  folder.write("pip.conf",
               "[install]\nIndex_URL = https://private/simple\n[global]\nindex-url = https://other/simple\nfind_links "
               "= /wheels\n");
  const Lines told = env::pip_settings_for_uv({"PIP_CONFIG_FILE=" + (folder / "pip.conf").string()});
  CHECK(std::count(told.begin(), told.end(), "UV_INDEX_URL=https://private/simple") == 1);
  CHECK(std::count(told.begin(), told.end(), "UV_FIND_LINKS=/wheels") == 1);
}

TEST_CASE("uv is told which packages pip would take") {
  CHECK(env::pip_settings_for_uv({"PIP_CONFIG_FILE=/dev/null", "PIP_CONSTRAINT=/c.txt", "PIP_PRE=yes",
                                  "PIP_NO_BINARY=:all:", "PIP_ONLY_BINARY=numpy,pandas", "PIP_TRUSTED_HOST=host"}) ==
        Lines{"UV_CONSTRAINT=/c.txt", "UV_INSECURE_HOST=host", "UV_NO_BINARY=1", "UV_NO_BUILD_PACKAGE=numpy pandas",
              "UV_PRERELEASE=allow"});
  CHECK(env::pip_settings_for_uv(
            {"PIP_CONFIG_FILE=/dev/null", "PIP_NO_BINARY=:none:", "PIP_PRE=0", "PIP_CONSTRAINT=/c", "UV_CONSTRAINT=/d"})
            .empty());
}

TEST_CASE("a file of uv's settings that names an index precedes pip's index") {
  const support::Folder folder;
  folder.write("uv.toml", "index-url = \"https://own/simple\"\n");
  const std::string file = "UV_CONFIG_FILE=" + (folder / "uv.toml").string();
  CHECK(env::pip_settings_for_uv({"PIP_CONFIG_FILE=/dev/null", "PIP_INDEX_URL=https://host/simple", file}).empty());
  folder.write("uv.toml", "python-preference = \"system\"\n");
  CHECK(env::pip_settings_for_uv({"PIP_CONFIG_FILE=/dev/null", "PIP_INDEX_URL=https://host/simple", file}) ==
        Lines{"UV_INDEX_URL=https://host/simple"});
}
