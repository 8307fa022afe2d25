// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/filter/filter.h"

#include <cmath>
#include <random>

#include "base/clock.h"
#include "base/file.h"
#include "base/text.h"
#include "daemon/store/filter/filter_sql.h"
#include "tests/support/catch.h"

using store::Filter;
using store::Key;
using store::Mistake;

namespace {

constexpr base::Micros kNow = 1'790'000'000'000'000;

Filter good(std::string_view text) {
  auto parsed = store::parse_filter(text, kNow);
  INFO(text);
  if (const auto* mistake = std::get_if<Mistake>(&parsed)) FAIL(mistake->sentence);
  return std::get<Filter>(parsed);
}

Mistake bad(std::string_view text) {
  auto parsed = store::parse_filter(text, kNow);
  INFO(text);
  REQUIRE(std::holds_alternative<Mistake>(parsed));
  return std::get<Mistake>(parsed);
}

std::string sql(std::string_view text) { return store::condition_of(good(text), kNow).text; }

}  // namespace

TEST_CASE("a comparison has a key, a sign and a value", "[filter]") {
  const Filter filter = good("metric.loss.min<=0.25");
  CHECK(filter.kind == Filter::Kind::kCompare);
  CHECK(filter.key.kind == Key::Kind::kMetric);
  CHECK(filter.key.name == "loss");
  CHECK(filter.key.statistic == Key::Statistic::kMin);
  CHECK(filter.comparison == store::Comparison::kLessOrEqual);
  CHECK(filter.value.number == 0.25);
}

TEST_CASE("names may hold dots, spaces and quotes", "[filter]") {
  CHECK(good("metric.val.loss > 1").key.name == "val.loss");
  CHECK(good("metric.\"val loss\".max > 1").key.statistic == Key::Statistic::kMax);
  CHECK(good("metric.\"a\"\"b\" = 1").key.name == "a\"b");
  CHECK(good("metric.\"min\" = 1").key.name == "min");
  CHECK(good("metric.精度 = 1").key.name == "精度");
  CHECK(good("argument.--alpha = 0.5").key.name == "--alpha");
  CHECK(good("tag.status = x").key.kind == Key::Kind::kTag);
}

TEST_CASE("a text in single quotes is that text", "[filter]") {
  const Filter filter = good("tag.'it''s' = 'a \"b\" = c'");
  CHECK(filter.key.name == "it's");
  CHECK(filter.value.text == "a \"b\" = c");
  CHECK_FALSE(good("tag.n = '1'").value.number);
  CHECK(good("tag.owner = o'brien").value.text == "o'brien");
  CHECK(bad("tag.a = 'x").at == 8);
}

TEST_CASE("a word alone is looked for in names", "[filter]") {
  for (const char* text : {"resnet-50.v2", "'resnet-50.v2'", "( resnet-50.v2 )"}) {
    const Filter filter = good(text);
    CHECK(filter.key.kind == Key::Kind::kName);
    CHECK(filter.comparison == store::Comparison::kContains);
    CHECK(filter.value.text == "resnet-50.v2");
  }
  CHECK(good("ridge and status = Failed").operands.size() == 2);
  CHECK(good("\"my run\"").value.text == "my run");
  CHECK(good("status").kind == Filter::Kind::kHas);
  CHECK(good("tag.a").kind == Filter::Kind::kHas);
  CHECK(bad("loss < 1").at == 0);
  CHECK(bad("metric.").at == 7);
}

TEST_CASE("and binds closer than or, parentheses closest", "[filter]") {
  CHECK(good("id=a or id=b and id=c").operands.size() == 2);
  CHECK(good("id=a or id=b and id=c").kind == Filter::Kind::kOr);
  CHECK(good("(id=a or id=b) and id=c").kind == Filter::Kind::kAnd);
  CHECK(good("not not tag.x").operands[0].operands[0].kind == Filter::Kind::kHas);
  CHECK(good("NOT (id=a AND id=b)").kind == Filter::Kind::kNot);
  CHECK(good("id=and").value.text == "and");
  CHECK(good("tag.or or tag.and").operands.size() == 2);
}

