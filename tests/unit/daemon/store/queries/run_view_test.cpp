// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/queries/run_view.h"

#include "base/file.h"
#include "protocol/bytes_json.h"
#include "tests/support/catch.h"

using nlohmann::json;
using protocol::RunState;
using store::RunView;

namespace {

/// The first ```json block after `heading` in the page of the API.
json api_example(const std::string& heading) {
  const auto page = base::read_file(RUNYARD_SOURCE_DIR "/docs/formats/http-api.md");
  REQUIRE(page);
  const std::string mark = "```json\n";
  const auto begin = page->find(mark, page->find("## " + heading)) + mark.size();
  return json::parse(page->substr(begin, page->find("```", begin) - begin));
}

RunView failed_run() {
  RunView run;
  run.state = RunState::kFailed;
  run.ending.emplace();
  run.ending->code = 1;
  run.ending->message = "it exited with code 1";
  run.ending->error = protocol::ProgramError{"ValueError", "no", "line 7"};
  return run;
}

}  // namespace

TEST_CASE("run view: a run has the members that the page shows", "[view]") {
  RunView run;
  run.whole = true;
  const json shown = to_json(run), example = api_example("A run");
  for (const auto& [name, value] : example.items()) CHECK(shown.contains(name));
  CHECK(shown["in_place"] == false);
  CHECK(shown["links"] == json::array());
  for (const char* name :
       {"waiting", "error", "started", "ended", "duration_seconds", "parent", "submitter", "snapshot", "display_name",
        "interpreter", "prepared", "source_directory", "exit_code", "reason"})
    CHECK(shown[name].is_null());
  CHECK_FALSE(shown.contains("interactive"));
  CHECK_FALSE(shown.contains("columns"));
}

TEST_CASE("run view: a failed run says how it failed, with a traceback where it is shown whole", "[view]") {
  RunView run = failed_run();
  const json expected = {{"code", "UserError"},
                         {"message", "it exited with code 1"},
                         {"type", "ValueError"},
                         {"detail", "no"},
                         {"traceback", "line 7"}};
  json brief = expected;
  brief.erase("traceback");
  CHECK(to_json(run)["error"] == brief);
  run.whole = true;
  CHECK(to_json(run)["error"] == expected);
  CHECK(to_json(run)["exit_code"] == 1);
  CHECK(run.failure() == "it exited with code 1");
  run.state = RunState::kCompleted;
  CHECK(to_json(run)["error"].is_null());
  CHECK(run.failure().empty());
}

TEST_CASE("run view: a snapshot is shown with what its fact says, as far as it says something", "[view]") {
  RunView run;
  run.spec.snapshot = "9f86";
  run.snapshot.files = 3;
  CHECK(to_json(run)["snapshot"] ==
        json({{"digest", "9f86"}, {"files", 3}, {"bytes", 0}, {"left_out", ""}, {"git", json::object()}}));
}

TEST_CASE("run view: facts of the launcher are shown with fields that the daemon does not know", "[view]") {
  RunView run;
  run.prepared = {{"name", "mine"}, {"created", 1790000000.5}, {"shade", "red"}};
  CHECK(to_json(run)["prepared"] ==
        json({{"name", "mine"}, {"created", "2026-09-21T14:13:20.500000Z"}, {"shade", "red"}}));
}
