// SPDX-License-Identifier: Apache-2.0
#include "protocol/bytes_json.h"

#include <nlohmann/json.hpp>

#include "tests/support/catch.h"

namespace {

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

}  // namespace

TEST_CASE("text that is nested too deep to be copied is refused, whatever stands in its strings", "[json]") {
  CHECK(protocol::parse_json(nested(1000), "it"));
  const auto deep = protocol::parse_json(nested(200'000), "the body");
  REQUIRE_FALSE(deep);
  CHECK(deep.error().message == "cannot read the body: it is nested deeper than 1024 levels");
  CHECK(protocol::parse_json("[\"" + std::string(5000, '[') + R"(\"[[", "\\", "[[[["])", "it"));
  CHECK_FALSE(protocol::parse_json(R"({"a":"\\",)"
                                   "\"b\":" +
                                       nested(5000) + "}",
                                   "it"));
  CHECK_FALSE(protocol::parse_json("]]]]", "it"));
}
