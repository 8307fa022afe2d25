// SPDX-License-Identifier: Apache-2.0
#include "base/process.h"

#include <algorithm>

#include "tests/support/catch.h"

TEST_CASE("the list of all processes holds this one as its own stat shows it") {
  const auto all = base::all_processes();
  const auto me = base::this_process();
  const auto found = std::find_if(all.begin(), all.end(), [&](const auto& stat) { return stat.pid == me.pid; });
  REQUIRE(found != all.end());
  CHECK(found->start_time == me.start_time);
  CHECK(found->parent == base::process_stat(me.pid)->parent);
}

TEST_CASE("signals have names") {
  CHECK(base::signal_name(11) == "SIGSEGV");
  CHECK(base::signal_name(45) == "signal 45");
}
