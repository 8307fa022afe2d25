// SPDX-License-Identifier: Apache-2.0
#include "cli/takeover.h"

#include <unistd.h>

#include "tests/support/catch.h"

using cli::Serving;

TEST_CASE("versions are compared number by number", "[cli][takeover]") {
  CHECK(cli::compare_versions("0.9.0", "0.10.0") < 0);
  CHECK(cli::compare_versions("1.0", "0.10.3") > 0);
  CHECK(cli::compare_versions("1.0", "1.0.0") == 0);
  CHECK(cli::compare_versions("", "0.0.1") < 0);
  CHECK(cli::compare_versions("later", "0.0.1") < 0);
}

TEST_CASE("an older daemon, and one whose program is gone, give way", "[cli][takeover]") {
  CHECK(cli::takes_over({.version = "0.1.0"}, "0.2.0"));
  CHECK(cli::takes_over({.version = "0.2.0", .replaced = true}, "0.2.0"));
  CHECK(cli::takes_over({.version = "0.3.0", .removed = true}, "0.2.0"));
  CHECK_FALSE(cli::takes_over({.version = "0.2.0"}, "0.2.0"));
  CHECK_FALSE(cli::takes_over({.version = "0.3.0", .replaced = true}, "0.2.0"));
}

TEST_CASE("status says what serves whom", "[cli][takeover]") {
  CHECK(cli::serving_warning({.version = "0.2.0"}, "0.2.0").empty());
  CHECK(cli::serving_warning({.version = "0.1.0"}, "0.2.0") ==
        "the daemon is runyard 0.1.0, and this is 0.2.0: 'runyard up' lets this version take over; runs go on");
  CHECK(cli::serving_warning({.version = "0.3.0"}, "0.2.0") ==
        "the daemon is runyard 0.3.0, and this is 0.2.0: it serves both; upgrade this installation");
  CHECK(cli::serving_warning({.version = "0.1.0", .removed = true}, "0.2.0") ==
        "the daemon is runyard 0.1.0, and this is 0.2.0: 'runyard up' lets this version take over; runs go on");
  CHECK(cli::serving_warning({.version = "0.3.0", .removed = true}, "0.2.0") ==
        "the daemon's installation was removed: 'runyard up' lets this one take over; runs go on");
}

TEST_CASE("the program of a process is found", "[cli][takeover]") {
  const Serving own = cli::serving(::getpid(), "0.1.0");
  CHECK(own.program == std::filesystem::read_symlink("/proc/self/exe"));
  CHECK_FALSE(own.replaced);
  CHECK_FALSE(own.removed);
  CHECK(cli::serving(-1, "0.1.0").program.empty());
}
