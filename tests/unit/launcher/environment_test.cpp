// SPDX-License-Identifier: Apache-2.0
#include "launcher/environment.h"

#include "tests/support/catch.h"

TEST_CASE("names of variables in arguments stand for their values", "[environment]") {
  const std::vector<std::string> environment = {"ID=r1", "DATA=/a b", "EMPTY=", "X=1", "XY=2"};
  const auto expanded = [&](std::string_view text) { return launcher::expand_variables(text, environment); };
  CHECK(expanded("$ID") == "r1");
  CHECK(expanded("${DATA}/train.csv") == "/a b/train.csv");
  CHECK(expanded("$X$XY-${X}Y") == "12-1Y");
  CHECK(expanded("[$EMPTY]") == "[]");
  CHECK(expanded("$NONE ${NONE} $ $$ ${ ${} ${X 5$") == "$NONE ${NONE} $ $$ ${ ${} ${X 5$");
  CHECK(expanded("$$ID") == "$r1");
  CHECK(expanded("").empty());
}
