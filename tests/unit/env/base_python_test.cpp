// SPDX-License-Identifier: Apache-2.0
#include "env/base_python.h"

#include "env/version.h"
#include "tests/support/catch.h"

TEST_CASE("the Python of a day is the newest that libraries had been built for") {
  CHECK(env::python_of_day("2018-01-01") == "3.7");
  CHECK(env::python_of_day("2021-04-04") == "3.8");
  CHECK(env::python_of_day("2021-06-01") == "3.9");
  CHECK(env::python_of_day("2026-04-07") == "3.14");
}

TEST_CASE("a version is newer than a series by its numbers, not by its patch level") {
  CHECK(env::is_newer("3.11.2", "3.9"));
  CHECK_FALSE(env::is_newer("3.9.18", "3.9"));
  CHECK_FALSE(env::is_newer("3.8.18", "3.10"));
}
