// SPDX-License-Identifier: Apache-2.0
#include "protocol/facts.h"

#include <sstream>

#include "base/file.h"
#include "protocol/bytes_json.h"
#include "tests/support/catch.h"

using nlohmann::json;

namespace {

/// The lines of the first ```jsonl block after `heading` in the page of the run directory.
std::vector<std::string> fact_examples(const std::string& heading) {
  const auto page = base::read_file(RUNYARD_SOURCE_DIR "/docs/formats/run-directory.md");
  REQUIRE(page);
  const std::string mark = "```jsonl\n";
  const auto begin = page->find(mark, page->find("## " + heading)) + mark.size();
  std::istringstream text(page->substr(begin, page->find("```", begin) - begin));
  std::vector<std::string> lines;
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  return lines;
}

template <class Fact>
void expect_round_trip(const std::string& heading, std::size_t kinds, std::optional<Fact> (*read)(const json&)) {
  std::vector<bool> seen(std::variant_size_v<Fact>);
  for (const auto& line : fact_examples(heading)) {
    INFO(line);
    const auto fact = read(json::parse(line));
    REQUIRE(fact);
    CHECK(protocol::to_json(*fact, protocol::fact_time(json::parse(line))) == json::parse(line));
    seen[fact->index()] = true;
  }
  CHECK(kinds == seen.size());
  CHECK(std::find(seen.begin(), seen.end(), false) == seen.end());
}

template <class Fact, class Variant>
Fact get_fact(const std::optional<Variant>& fact) {
  REQUIRE(fact);
  REQUIRE(std::holds_alternative<Fact>(*fact));
  return std::get<Fact>(*fact);
}

}  // namespace

TEST_CASE("the page has an example of each fact, and we write what it shows", "[facts]") {
  expect_round_trip<protocol::LauncherFact>("attempt-1/launcher.jsonl", 8, protocol::launcher_fact_from_json);
  expect_round_trip<protocol::DaemonFact>("record/daemon.jsonl", 7, protocol::daemon_fact_from_json);
  expect_round_trip<protocol::StateFact>("yard.jsonl", 11, protocol::state_fact_from_json);
}

TEST_CASE("facts have the values that the page describes", "[facts]") {
  const auto started = get_fact<protocol::Started>(
      protocol::launcher_fact_from_json({{"k", "started"}, {"pid", 4712}, {"start_time", 99}}));
  CHECK(started.child == base::ProcessId{4712, 99});
  const auto request = get_fact<protocol::StopRequested>(
                           protocol::daemon_fact_from_json({{"k", "wished"}, {"wish", "fail"}, {"message", "no"}}))
                           .request;
  CHECK_FALSE(request.cancel);
  CHECK(request.message == "no");
  const auto changed = get_fact<protocol::ModelChanged>(
      protocol::state_fact_from_json({{"k", "model_changed"}, {"number", 3}, {"description", nullptr}}));
  CHECK(changed.description == "");
  CHECK_FALSE(get_fact<protocol::ModelChanged>(protocol::state_fact_from_json({{"k", "model_changed"}})).description);
}

TEST_CASE("unknown kinds, kinds of another file and damaged lines are no facts", "[facts]") {
  for (const json& line : {json(), json(1), json("started"), json::array({"k", "started"}), json::object(),
                           json{{"k", 1}}, json{{"k", "flown"}}, json{{"k", "created"}}, json{{"k", "target"}}})
    CHECK_FALSE(protocol::launcher_fact_from_json(line));
  CHECK_FALSE(protocol::daemon_fact_from_json({{"k", "wished"}, {"wish", "sleep"}}));
  CHECK_FALSE(protocol::daemon_fact_from_json({{"k", "ended"}, {"outcome", "lost in space"}}));
  CHECK_FALSE(protocol::state_fact_from_json({{"k", "experiment"}, {"workspace", 7}, {"experiment", "e"}}));
  CHECK_FALSE(protocol::state_fact_from_json(json::array()));
}

