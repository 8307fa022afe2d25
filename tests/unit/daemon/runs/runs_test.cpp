// SPDX-License-Identifier: Apache-2.0
#include "daemon/runs/runs.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/lock.h"
#include "daemon/runs/attempt.h"
#include "protocol/slot.h"
#include "tests/support/engine.h"

using protocol::RunState;

namespace {

/// Which runs hold a slot of "local", and how many wait.
std::pair<std::size_t, std::size_t> local_queue(test::Engine& engine) {
  for (const auto& target : engine->runs->queue().view())
    if (target.name == "local") return {target.running.size(), target.queued.size()};
  return {0, 0};
}

using Counts = std::pair<std::size_t, std::size_t>;

/// What the fake launcher of build.py waits for.
void end_build(test::Engine& engine, const std::string& run) {
  REQUIRE(base::write_file_atomic(engine.state().run(run).attempt().root / "built", ""));
}

bool builds(test::Engine& engine, const std::string& run) {
  return engine->runs->queue().why_waiting(engine.head(run).key).starts_with("building ");
}

/// One that builds, and one that has its slot meanwhile.
struct Building {
  std::string build, other;
  explicit Building(test::Engine& engine) {
    const auto first = engine.submit("build.py"), second = engine.submit("wait.py");
    REQUIRE(first);
    REQUIRE(second);
    build = first->run;
    other = second->run;
    engine.until([&] { return builds(engine, build) && local_queue(engine) == Counts{2, 0}; });
  }
};

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

TEST_CASE("runs: one that builds its environment holds no slot, and waits for one then", "[runs]") {
  test::Engine engine;
  const Building runs(engine);
  const auto third = engine.submit("complete.py");
  REQUIRE(third);
  end_build(engine, runs.build);
  engine.until([&] { return local_queue(engine) == Counts{1, 2}; });
  CHECK(engine.head(runs.build).state == RunState::kPreparing);
  CHECK_FALSE(base::exists(protocol::slot_file(engine.state().run(runs.build).attempt())));
  REQUIRE(engine.await(engine->canceler->request_stop(runs.other, {})));
  engine.until(runs.build, RunState::kCompleted);
  engine.until(third->run, RunState::kCompleted);
}

TEST_CASE("runs: one that builds goes on at once where a slot is free", "[runs]") {
  test::Engine engine;
  const auto run = engine.submit("build.py");
  REQUIRE(run);
  engine.until([&] { return builds(engine, run->run); });
  end_build(engine, run->run);
  engine.until(run->run, RunState::kCompleted);
}

TEST_CASE("runs: the next daemon knows which runs build, which wait for a slot, and which have it", "[runs]") {
  test::Engine engine;
  const Building runs(engine);
  engine.stop();
  SECTION("the build goes on") {
    engine.start();
    CHECK(builds(engine, runs.build));
    CHECK(local_queue(engine) == Counts{2, 0});
    end_build(engine, runs.build);
  }
  SECTION("it has ended meanwhile") {
    end_build(engine, runs.build);
    while (runs::read_slot(engine.state().run(runs.build).attempt()) != runs::Slot::kAskedFor) ::usleep(1000);
    engine.start();
    CHECK(local_queue(engine) == Counts{1, 1});
  }
  engine.until([&] { return local_queue(engine) == Counts{1, 1}; });
  REQUIRE(engine.await(engine->canceler->request_stop(runs.other, {})));
  engine.until(runs.build, RunState::kCompleted);
}

TEST_CASE("runs: one that has its slot back keeps it in the next daemon, although its facts are read again", "[runs]") {
  test::Engine engine;
  const Building runs(engine);
  engine.stop();
  const auto attempt = engine.state().run(runs.build).attempt();
  REQUIRE(base::open_file(protocol::slot_file(attempt), O_CREAT | O_WRONLY));
  auto facts = base::Appender::open(attempt.launcher_facts());
  REQUIRE(facts);
  for (const auto stage : {protocol::kSlotStage, protocol::kBuildStage, protocol::kSlotStage})
    REQUIRE(facts->append(R"({"k":"preparing","stage":")" + std::string(stage) + R"("})"));
  CHECK(runs::read_slot(attempt) == runs::Slot::kGivenBack);
  engine.start();
  const auto third = engine.submit("complete.py");
  REQUIRE(third);
  CHECK(local_queue(engine) == Counts{2, 1});
  for (const auto& run : {runs.build, runs.other}) REQUIRE(engine.await(engine->canceler->request_stop(run, {})));
  engine.until(third->run, RunState::kCompleted);
}

TEST_CASE("runs: a cancel ends a run that builds, and one that waits for a slot", "[runs]") {
  test::Engine engine;
  const Building runs(engine);
  if (GENERATE(false, true)) {
    end_build(engine, runs.build);
    engine.until([&] { return local_queue(engine) == Counts{1, 1}; });
  }
  REQUIRE(engine.await(engine->canceler->request_stop(runs.build, {})));
  engine.until(runs.build, RunState::kCanceled);
  engine.until([&] { return local_queue(engine) == Counts{1, 0}; });
  REQUIRE(engine.await(engine->canceler->request_stop(runs.other, {})));
  engine.until(runs.other, RunState::kCanceled);
}
