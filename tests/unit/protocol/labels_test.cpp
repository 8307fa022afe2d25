// SPDX-License-Identifier: Apache-2.0
#include "protocol/labels.h"

#include "protocol/json.h"
#include "tests/support/catch.h"

namespace {

void check_label(std::string_view text, std::string_view name, std::optional<std::string> value) {
  const auto filter = protocol::label_filter(text);
  INFO(text);
  CHECK(filter.name == name);
  CHECK(filter.value == value);
}

}  // namespace

TEST_CASE("a label filter is a name, or a name and its value", "[labels]") {
  check_label("best", "best", {});
  check_label("best=yes", "best", "yes");
  check_label("best=a=b", "best", "a=b");
  check_label("best=", "best", "");
  check_label("", "", {});
}

TEST_CASE("a quoted name of a label filter may hold =", "[labels]") {
  check_label("\"a=b\"=c=d", "a=b", "c=d");
  check_label("\"a=b\"", "a=b", {});
  check_label("\"a=b\"=", "a=b", "");
  check_label("\"it\"\"s\"=x", "it\"s", "x");
  check_label("\"open=x", "\"open", "x");
  check_label("\"a\"b=x", "\"a\"b", "x");
}

TEST_CASE("tags may be null, properties may not, and what is wrong is named", "[labels]") {
  const nlohmann::json body = {{"tags", {{"a", "x"}, {"b", nullptr}}}, {"properties", {{"p", "y"}}}};
  const auto tags = protocol::tags_from_json(body);
  REQUIRE(tags);
  CHECK(*tags == protocol::Tags{{"a", "x"}, {"b", std::nullopt}});
  const auto properties = protocol::properties_from_json(body);
  REQUIRE(properties);
  CHECK(*properties == std::map<std::string, std::string>{{"p", "y"}});
  const auto refused = protocol::properties_from_json({{"properties", {{"p", nullptr}}}});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message == "'p' in 'properties' is not a string");
  CHECK_FALSE(protocol::tags_from_json({{"tags", {1}}}));
  CHECK(protocol::tags_from_json({{"tags", nullptr}})->empty());
  CHECK_FALSE(protocol::names_from_json({{"untag", {"a", 1}}}, "untag"));
}
