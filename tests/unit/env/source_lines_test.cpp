// SPDX-License-Identifier: Apache-2.0
#include "env/source_lines.h"

#include "tests/support/catch.h"

TEST_CASE("lines whose meaning lies in the source") {
  for (const char* line : {".", "./wheels/x.whl", "../lib", "-e .", "--editable=lib", "-c bounds.txt", "-f wheels"})
    CHECK(env::is_relative(line));
  for (const char* line : {"numpy", "x @ https://host/x.whl", "-e git+https://host/x", "-c /etc/bounds.txt",
                           "--find-links=https://host/wheels", "--index-url https://host", "-concord", "-c"})
    CHECK_FALSE(env::is_relative(line));
}

TEST_CASE("files of options are found beside the requirements file of a build") {
  CHECK(env::anchored("-c bounds.txt") == "-c source/bounds.txt");
  CHECK(env::anchored("--find-links=wheels") == "--find-links source/wheels");
  CHECK(env::anchored("--constraint /etc/b.txt") == "--constraint /etc/b.txt");
  CHECK(env::anchored("-e .") == "-e .");
  CHECK(env::anchored("numpy==1.0") == "numpy==1.0");
}
