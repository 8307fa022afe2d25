// SPDX-License-Identifier: Apache-2.0
// No run is ever stuck: it ends, with a reason in words, whatever has become of its files.
#include "base/lock.h"
#include "daemon/runs/runs.h"
#include "tests/support/engine.h"

using protocol::RunState;

namespace {

void put_file_in_place_of(const base::Path& path) {
  std::filesystem::remove_all(path);
  REQUIRE(base::write_file_atomic(path, ""));
}

void put_folder_in_place_of(const base::Path& path) {
  std::filesystem::remove_all(path);
  REQUIRE(base::make_directories(path));
}

std::string error_of(test::Engine& engine, const std::string& run) {
  engine.until(run, RunState::kFailed);
  return engine.shown(run)["error"]["message"];
}

/// As a daemon leaves it that is killed between the start of the attempt and the start of the launcher.
void set_preparing(const protocol::StateDir& state) {
  auto database = store::Database::open(state.database());
  REQUIRE(database);
  REQUIRE(database->query("UPDATE run SET state = ?").bind(static_cast<std::int64_t>(RunState::kPreparing)).run());
}

}  // namespace

TEST_CASE("life: a run that may have begun is not started again when its record does not say so", "[runs]") {
  const std::string record = GENERATE("gone", "a folder", "without the start");
  CAPTURE(record);
  test::Engine engine;
  engine->runs->set_slots("local", 0);
  const auto submitted = engine.submit("complete.py");
  REQUIRE(submitted);
  engine.stop();
  set_preparing(engine.state());
  const protocol::RunDir run = engine.state().run(submitted->run);
  if (record == "gone") std::filesystem::remove(run.daemon_facts());
  if (record == "a folder") put_folder_in_place_of(run.daemon_facts());
  engine.start();
  CHECK(error_of(engine, submitted->run) == "the record of the run cannot be read: whether it had begun is not known");
  CHECK_FALSE(base::exists(run.attempt().exit_record()));
}

TEST_CASE("life: a run ends when a file has the name of its attempt", "[runs]") {
  test::Engine engine;
  const auto running = engine.submit("wait.py");
  const auto queued = engine.submit("complete.py");
  REQUIRE(running);
  REQUIRE(queued);
  for (const auto& run : {running->run, queued->run}) put_file_in_place_of(engine.state().run(run).attempt().root);
  REQUIRE(engine.await(engine->canceler->request_stop(running->run, {})));
  CHECK(error_of(engine, running->run) ==
        "the run's launcher is gone and left no ending; its folder attempt-1 is gone");
  CHECK(error_of(engine, queued->run).starts_with("cannot start the run: cannot make directory '"));
}

TEST_CASE("life: a run whose attempt is lost does not keep the next daemon from starting", "[runs]") {
  test::Engine engine;
  const auto submitted = engine.submit("stay.py");
  REQUIRE(submitted);
  engine.stop();
  put_file_in_place_of(engine.state().run(submitted->run).attempt().root);
  engine.start();
  CHECK(error_of(engine, submitted->run).starts_with("cannot start the run: cannot make directory '"));
}

TEST_CASE("life: a run whose record cannot be written ends in the database", "[runs]") {
  test::Engine engine;
  engine->runs->set_slots("local", 0);
  const auto canceled = engine.submit("complete.py");
  const auto started = engine.submit("complete.py");
  REQUIRE(canceled);
  REQUIRE(started);
  for (const auto& run : {canceled->run, started->run}) put_file_in_place_of(engine.state().run(run).record());
  REQUIRE(engine.await(engine->canceler->request_stop(canceled->run, {})));
  CHECK(engine.head(canceled->run).state == RunState::kCanceled);
  engine->runs->set_slots("local", 1);
  CHECK(error_of(engine, started->run).starts_with("cannot start the run: cannot "));
  CHECK(engine.shown(started->run)["warnings"] ==
        nlohmann::json({"the end of the run is not in its record, which cannot be written"}));
}
