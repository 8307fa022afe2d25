// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/ingest/patterns.h"

#include "tests/support/catch.h"

using protocol::Cell;
using store::Patterns;

namespace {

struct Found {
  std::string metric;
  Cell value;
  std::optional<std::int64_t> step;
  bool operator==(const Found&) const = default;
};

std::vector<Found> found(const std::vector<protocol::Pattern>& patterns, std::string_view line) {
  const auto compiled = Patterns::compile(patterns);
  REQUIRE(compiled);
  std::vector<Found> all;
  REQUIRE(compiled->match(
      line, [&](std::string_view metric, const Cell& value, std::optional<std::int64_t> step) -> base::Result<void> {
        all.push_back({std::string(metric), value, step});
        return {};
      }));
  return all;
}

}  // namespace

TEST_CASE("a pattern finds every value of a line", "[patterns]") {
  CHECK(found({{"loss", R"(loss=([0-9.]+))"}}, "loss=0.5 then loss=0.25") ==
        std::vector<Found>{{"loss", 0.5, {}}, {"loss", 0.25, {}}});
  CHECK(found({{"loss", R"(epoch (?P<step>\d+): (?P<value>\S+))"}}, "epoch 3: 1e-3") ==
        std::vector<Found>{{"loss", 1e-3, 3}});
  CHECK(found({{"", R"((?P<name>\w+)=(?P<value>\S+))"}}, "acc=1 best=resnet") ==
        std::vector<Found>{{"acc", std::int64_t{1}, {}}, {"best", "resnet", {}}});
  CHECK(found({{"loss", R"(loss=([0-9.]*))"}}, "loss=").empty());
  CHECK(found({{"x", R"((\d)?)"}}, "a1").size() == 1);
  CHECK(found({{"p", R"((\d+)%)"}}, "\r 10%\r 20%\r 30%").size() == 3);
  CHECK(found({{"first", R"(^ ?([0-9.]+))"}}, "0.1 0.2 0.3") == std::vector<Found>{{"first", 0.1, {}}});
  CHECK(found({{"word", R"(\b(\d)x?)"}}, "1x2x 3").size() == 2);
  CHECK(found({}, "anything").empty());
}

TEST_CASE("a pattern that cannot be is refused by its text", "[patterns]") {
  for (const auto& bad : std::vector<protocol::Pattern>{{"x", "("},
                                                        {"x", "no group"},
                                                        {"", "(value)"},
                                                        {"", "(?P<value>.)"},
                                                        {"a\nb", "(.)"},
                                                        {"x", std::string(1001, 'a')}}) {
    INFO(bad.pattern);
    CHECK_FALSE(Patterns::compile({bad}));
  }
  CHECK_FALSE(Patterns::compile(std::vector<protocol::Pattern>(51, {"x", "(.)"})));
  CHECK(Patterns::compile({{"x", "("}}).error().message.find("'('") != std::string::npos);
}