TEST_CASE("values are numbers, times, ages, statuses or text", "[filter]") {
  CHECK(good("status = running").value.state == protocol::RunState::kRunning);
  CHECK(good("created > 2026-11-24").value.time == *base::parse_iso_time("2026-11-24T00:00:00Z"));
  CHECK(good("created > 2026-11-24T01:02").value.time == *base::parse_iso_time("2026-11-24T01:02:00Z"));
  CHECK(good("created > 2026-11-24T01:02:03.5Z").value.time == *base::parse_iso_time("2026-11-24T01:02:03.5Z"));
  CHECK(good("created > -7d").value.time == kNow - 7 * 86'400'000'000);
  CHECK(good("duration > 1e3").value.number == 1000);
  CHECK(good("tag.alpha = -0.5").value.number == -0.5);
  CHECK_FALSE(good("tag.alpha = \"-0.5\"").value.number);
}

TEST_CASE("nan is a value of metrics, equal or not", "[filter]") {
  CHECK(std::isnan(*good("metric.loss = nan").value.number));
  CHECK(std::isnan(*good("metric.loss.min != NaN").value.number));
  CHECK_FALSE(good("tag.loss = nan").value.number);
  CHECK(bad("metric.loss <  nan").sentence == "nan is compared with = or !=");
  CHECK(bad("metric.loss <  nan").at == 15);
  CHECK(bad("number = nan").sentence == "'nan' is not a number");
  CHECK(bad("metric.loss = \"nan\"").at == 14);
}

TEST_CASE("a mistake says what is wrong, and at which character", "[filter]") {
  CHECK(bad("").at == 0);
  CHECK(bad("  ").sentence == "something is missing at the end");
  CHECK(bad("lots = 1").at == 0);
  CHECK(bad("id = a and lots = 1").at == 11);
  CHECK(bad("duration > fast").sentence == "'fast' is not a number");
  CHECK(bad("duration > fast").at == 11);
  CHECK(bad("tag.精度 = 1 and duration > x").at == 26);  // characters, not bytes
  CHECK(bad("status = lost").at == 9);
  CHECK(bad("status < Running").at == 7);
  CHECK(bad("created > yesterday").at == 10);
  CHECK(bad("(id = a").sentence == "there is no ')' for this '('");
  CHECK(bad("(id = a").at == 0);
  CHECK(bad("id = a)").at == 6);
  CHECK(bad("id = a id = b").at == 7);
  CHECK(bad("id = \"a").at == 5);
  CHECK(bad("id =").sentence == "a value is missing at the end");
  CHECK(bad("metric.loss ~ 1").at == 12);
  CHECK(bad("metric").at == 0);
  CHECK(bad("and").at == 0);
  CHECK(bad(std::string(100, '(')).sentence == "it is nested more than 20 deep");
  CHECK(bad(std::string(20'000, 'a')).sentence == "the filter is longer than 10,000 bytes");
  CHECK(bad("id = \xff").sentence == "the filter is not UTF-8");
}

TEST_CASE("a key stands alone for sorting and columns", "[filter]") {
  CHECK(std::holds_alternative<Key>(store::parse_key("metric.loss.min")));
  CHECK(std::holds_alternative<Mistake>(store::parse_key("metric.loss.min ")));
  CHECK(std::holds_alternative<Mistake>(store::parse_key("")));
}

TEST_CASE("nothing that was given stands in the SQL", "[filter]") {
  for (const char* text : {"id = \"x'; DROP TABLE run\"", "tag.\"a'b\" = 'x'", "metric.\"m'\" > 1", "name ~ \"%'_\""})
    CHECK(sql(text).find("DROP") == std::string::npos);
  CHECK(sql("tag.\"a'b\" = 1").find("a'b") == std::string::npos);
  const store::Sql whole = store::condition_of(good("tag.x = 1 and not metric.y < 2 or name ~ z"), kNow);
  CHECK(static_cast<std::size_t>(std::count(whole.text.begin(), whole.text.end(), '?')) == whole.values.size());
}

TEST_CASE("any bytes are either a filter or a mistake within the text", "[filter]") {
  std::mt19937 random(20261124);
  const std::string pieces[] = {"id",   "tag", ".",   "\"",  "(",  ")",    " ",      "and",
                                "or",   "not", "=",   "!",   "<",  ">",    "~",      "metric",
                                "loss", "min", "-7d", "1e9", "精", "\xff", "status", "Running"};
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    for (auto i = random() % 12; i > 0; --i) text += pieces[random() % std::size(pieces)];
    const auto parsed = store::parse_filter(text, kNow);
    if (const auto* mistake = std::get_if<Mistake>(&parsed)) CHECK(mistake->at <= text.size());
    else CHECK_FALSE(store::condition_of(std::get<Filter>(parsed), kNow).text.empty());
  }
}

namespace {

/// The lines of a block of the page, as ```name ... ``` holds them.
std::vector<std::string> block(const std::string& name) {
  const auto page = base::read_file(base::Path(RUNYARD_SOURCE_DIR) / "docs/filters.md");
  REQUIRE(page);
  const auto begin = page->find("```" + name + "\n");
  REQUIRE(begin != std::string::npos);
  const auto start = begin + name.size() + 4;
  auto lines = base::split(page->substr(start, page->find("```", start) - start), '\n');
  std::erase(lines, std::string());
  return lines;
}

}  // namespace

TEST_CASE("the page's examples are what it says", "[filter]") {
  for (const auto& line : block("filter")) good(line);
  for (const auto& line : block("bad")) {
    const auto bar = line.rfind(" | ");
    CHECK(bad(line.substr(0, bar)).at + 1 == std::stoul(line.substr(bar + 3)));
  }
}
