// SPDX-License-Identifier: Apache-2.0
#include "env/source_lines.h"

#include "tests/support/catch.h"

TEST_CASE("lines whose meaning lies in the source") {
  for (const char* line : {".", "./wheels/x.whl", "../lib", "-e .", "-e.", "--editable=lib", "-c bounds.txt",
                           "-cbounds.txt", "-f wheels", "wheels/x-1.0-py3-none-any.whl", "x-1.0.tar.gz", "lib/pkg[dev]",
                           "x @ ./x.whl", "x @ file:x.whl ; python_version > '3'"})
    CHECK(env::is_relative(line));
  for (const char* line :
       {"numpy", "numpy>=1.2; python_version > '3'", "/abs/x.whl", "file:///abs/x.whl", "git+ssh://git@host/x/y",
        "git+https://host/x@main", "x @ https://host/x.whl", "-e git+https://host/x", "-c /etc/bounds.txt",
        "--find-links=https://host/wheels", "--index-url https://host", "--extra-index-url ./x", "-c"})
    CHECK_FALSE(env::is_relative(line));
}

TEST_CASE("files of options are found beside the requirements file of a build") {
  CHECK(env::anchored("-c bounds.txt") == "-c source/bounds.txt");
  CHECK(env::anchored("--find-links=wheels") == "--find-links source/wheels");
  CHECK(env::anchored("--constraint /etc/b.txt") == "--constraint /etc/b.txt");
  CHECK(env::anchored("-e .") == ".");
  CHECK(env::anchored("--editable lib[dev]") == "./lib[dev]");
  CHECK(env::anchored("-e git+https://host/x#egg=x") == "-e git+https://host/x#egg=x");
  CHECK(env::anchored("numpy==1.0") == "numpy==1.0");
}
