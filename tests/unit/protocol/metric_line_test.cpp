// SPDX-License-Identifier: Apache-2.0
#include "protocol/metric_line.h"

#include "tests/support/catch.h"

#include <cmath>
#include <sstream>

#include "base/file.h"

using protocol::Cell;
using protocol::LineKind;
using protocol::LineParser;

namespace {

/// The lines of the first block ```<kind> in the protocol's page.
std::vector<std::string> block(const std::string& kind) {
  const auto page = base::read_file(RUNYARD_SOURCE_DIR "/docs/formats/metric-line.md");
  REQUIRE(page);
  const auto begin = page->find("```" + kind + "\n");
  REQUIRE(begin != std::string::npos);
  const auto first = begin + kind.size() + 4;
  std::istringstream text(page->substr(first, page->find("```", first) - first));
  std::vector<std::string> lines;
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  return lines;
}

}  // namespace

TEST_CASE("every example of the page is valid") {
  LineParser parser;
  const auto lines = block("jsonl");
  CHECK(lines.size() == 15);
  for (const auto& line : lines) {
    INFO(line);
    const auto parsed = parser.parse(line);
    REQUIRE(parsed);
    CHECK((*parsed)->kind != LineKind::kUnknown);
  }
}

TEST_CASE("every counterexample of the page is refused with a reason") {
  LineParser parser;
  for (const auto& line : block("bad")) {
    INFO(line);
    const auto parsed = parser.parse(line);
    REQUIRE_FALSE(parsed);
    CHECK_FALSE(parsed.error().message.empty());
  }
}

TEST_CASE("values keep their type") {
  LineParser parser;
  const auto value = [&](const std::string& text) {
    const auto parsed = parser.parse(R"({"k":"scalar","n":"x","v":)" + text + "}");
    REQUIRE(parsed);
    return (*parsed)->cells.at(0);
  };
  CHECK(value("9223372036854775807") == Cell{std::int64_t{9223372036854775807}});
  CHECK(value("18446744073709551615") == Cell{18446744073709551615.0});
  CHECK(value("1.0") == Cell{1.0});
  CHECK(value("true") == Cell{true});
  CHECK(value("null") == Cell{});
  CHECK(value("\"NaN\"") == Cell{std::string("NaN")});
  CHECK(std::isnan(std::get<double>(value(R"({"$":"nan"})"))));
  CHECK(std::isnan(std::get<double>(value("NaN"))));
  CHECK(value("-Infinity") == Cell{-INFINITY});
}

TEST_CASE("step, time and unknown fields") {
  LineParser parser;
  const auto parsed = parser.parse(R"({"new":{"x":[1]},"s":-3,"t":1790000000.25,"v":1,"n":"x","k":"scalar"})");
  REQUIRE(parsed);
  CHECK((*parsed)->step == -3);
  CHECK((*parsed)->time == 1'790'000'000'250'000);
  const auto unknown = parser.parse(R"({"k":"hologram","v":{}})");
  REQUIRE(unknown);
  CHECK((*unknown)->kind == LineKind::kUnknown);
}

TEST_CASE("a table cell may stand for a column of one") {
  LineParser parser;
  const auto parsed = parser.parse(R"({"k":"table","n":"t","v":{"a":1,"b":[2]}})");
  REQUIRE(parsed);
  REQUIRE((*parsed)->columns.size() == 2);
  CHECK((*parsed)->columns[1].cells.size() == 1);
}

TEST_CASE("a file line cannot lead out of the journal") {
  LineParser parser;
  CHECK_FALSE(parser.parse(R"({"k":"file","n":"a","p":"../record/spec.json","size":1})"));
  CHECK_FALSE(parser.parse(R"({"k":"file","n":"../a","p":"blobs/a","size":1})"));
  CHECK_FALSE(parser.parse(R"({"k":"file","n":"a","p":"/etc/passwd","size":1})"));
}

TEST_CASE("hostile bytes are refused, not believed") {
  LineParser parser;
  CHECK_FALSE(parser.parse("\xFF\xFE"));
  CHECK_FALSE(parser.parse("{\"k\":\"scalar\",\"n\":\"\xC0\xAF\",\"v\":1}"));
  CHECK_FALSE(parser.parse(R"({"k":"scalar","n":"a\u0007b","v":1})"));
  CHECK_FALSE(parser.parse(R"({"k":"scalar","n":"x","v":1e400})"));
  CHECK_FALSE(parser.parse(std::string(100'000, '[')));
  CHECK_FALSE(parser.parse(std::string(protocol::kLineLimit + 1, ' ')));
}

TEST_CASE("every line of an example cut at every byte is refused or whole") {
  LineParser parser;
  for (const auto& line : block("jsonl"))
    for (std::size_t n = 0; n < line.size(); ++n) CHECK_FALSE(parser.parse(line.substr(0, n)));
}

TEST_CASE("what we write, we read") {
  LineParser parser;
  for (const Cell& cell : {Cell{}, Cell{true}, Cell{std::int64_t{-5}}, Cell{0.1}, Cell{3.0}, Cell{INFINITY},
                           Cell{std::string("a\"\\\n精")}}) {
    const auto parsed = parser.parse(protocol::scalar_line("名 \"x\"", cell, 7, 1'790'000'000'000'001, "d"));
    REQUIRE(parsed);
    CHECK((*parsed)->name == "名 \"x\"");
    CHECK((*parsed)->cells.at(0) == cell);
    CHECK((*parsed)->step == 7);
    CHECK((*parsed)->time == 1'790'000'000'000'001);
  }
}