TEST_CASE("unknown keys are ignored, and values of another type count as missing", "[facts]") {
  const auto collected = get_fact<protocol::Collected>(protocol::launcher_fact_from_json(
      {{"k", "collected"}, {"n", "a"}, {"p", 7}, {"size", -1}, {"changed", "x"}, {"color", "red"}}));
  CHECK(collected.name == "a");
  CHECK(collected.path.empty());
  CHECK(collected.size == 0);
  CHECK(collected.changed == 0);
  const auto created =
      get_fact<protocol::Created>(protocol::daemon_fact_from_json({{"k", "created"},
                                                                   {"tags", {{"a", 1}, {"b", "x"}}},
                                                                   {"properties", {{"p", 1}, {"q", "y"}}},
                                                                   {"warnings", {1, "w"}}}));
  CHECK(created.tags == protocol::Tags{{"a", std::nullopt}, {"b", "x"}});
  CHECK(created.properties == std::map<std::string, std::string>{{"q", "y"}});
  CHECK(created.warnings == std::vector<std::string>{"w"});
  CHECK_FALSE(created.process);
  CHECK(get_fact<protocol::Starting>(protocol::daemon_fact_from_json({{"k", "starting"}})).boot.empty());
}

TEST_CASE("the facts of a record are read with their times, and other lines are not", "[facts]") {
  const auto reads =
      protocol::daemon_facts_of<protocol::LinesRead>(R"({"k":"created","t":1})"
                                                     "\n"
                                                     R"({"k":"read","file":"a","from":3,"upto":9,"t":1.5})"
                                                     "\n"
                                                     "torn\n"
                                                     R"({"k":"read","file":"b","from":null,"upto":7})"
                                                     "\n");
  REQUIRE(reads.size() == 2);
  CHECK(reads[0].fact.file == "a");
  CHECK(reads[0].fact.from == 3);
  CHECK(reads[0].fact.upto == 9);
  CHECK(reads[0].t == 1.5);
  CHECK(reads[1].fact.file == "b");
  CHECK_FALSE(reads[1].fact.from);
  CHECK(reads[1].t == 0);
}

TEST_CASE("every example cut at every byte is no JSON", "[facts]") {
  for (const auto& line : fact_examples("attempt-1/launcher.jsonl"))
    for (std::size_t size = 0; size < line.size(); ++size)
      CHECK_FALSE(protocol::parse_json(line.substr(0, size), "a fact"));
}

TEST_CASE("a line of a child run keeps tags that can be tags", "[facts]") {
  const auto child = protocol::child_run_from_json({{"k", "child"},
                                                    {"n", "b"},
                                                    {"display_name", "fold"},
                                                    {"tags", {{"a", "x"}, {"b", nullptr}, {"c", 1}, {"", "y"}}}});
  CHECK(child.id == "b");
  CHECK(child.display_name == "fold");
  CHECK(child.tags == protocol::Tags{{"a", "x"}, {"b", std::nullopt}});
}

TEST_CASE("the mark of a batch stands first in its line", "[facts]") {
  const std::string line = protocol::to_line({"a \"client\"", 3});
  CHECK(line == R"({"k":"batch","client":"a \"client\"","number":3})");
  const auto batch = protocol::batch_from_line(line);
  REQUIRE(batch);
  CHECK(batch->client == "a \"client\"");
  CHECK(batch->number == 3);
  CHECK_FALSE(protocol::batch_from_line(R"({"client":"a","k":"batch","number":3})"));
  CHECK_FALSE(protocol::batch_from_line(line.substr(0, 30)));
}

TEST_CASE("a note of a digest is read as it is written", "[facts]") {
  const json note = {{"n", "outputs/a"}, {"size", 5}, {"sha256", "9f86"}};
  CHECK(protocol::to_json(protocol::artifact_digest_from_json(note)) == note);
}
