// SPDX-License-Identifier: Apache-2.0
#include "daemon/runs/submitter.h"

#include "tests/support/engine.h"
#include "tests/support/folder.h"

using protocol::RunState;

namespace {

runs::Submission submission_of(const std::string& script) {
  runs::Submission submission;
  submission.created.submission_id = base::random_hex(8);
  submission.run.experiment = "e";
  submission.run.script = script;
  submission.has_source = true;
  return submission;
}

}  // namespace

TEST_CASE("submitter: the same submission again gets the first run", "[submitter]") {
  test::Engine engine;
  const auto first = engine.submit("complete.py", "local", "the one");
  const auto again = engine.submit("complete.py", "local", "the one");
  REQUIRE(first);
  REQUIRE(again);
  CHECK_FALSE(first->again);
  CHECK(again->again);
  CHECK(again->run == first->run);
}

TEST_CASE("submitter: a target that is not there is named, and nothing is left", "[submitter]") {
  test::Engine engine;
  const auto refused = engine.submit("complete.py", "gpu");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == std::errc::no_such_file_or_directory);
  CHECK(refused.error().message.find("runyard target set gpu") != std::string::npos);
  CHECK(std::filesystem::is_empty(engine.state().runs()));
}

TEST_CASE("submitter: a parent that is not there is refused after the slot was held, which is free again",
          "[submitter]") {
  test::Engine engine;
  runs::Submission submission;
  submission.created.submission_id = "child";
  submission.run.experiment = "e";
  submission.run.script = "complete.py";
  submission.run.target = "local";
  submission.run.parent = "missing";
  const auto refused = engine.await(engine->submitter->submit(submission));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message.find("there is no run 'missing'") != std::string::npos);
  const auto next = engine.submit("complete.py");
  REQUIRE(next);
  engine.until(next->run, RunState::kCompleted);
}

TEST_CASE("submitter: a stopping daemon takes nothing", "[submitter]") {
  test::Engine engine;
  engine->runs->stop_starting();
  const auto refused = engine.submit("complete.py");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == std::errc::resource_unavailable_try_again);
}

TEST_CASE("submitter: a source directory that the daemon sees otherwise than its client is to be sent", "[submitter]") {
  test::Engine engine;
  runs::Submission submission;
  submission.created.submission_id = "elsewhere";
  submission.run.experiment = "e";
  submission.run.script = "main.py";
  submission.run.target = "local";
  submission.run.source.directory = engine.state().root.string();
  submission.has_source = true;
  submission.device = 1;
  submission.inode = 1;
  const auto refused = engine.await(engine->submitter->submit(submission));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == std::errc::no_link);
  CHECK_FALSE(engine->submitter->progress("elsewhere"));
}

TEST_CASE("submitter: a run with the source of another one has its snapshot, folder and links", "[submitter]") {
  test::Engine engine;
  const support::Folder folder;
  folder.write("complete.py", "pass");
  folder.make("data");
  auto first = submission_of("complete.py");
  first.run.source.directory = folder.path.string();
  first.run.source.links = {"data"};
  const auto taken = engine.await(engine->submitter->submit(first));
  REQUIRE(taken);
  folder.write("complete.py", "changed since");
  auto second = submission_of("complete.py");
  second.source_run = taken->run;
  second.take_snapshot = false;
  const auto shared = engine.await(engine->submitter->submit(second));
  REQUIRE(shared);
  const auto before = engine.shown(taken->run), after = engine.shown(shared->run);
  CHECK_FALSE(after["snapshot"]["digest"].get<std::string>().empty());
  for (const char* member : {"snapshot", "source_directory", "links"}) CHECK(after[member] == before[member]);
}

TEST_CASE("submitter: a source that cannot be shared is refused in words", "[submitter]") {
  test::Engine engine;
  const support::Folder folder;
  folder.write("complete.py", "pass");
  auto first = submission_of("complete.py");
  first.run.source.directory = folder.path.string();
  const auto taken = engine.await(engine->submitter->submit(first));
  const auto bare = engine.submit("complete.py");
  REQUIRE(taken);
  REQUIRE(bare);
  const auto refused = [&engine](const std::string& run, const std::string& script) {
    auto submission = submission_of(script);
    submission.source_run = run;
    const auto answer = engine.await(engine->submitter->submit(submission));
    REQUIRE_FALSE(answer);
    return answer.error().message;
  };
  CHECK(refused("missing", "complete.py").find("there is no run 'missing'") == 0);
  CHECK(refused(bare->run, "complete.py").find("has no snapshot") != std::string::npos);
  CHECK(refused(taken->run, "other.py").find("'other.py' is not in the snapshot") != std::string::npos);
}
