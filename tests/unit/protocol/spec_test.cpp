// SPDX-License-Identifier: Apache-2.0
#include "protocol/spec.h"

#include <tuple>
#include "protocol/json.h"
#include "tests/support/catch.h"

#include "base/file.h"
#include "protocol/exit_record.h"
#include "protocol/names.h"

using nlohmann::json;

namespace {

/// The first ```json block after `heading` in the page of the run directory.
json example(const std::string& heading) {
  const auto page = base::read_file(RUNYARD_SOURCE_DIR "/docs/formats/run-directory.md");
  REQUIRE(page);
  const auto at = page->find("```json\n", page->find("## " + heading));
  REQUIRE(at != std::string::npos);
  return json::parse(page->substr(at + 8, page->find("```", at + 8) - at - 8));
}

}  // namespace

TEST_CASE("an environment to build is read and written unchanged") {
  const json described = {{"name", "mine"},
                          {"python", "3.9"},
                          {"pip", {"numpy>=1"}},
                          {"options", {"--no-index"}},
                          {"conda", {{"scikit-learn=0.24", "scikit-learn==0.24.*"}, {"cudatoolkit", nullptr}}},
                          {"before", "2021-06-01"},
                          {"channels", {"conda-forge"}},
                          {"conda_from_index", false},
                          {"strict", true}};
  const auto managed = protocol::managed_from_json(described);
  REQUIRE(managed);
  CHECK(protocol::to_json(*managed) == described);
  for (const auto& [key, value, why] : std::vector<std::tuple<std::string, json, std::string>>{
           {"pip", {"a\n--pre"}, "control characters"},
           {"pip", {" "}, "it is empty"},
           {"pip", "numpy", "wrong type"},
           {"options", {"numpy"}, "begins with '-'"},
           {"python", ">=3.6", "not a version"},
           {"before", "2021-02-29", "not a day such as 2021-06-01"},
           {"before", "2021-6-1", "not a day"},
           {"before", 20210601, "wrong type"},
           {"conda", {{"--prefix", nullptr}}, "does not begin"},
           {"conda", {{"a", 1}}, "neither a text"},
           {"channels", {""}, "it is empty"},
           {"channels", {"--offline"}, "does not begin with '-'"},
           {"conda", {{"https://host/t/x/y::a", nullptr}}, "holds '(redacted)': every user of the machine"},
           {"strict", "yes", "wrong type"}}) {
    json wrong = described;
    wrong[key] = value;
    const auto refused = protocol::managed_from_json(wrong);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message.find(why) != std::string::npos);
  }
}

TEST_CASE("the page's run is read and written unchanged") {
  const auto described = example("record/spec.json");
  const auto spec = protocol::spec_from_json(described);
  REQUIRE(spec);
  CHECK(spec->arguments.back() == "\xFF");
  CHECK(to_json(*spec) == described);
}

TEST_CASE("a run with inputs is of a version that says so") {
  auto spec = protocol::spec_from_json({{"version", 1}, {"kind", "command"}});
  REQUIRE(spec);
  CHECK(to_json(*spec)["version"] == 1);
  spec->inputs.emplace_back();
  CHECK(to_json(*spec)["version"] == 2);
  CHECK(protocol::has_inputs(to_json(*spec)));
  CHECK_FALSE(protocol::spec_from_json({{"version", 3}, {"kind", "command"}}));
}

TEST_CASE("the page's ending is read and written unchanged") {
  const auto described = example("attempt-1/exit.json");
  const auto record = protocol::exit_record_from_json(described);
  REQUIRE(record);
  CHECK(record->code == 1);
  auto written = to_json(*record);
  written.erase("error_code");
  CHECK(written == described);
}

TEST_CASE("a wrong type is named") {
  const auto spec = protocol::spec_from_json({{"kind", "script"}, {"grace_seconds", "soon"}});
  REQUIRE_FALSE(spec);
  CHECK(spec.error().message == "'grace_seconds' has the wrong type: \"soon\"");
  CHECK_FALSE(protocol::spec_from_json({{"kind", "poem"}}));
  CHECK_FALSE(protocol::spec_from_json(json::array()));
}

TEST_CASE("names of people's choosing") {
  CHECK(protocol::check_experiment_name("训练 2026"));
  CHECK_FALSE(protocol::check_experiment_name("a/b"));
  CHECK_FALSE(protocol::check_experiment_name(""));
  CHECK(protocol::check_run_id("ridge_1790000000_1a2b3c4d"));
  for (const auto* id : {".", "..", ".hidden", "a/b", "a b", "a\nb"}) CHECK_FALSE(protocol::check_run_id(id));
  CHECK(protocol::check_artifact_name("outputs/模型 1.pkl"));
  for (const auto* name : {"", "/a", "a/../b", "a//b", "a\tb"}) CHECK_FALSE(protocol::check_artifact_name(name));
  CHECK(protocol::check_name("metric", std::string(255, 'x')));
  CHECK_FALSE(protocol::check_name("metric", std::string(256, 'x')));
}

TEST_CASE("the state directory is found as the page says") {
  CHECK(protocol::state_dir("/s/", "/x", "/h")->root == "/s");
  CHECK(protocol::state_dir(nullptr, "/x", "/h")->root == "/x/runyard");
  CHECK(protocol::state_dir("", nullptr, "/h")->root == "/h/.local/state/runyard");
  CHECK_FALSE(protocol::state_dir(nullptr, nullptr, nullptr));
  CHECK_FALSE(protocol::state_dir("relative", nullptr, nullptr));
}
