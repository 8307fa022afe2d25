// SPDX-License-Identifier: Apache-2.0
// What has the name of a file of a run and cannot be read, and lines that cannot be understood.
#include "tests/unit/daemon/store/ingest/ingest_case.h"

using namespace ingest_case;

TEST_CASE("what a child puts in the place of a journal does not hold up the rest", "[ingest]") {
  const State state;
  REQUIRE(::mkfifo(state.journal("a").c_str(), 0600) == 0);
  REQUIRE(::symlink("/etc/passwd", state.journal("b").c_str()) == 0);
  REQUIRE(base::make_directories(state.journal("c")));
  REQUIRE(::mknod(state.journal("socket").c_str(), S_IFSOCK | 0600, 0) == 0);
  state.append(state.journal("d"), scalar("x", 1, 1790000001));
  Daemon daemon(state);
  daemon.ingest_run();
  CHECK(daemon.values("x") == json({1}));
  const auto warnings = daemon.warnings();
  CHECK(warnings.size() == 4);
  for (const auto& warning : warnings) CHECK(warning.find("is not read: ") != std::string::npos);
}

TEST_CASE("a run ends whatever has the name of one of its files", "[ingest]") {
  const std::string file = GENERATE("attempt-1/exit.json", "attempt-1/launcher.jsonl", "attempt-1/log",
                                    "record/api.jsonl", "record/daemon.jsonl");
  CAPTURE(file);
  const State state;
  Daemon daemon(state);
  std::filesystem::remove(state.run.root / file);
  REQUIRE(base::make_directories(state.run.root / file));
  state.append(state.journal("p"), scalar("x", 1, 1790000001));
  protocol::ExitRecord record;
  record.reason = "lost";
  daemon.in_transaction([&] { REQUIRE(daemon.ingest.end(daemon.run, record)); });
  CHECK(daemon.values("x") == json({1}));
  CHECK(store::has_ended(daemon.database, daemon.run).value());
  const auto shown = store::run_view(daemon.database, {state.dir, ""}, daemon.run, true);
  REQUIRE(shown);
  std::string said = shown->ending->message;
  for (const auto& warning : shown->warnings) said += "\n" + warning;
  CHECK(said.find("'" + (state.run.root / file).string() + "': it is not a regular file") != std::string::npos);
}

TEST_CASE("a child run that cannot be made does not hold up its parent", "[ingest]") {
  const bool is_file = GENERATE(true, false);
  const State state;
  const auto child = state.dir.run("inner");
  REQUIRE(base::make_directories(protocol::child_journal(state.run.attempt().journal(), "inner")));
  if (is_file) state.append(child.root, "");
  else REQUIRE(base::make_directories(child.spec()));
  state.append(state.journal("p"), R"({"k":"child","n":"inner","t":1790000001})"
                                   "\n" +
                                       scalar("x", 1, 1790000002));
  Daemon daemon(state);
  daemon.ingest_run();
  CHECK(daemon.values("x") == json({1}));
  REQUIRE(daemon.warnings().size() == 1);
  CHECK(daemon.warnings()[0].find("the child run 'inner'") != std::string::npos);
}

TEST_CASE("lines of the state directory that are no facts are counted", "[ingest]") {
  const State state;
  Daemon daemon(state);
  state.append(state.dir.state_facts(), R"({"k":"target","name":"gpu","slots":2,"t":1}
{"k":"target","name":"cp
{"k":"a kind of a later version"}
)");
  daemon.in_transaction([&] { REQUIRE(daemon.ingest.ingest_state_facts()); });
  CHECK(store::skipped_state_lines(daemon.database).value() == 1);
  Daemon next(state);
  next.in_transaction([&] { REQUIRE(next.ingest.ingest_state_facts()); });
  CHECK(store::skipped_state_lines(next.database).value() == 1);
}
