// SPDX-License-Identifier: Apache-2.0
#include "launcher/report_slot.h"

#include "tests/support/catch.h"

TEST_CASE("a slot holds the last report", "[launcher]") {
  const auto slot = launcher::ReportSlot::make();
  REQUIRE(slot);
  CHECK(slot->get().empty());
  REQUIRE(slot->put("a long report"));
  REQUIRE(slot->put("short"));
  CHECK(slot->get() == "short");
}
