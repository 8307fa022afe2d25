// SPDX-License-Identifier: Apache-2.0
#include "protocol/bytes_json.h"

#include "protocol/json.h"
#include "tests/support/catch.h"

TEST_CASE("json: nested too deep is an error before it is read") {
  const auto nested = [](int depth) {
    return std::string(static_cast<std::size_t>(depth), '[') + std::string(static_cast<std::size_t>(depth), ']');
  };
  CHECK(protocol::parse_json(nested(200), "it"));
  CHECK(protocol::parse_json(nested(201), "it").error().message == "cannot read it: it is nested more than 200 deep");
  CHECK(protocol::parse_json("[\"" + std::string(1000, '[') + R"(\"[[)" + "\"]", "it"));
  CHECK(protocol::parse_json("\"" + std::string(100'000, 'x'), "it").error().message.size() < 400);
}
