// SPDX-License-Identifier: Apache-2.0
#include "protocol/quotas.h"

#include "protocol/json.h"
#include "tests/support/catch.h"

using nlohmann::json;

TEST_CASE("quotas: what is named stands on top of the rest") {
  protocol::Quotas base;
  base.output_files = 7;
  const auto read = protocol::quotas_from_json({{"log_bytes", 5u}}, base);
  REQUIRE(read);
  CHECK(read->log_bytes == 5);
  CHECK(read->output_files == 7);
  CHECK(protocol::quotas_from_json(nullptr, base)->output_files == 7);
  CHECK(protocol::to_json(*protocol::quotas_from_json(protocol::to_json(base))) == protocol::to_json(base));
}

TEST_CASE("quotas: what cannot be one is named") {
  for (const auto& wrong : {json{{"log", 1}}, json{{"log_bytes", 0}}, json{{"log_bytes", -1}}, json{{"log_bytes", 1.5}},
                            json{{"log_bytes", "1"}}, json::array(), json("x")})
    CHECK_FALSE(protocol::quotas_from_json(wrong));
  CHECK(protocol::quotas_from_json({{"log_bytes", -1}}).error().message ==
        "'quotas.log_bytes' is -1, not a whole number above 0");
}
