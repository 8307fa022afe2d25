// SPDX-License-Identifier: Apache-2.0
#include "cli/user_variables.h"

#include "base/file.h"
#include "tests/support/catch.h"

using Entries = std::vector<std::string>;

TEST_CASE("user variables: what a notebook's kernel sets for itself is dropped below it", "[cli]") {
  const Entries own = {"HOME=/home/ann", "MPLBACKEND=pdf", "PAGER=less", "TERM=xterm-256color", "JPYX=1"};
  Entries below = own;
  below.insert(below.end(), {"JPY_PARENT_PID=7", "JPY_SESSION_NAME=n", "IPY_INTERRUPT_EVENT=1", "FORCE_COLOR=1",
                             "MPLBACKEND=module://matplotlib_inline.backend_inline", "GIT_PAGER=cat"});
  CHECK(cli::user_variables(below) == own);
  const Entries outside = {"FORCE_COLOR=1", "PAGER=cat", "TERM=xterm-color"};
  CHECK(cli::user_variables(outside) == outside);
}

TEST_CASE("user variables: the SDK knows the same names and values", "[cli]") {
  const auto sdk = base::read_file(RUNYARD_SOURCE_DIR "/python/runyard/_runs/user_variables.py");
  const auto here = base::read_file(RUNYARD_SOURCE_DIR "/cli/user_variables.cpp");
  REQUIRE(sdk);
  REQUIRE(here);
  const std::size_t from = sdk->find("_INLINE = "), to = sdk->find("_FOR_KERNEL = ");
  REQUIRE((from != std::string::npos && to != std::string::npos));
  std::size_t quoted = 0;
  for (std::size_t at = sdk->find("b\"", from); at < to; at = sdk->find("b\"", at + 1)) {
    const std::string text = sdk->substr(at + 2, sdk->find('"', at + 2) - at - 2);
    CHECK(here->find(text) != std::string::npos);
    ++quoted;
  }
  CHECK(quoted == 19);  // one more there: one more here
}
