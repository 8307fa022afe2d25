// SPDX-License-Identifier: Apache-2.0
#include "protocol/limits.h"

#include "protocol/json.h"
#include "protocol/spec.h"
#include "tests/support/catch.h"

TEST_CASE("each limit of the kernel has one name") {
  static_assert(protocol::kResourceLimits.size() == RLIM_NLIMITS);
  for (const auto& limit : protocol::kResourceLimits) CHECK(protocol::resource_of(limit.name) == limit.resource);
  CHECK_FALSE(protocol::resource_of("speed"));
  CHECK(protocol::limit_to_number(RLIM_INFINITY) == -1);
  CHECK(protocol::limit_from_number(-1) == RLIM_INFINITY);
}

TEST_CASE("a run with a limit that the kernel does not have is refused") {
  CHECK(protocol::spec_from_json({{"limits", {{"rtprio", {0, 0}}}}}));
  const auto refused = protocol::spec_from_json({{"limits", {{"speed", {1, 1}}}}});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message == "'limits' names 'speed', which is no resource limit of the kernel");
}
