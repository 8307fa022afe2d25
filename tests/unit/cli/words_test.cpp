// SPDX-License-Identifier: Apache-2.0
#include "cli/words.h"

#include "protocol/json_field.h"
#include "tests/support/catch.h"

using nlohmann::json;

TEST_CASE("ages are said in the largest whole unit", "[cli][words]") {
  const auto now = *base::parse_iso_time("2026-11-24T12:00:00Z");
  CHECK(cli::age("2026-11-24T11:59:48.5Z", now) == "11 s ago");
  CHECK(cli::age("2026-11-24T11:57:00Z", now) == "3 min ago");
  CHECK(cli::age("2026-11-24T02:00:00Z", now) == "10 h ago");
  CHECK(cli::age("2026-11-04T12:00:00Z", now) == "20 d ago");
  CHECK(cli::age("2026-11-24T12:00:09Z", now) == "just now");
  CHECK(cli::age("soon", now).empty());
}

TEST_CASE("the exit code of a run is its own where it has one", "[cli][words]") {
  CHECK(cli::exit_code_of(json{{"status", "Completed"}, {"exit_code", 0}}) == 0);
  CHECK(cli::exit_code_of(json{{"status", "Failed"}, {"exit_code", 3}}) == 3);
  CHECK(cli::exit_code_of(json{{"status", "Failed"}, {"signal", 11}, {"exit_code", nullptr}}) == 139);
  CHECK(cli::exit_code_of(json{{"status", "Failed"}, {"exit_code", 0}}) == 1);
  CHECK(cli::exit_code_of(json{{"status", "Failed"}, {"exit_code", 4096}}) == 1);
  CHECK(cli::exit_code_of(json{{"status", "Failed"}, {"signal", "x"}}) == 1);
  CHECK(cli::exit_code_of(json{{"status", "Canceled"}, {"signal", 15}}) == cli::kExitCanceled);
}

TEST_CASE("the sentence about a run gives how it went and why", "[cli][words]") {
  CHECK(cli::outcome_sentence(json{{"id", "a"}, {"status", "Completed"}, {"duration_seconds", 12.5}}) ==
        "run a completed after 12.5 s");
  CHECK(cli::outcome_sentence(
            json{{"id", "a"}, {"status", "Failed"}, {"error", {{"message", "exited with status 3"}}}}) ==
        "run a failed: exited with status 3");
  CHECK(cli::outcome_sentence(json{{"id", "a"}, {"status", "Canceled"}}) == "run a was canceled");
  CHECK(cli::outcome_sentence(json{{"id", "a"}, {"status", "Queued"}, {"waiting", "queued behind 1 run"}}) ==
        "run a is queued: queued behind 1 run");
  CHECK(cli::outcome_sentence(json{{"id", "\033c"}, {"status", "Running"}}).find('\033') == std::string::npos);
}

TEST_CASE("a reason keeps its line breaks, and no line of it looks like one of ours", "[cli][words]") {
  CHECK(cli::printable_lines("Found:\r\n\tx: 3\nstatus  Completed\n\n", 4) ==
        "Found:\n    \tx: 3\n    status  Completed");
  CHECK(cli::printable_lines("a\033[31m\rb\x07", 4) ==
        "a\xEF\xBF\xBD[31m\xEF\xBF\xBD"
        "b\xEF\xBF\xBD");
  CHECK(cli::printable_lines("\n", 4).empty());
  CHECK(cli::outcome_sentence(
            json{{"id", "a"}, {"status", "Failed"}, {"error", {{"message", "x\nrun b completed\n"}}}}) ==
        "run a failed: x\n  run b completed");
}

TEST_CASE("a list has a reason in one line", "[cli][words]") {
  CHECK(cli::one_line("Found:\r\n\tx: 3\n\n  y: 4 \n") == "Found: x: 3 y: 4");
  CHECK(cli::one_line("a\tb") == "a\tb");
  CHECK(cli::one_line("\n").empty());
}

TEST_CASE("a command line is shown with its words apart", "[cli][words]") {
  CHECK(cli::command_line(json{{"kind", "script"}, {"script", "train.py"}, {"arguments", {"--a", "two words", ""}}}) ==
        "train.py --a 'two words' ''");
  CHECK(cli::command_line(json{{"kind", "command"}, {"command", {"Rscript", "fit.R"}}}) == "Rscript fit.R");
  CHECK(cli::command_line(json{{"kind", "command"}, {"command", "a | b"}}) == "a | b");
  CHECK(cli::command_line(json{{"kind", "script"}, {"script", "x"}, {"arguments", {{{"base64", "/w=="}}}}}) ==
        "x (bytes)");
}

TEST_CASE("answers of another shape than expected give defaults, not crashes", "[cli][words]") {
  for (const json& odd :
       {json(), json(1), json("text"), json::array(), json{{"id", 7}, {"command", 5}, {"arguments", "x"}}}) {
    CHECK(protocol::text_at(odd, "id").empty());
    CHECK(protocol::number_at(odd, "number", 9) == 9);
    CHECK(protocol::list_at(odd, "arguments").empty());
    CHECK_FALSE(cli::is_final(odd));
    CHECK(cli::exit_code_of(odd) == 1);
    CHECK_FALSE(cli::outcome_sentence(odd).empty());
  }
  CHECK(protocol::number_at(json{{"n", 1e300}}, "n", 4) == 4);
}
