// SPDX-License-Identifier: Apache-2.0
#include "daemon/services/runner.h"

#include "tests/support/engine.h"

namespace {

/// The real runner, over an engine whose launcher starts nothing.
struct Real {
  test::Engine engine;
  state::Settings settings;
  services::EngineRunner runner;

  explicit Real(const base::Path& state = {})
      : settings(engine->settings), runner({settings, engine->threads, *engine->store, engine->readers, *engine->runs,
                                            *engine->submitter, *engine->canceler}) {
    if (!state.empty()) settings.state = {state};
  }
};

services::Record record_with_version(const nlohmann::json& submit) {
  services::Record record;
  record.id = base::random_hex(4);
  record.name = record.address = "churn";
  record.versions[1] = {.number = 1, .submit = submit, .starts = 1};
  return record;
}

}  // namespace

TEST_CASE("the run of a service is looked at, also when it is gone", "[services]") {
  Real f;
  const auto ended = f.engine.submit("complete.py");
  REQUIRE(ended);
  f.engine.until(ended->run, protocol::RunState::kCompleted);
  const auto look = f.engine.await(f.runner.look(ended->run));
  REQUIRE(look);
  CHECK(look->ended);
  CHECK(look->reason == "its program ended by itself");
  const auto gone = f.engine.await(f.runner.look("none"));
  REQUIRE(gone);
  CHECK((gone->ended && gone->reason == "its run none was removed"));
  CHECK(f.engine.await(f.runner.stop("none")));
}

TEST_CASE("the same start is one run, on a target that is made for services", "[services]") {
  Real f;
  const auto record = record_with_version({{"kind", "command"}, {"command", {"true"}}});
  const auto& version = record.versions.at(1);
  CHECK(f.engine.await(f.runner.started(record, version))->has_value() == false);
  const auto first = f.engine.await(f.runner.start(record, version));
  const auto again = f.engine.await(f.runner.start(record, version));
  REQUIRE(first);
  REQUIRE(again);
  CHECK(*first == *again);
  CHECK(f.engine.await(f.runner.started(record, version))->value() == *first);
  CHECK(f.engine->runs->queue().has_slots("services"));
  CHECK(f.engine.shown(*first)["target"] == "services");
  const auto incomplete = record_with_version({{"kind", "command"}});
  const auto refused = f.engine.await(f.runner.start(incomplete, incomplete.versions.at(1)));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message == "a run of kind command needs 'command'");
}

TEST_CASE("a socket has a private folder, a short one where the state directory's path is long", "[services]") {
  const bool is_long = GENERATE(false, true);
  const base::Path root = std::filesystem::temp_directory_path() /
                          (is_long ? std::string(110, 'x') + base::random_hex(4) : base::random_hex(6));
  Real f(root);
  auto record = record_with_version(nlohmann::json::object());
  auto& version = record.versions.at(1);
  for (int start = 1; start <= 2; ++start) {
    record.starts = start;
    const base::Path before = version.socket;
    const auto place = f.engine.await(f.runner.make_socket_place(record, version));
    REQUIRE(place);
    version.socket = *place;
    CHECK(place->size() < 100);
    CHECK(place->ends_with(std::to_string(start) + ".sock"));
    CHECK(place->starts_with("/tmp/runyard-service-") == is_long);
    const auto folder = base::Path(*place).parent_path();
    CHECK(std::filesystem::status(folder).permissions() == std::filesystem::perms::owner_all);
    if (is_long && start == 2) CHECK_FALSE(base::exists(before.parent_path()));
  }
  REQUIRE(f.engine.await(f.runner.save(record)));
  std::filesystem::create_directories(f.settings.state.trash());
  REQUIRE(f.engine.await(f.runner.forget(record)));
  CHECK_FALSE(base::exists(base::Path(version.socket).parent_path()));
  CHECK_FALSE(base::exists(f.settings.state.service(record.id).root));
  std::filesystem::remove_all(root);
}
