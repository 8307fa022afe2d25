// SPDX-License-Identifier: Apache-2.0
#include "daemon/runs/canceler.h"

#include "tests/support/engine.h"

using protocol::RunState;

TEST_CASE("canceler: a queued run ends at once, and never starts", "[canceler]") {
  test::Engine engine;
  const auto running = engine.submit("wait.py");
  const auto queued = engine.submit("complete.py");
  REQUIRE(running);
  REQUIRE(queued);
  REQUIRE(engine.await(engine->canceler->request_stop(queued->run, {})));
  CHECK(engine.head(queued->run).state == RunState::kCanceled);
  CHECK_FALSE(base::exists(engine.state().run(queued->run).attempt().root / "claim"));
  REQUIRE(engine.await(engine->canceler->request_stop(running->run, {})));
  engine.until(running->run, RunState::kCanceled);
}

TEST_CASE("canceler: a request is safe on disk before it is answered", "[canceler]") {
  test::Engine engine;
  const auto running = engine.submit("wait.py");
  REQUIRE(running);
  protocol::StopRequest request;
  request.by = "ada";
  REQUIRE(engine.await(engine->canceler->request_stop(running->run, request)));
  const auto written = base::read_file(engine.state().run(running->run).stop_requests());
  REQUIRE(written);
  CHECK(written->find("\"ada\"") != std::string::npos);
  engine.until(running->run, RunState::kCanceled);
}

TEST_CASE("canceler: a run that has ended stays as it is", "[canceler]") {
  test::Engine engine;
  const auto done = engine.submit("complete.py");
  REQUIRE(done);
  engine.until(done->run, RunState::kCompleted);
  REQUIRE(engine.await(engine->canceler->request_stop(done->run, {})));
  CHECK(engine.head(done->run).state == RunState::kCompleted);
}

TEST_CASE("canceler: a run that is not there is named", "[canceler]") {
  test::Engine engine;
  const auto refused = engine.await(engine->canceler->request_stop("nothing", {}));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == std::errc::no_such_file_or_directory);
}

TEST_CASE("canceler: only a run that its own process reports is ended by it", "[canceler]") {
  test::Engine engine;
  const auto running = engine.submit("wait.py");
  REQUIRE(running);
  const auto refused = engine.await(engine->canceler->end_interactive(running->run, {}));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == std::errc::operation_in_progress);
  REQUIRE(engine.await(engine->canceler->request_stop(running->run, {})));
  engine.until(running->run, RunState::kCanceled);
}
