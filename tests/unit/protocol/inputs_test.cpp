// SPDX-License-Identifier: Apache-2.0
#include "protocol/inputs.h"

#include <tuple>

#include "base/file.h"
#include "protocol/json.h"
#include "tests/support/catch.h"

using nlohmann::json;

namespace {

json input(const char* name, const json& changes = json::object()) {
  json made = {{"name", name},       {"mode", "download"}, {"source", "/data"},
               {"files", {"a.csv"}}, {"single", false},    {"place", nullptr}};
  made.update(changes);
  return made;
}

}  // namespace

TEST_CASE("inputs are read and written unchanged, with plain paths") {
  const json whole = input("whole", {{"mode", "mount"}, {"files", nullptr}, {"place", "in/data"}});
  const auto read =
      protocol::inputs_from_json({{"inputs", {input("some", {{"single", true}, {"place", "/in"}}), whole}}});
  REQUIRE(read);
  CHECK(protocol::to_json(*read) == json::array({input("some", {{"single", true}, {"place", "/in"}}), whole}));
  CHECK((*read)[1].is_whole());
  const auto plain =
      protocol::inputs_from_json({{"inputs", {input("x", {{"source", "//data/./b/"}, {"place", "in//a/"}})}}});
  REQUIRE(plain);
  CHECK((*plain)[0].source == "/data/b");
  CHECK((*plain)[0].place == "in/a");
  CHECK(protocol::inputs_from_json(json::object())->empty());
}

TEST_CASE("the page's inputs are read and written unchanged") {
  const auto page = base::read_file(RUNYARD_SOURCE_DIR "/docs/formats/run-directory.md");
  REQUIRE(page);
  const auto at = page->find("```json\n", page->find("## record/inputs.json")) + 8;
  const auto described = json::parse(page->substr(at, page->find("```", at) - at));
  const auto read = protocol::inputs_from_json(described);
  REQUIRE(read);
  CHECK(protocol::to_json(*read) == described["inputs"]);
}

TEST_CASE("inputs that cannot be made are refused by name") {
  for (const auto& [key, value, why] :
       std::vector<std::tuple<const char*, json, const char*>>{{"name", "a-b", "a name that no variable can have"},
                                                               {"name", "", "a name"},
                                                               {"mode", "eat", "the mode 'eat'"},
                                                               {"source", "data", "not an absolute path"},
                                                               {"files", {"../a"}, "no path inside its source"},
                                                               {"files", json::array(), "has no files"},
                                                               {"place", "../a", "not a path inside"},
                                                               {"place", "outputs/a", "for what the run makes"},
                                                               {"place", "/", "cannot be given at '/'"},
                                                               {"place", "/a/..", "cannot be given at '/'"},
                                                               {"mode", "link", "is a link, and has 'files'"},
                                                               {"single", 1, "wrong type"}}) {
    INFO(key << " " << value.dump());
    const auto refused = protocol::inputs_from_json({{"inputs", {input("x", {{key, value}})}}});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message.find(why) != std::string::npos);
  }
  CHECK_FALSE(protocol::inputs_from_json({{"inputs", {input("x", {{"files", {"a", "b"}}, {"single", true}})}}}));
  CHECK_FALSE(protocol::inputs_from_json({{"inputs", {input("x", {{"mode", "link"}, {"files", nullptr}})}}}));
  CHECK_FALSE(protocol::inputs_from_json({{"inputs", {input("x"), input("x")}}}));
  CHECK_FALSE(protocol::inputs_from_json({{"inputs", {input("x", {{"place", "a"}}), input("y", {{"place", "a/"}})}}}));
  CHECK_FALSE(protocol::inputs_from_json({{"inputs", "x"}}));
}
