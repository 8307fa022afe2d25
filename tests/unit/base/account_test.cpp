// SPDX-License-Identifier: Apache-2.0
#include "base/account.h"

#include <pwd.h>
#include <unistd.h>

#include <catch2/catch.hpp>

TEST_CASE("a user's name is found by the number, in lines of any shape") {
  const std::string lines =
      "root:x:0:0:root:/root:/bin/bash\n# 7\n::7:\nshort:x\nana:x:1000:7::/home/ana:/bin/sh\nb:x:10000:";
  CHECK(base::name_in_passwd(lines, 0) == "root");
  CHECK(base::name_in_passwd(lines, 1000) == "ana");
  CHECK(base::name_in_passwd(lines, 10000) == "b");
  for (const uid_t unknown : {7u, 100u}) CHECK_FALSE(base::name_in_passwd(lines, unknown));
  CHECK_FALSE(base::name_in_passwd("", 0));
}

TEST_CASE("this process's user has the name that the C library finds") {
  const passwd* const entry = ::getpwuid(::getuid());
  CHECK(base::user_name() == (entry ? std::optional<std::string>(entry->pw_name) : std::nullopt));
}
