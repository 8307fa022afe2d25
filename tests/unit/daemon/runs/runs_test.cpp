// SPDX-License-Identifier: Apache-2.0
#include "daemon/runs/runs.h"

#include "base/lock.h"
#include "daemon/runs/attempt.h"
#include "tests/support/engine.h"

using protocol::RunState;

namespace {

/// Which runs hold a slot of "local", and how many wait.
std::pair<std::size_t, std::size_t> local_queue(test::Engine& engine) {
  for (const auto& target : engine->runs->queue().view())
    if (target.name == "local") return {target.running.size(), target.queued.size()};
  return {0, 0};
}

}  // namespace

TEST_CASE("runs: a submitted run is launched, and its launcher's ending is its end", "[runs]") {
  test::Engine engine;
  const auto submitted = engine.submit("complete.py");
  REQUIRE(submitted);
  engine.until(submitted->run, RunState::kCompleted);
  CHECK(base::exists(engine.state().run(submitted->run).attempt().exit_record()));
}

TEST_CASE("runs: a launcher that leaves no ending is followed by one that finalizes", "[runs]") {
  test::Engine engine;
  const auto submitted = engine.submit("vanish.py");
  REQUIRE(submitted);
  engine.until(submitted->run, RunState::kFailed);
  CHECK(engine.shown(submitted->run)["error"]["message"] == "the fake launcher lost it");
}

TEST_CASE("runs: the daemon itself ends a run whose launcher it cannot start", "[runs]") {
  test::Engine engine("/etc/passwd");  // not a program
  const auto submitted = engine.submit("complete.py");
  REQUIRE(submitted);
  engine.until(submitted->run, RunState::kFailed);
  const std::string message = engine.shown(submitted->run)["error"]["message"];
  CHECK(message.find("cannot start the run: ") == 0);
}

TEST_CASE("runs: one at a time on a target with one slot, in the order of their coming", "[runs]") {
  test::Engine engine;
  const auto first = engine.submit("wait.py");
  const auto second = engine.submit("complete.py");
  REQUIRE(first);
  REQUIRE(second);
  CHECK(local_queue(engine) == std::pair<std::size_t, std::size_t>{1, 1});
  CHECK(engine.head(second->run).state == RunState::kQueued);
  REQUIRE(engine.await(engine->canceler->request_stop(first->run, {})));
  engine.until(second->run, RunState::kCompleted);
  CHECK(engine.head(first->run).state == RunState::kCanceled);
}

TEST_CASE("runs: a run that waits for another one yields its slot", "[runs]") {
  test::Engine engine;
  const auto first = engine.submit("wait.py");
  const auto second = engine.submit("complete.py");
  REQUIRE(first);
  REQUIRE(second);
  {
    const runs::Runs::YieldedSlot yielded(*engine->runs, engine.head(first->run).key);
    engine.until(second->run, RunState::kCompleted);
  }
  REQUIRE(engine.await(engine->canceler->request_stop(first->run, {})));
  engine.until(first->run, RunState::kCanceled);
}

TEST_CASE("runs: the next daemon follows a launcher that lives, and starts what was queued", "[runs]") {
  test::Engine engine;
  const auto first = engine.submit("wait.py");
  const auto second = engine.submit("complete.py");
  REQUIRE(first);
  REQUIRE(second);
  engine.stop();
  engine.start();
  CHECK(local_queue(engine) == std::pair<std::size_t, std::size_t>{1, 1});
  REQUIRE(engine.await(engine->canceler->request_stop(first->run, {})));
  engine.until(second->run, RunState::kCompleted);
  CHECK(engine.head(first->run).state == RunState::kCanceled);
}

TEST_CASE("runs: a directory that was written but not committed is adopted and started", "[runs]") {
  test::Engine engine;
  const auto known = engine.submit("complete.py");
  REQUIRE(known);
  engine.until(known->run, RunState::kCompleted);
  engine.stop();
  // As if the daemon had died between the record and the commit.
  std::error_code failed;
  for (const char* suffix : {"", "-wal", "-shm"})
    std::filesystem::remove(engine.state().database().string() + suffix, failed);
  engine.start();
  engine.until(known->run, RunState::kCompleted);
}
