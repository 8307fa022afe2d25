// SPDX-License-Identifier: Apache-2.0
#include "daemon/http/own_host.h"

#include "tests/support/catch.h"
#include "tests/support/folder.h"

TEST_CASE("own host: a name is drawn once, and what is none is drawn again") {
  const support::Folder folder;
  const auto file = folder / "host";
  const auto drawn = http::own_host(file);
  CHECK(drawn.starts_with("runyard-"));
  CHECK(drawn.ends_with(".localhost"));
  CHECK(drawn.size() == std::string("runyard-0123456789abcdef0123.localhost").size());
  CHECK(http::own_host(file) == drawn);
  for (const char* text : {"", "localhost\n", "runyard-0123456789ABCDEF0123.localhost\n",
                           "runyard-0123456789abcdef0123.localhost.evil\n"}) {
    REQUIRE(base::write_file_atomic(file, text));
    const auto next = http::own_host(file);
    CHECK(next != drawn);
    CHECK(http::own_host(file) == next);
  }
}

TEST_CASE("own host: where it cannot be written there is one all the same") {
  const support::Folder folder;
  CHECK(http::own_host(folder / "absent" / "host").ends_with(".localhost"));
}
