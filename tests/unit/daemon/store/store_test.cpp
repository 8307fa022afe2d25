// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/store.h"

#include <boost/asio/io_context.hpp>

#include "base/digest.h"
#include "daemon/store/ingest/record.h"
#include "daemon/store/schema.h"
#include "tests/support/catch.h"

using base::Result;
using store::Ingest;
using store::RunKey;

namespace {

/// A store on a state directory of its own, with two runs.
struct StoreFixture {
  protocol::StateDir dir{std::filesystem::temp_directory_path() / ("store_" + base::random_hex(6))};
  boost::asio::io_context loop;
  std::vector<store::NumberedChange> published;
  std::unique_ptr<store::Store> store;

  StoreFixture() {
    REQUIRE(base::make_directories(dir.runs()));
    for (const char* id : {"a", "b"}) write(id);
  }
  ~StoreFixture() {
    store.reset();
    std::error_code ignored;
    std::filesystem::remove_all(dir.root, ignored);
  }
  void write(const std::string& id) const {
    store::NewRecord record;
    record.spec.id = id;
    record.spec.experiment = "e";
    record.spec.number = 1;
    record.spec.script = "train.py";
    record.spec.submitted = 1790000000.5;
    record.created.submission_id = id;
    REQUIRE(store::write_record(dir, record));
  }
  void open() {
    auto opened = store::Store::open(dir, loop.get_executor(), [this](std::vector<store::NumberedChange> changes) {
      published.insert(published.end(), changes.begin(), changes.end());
    });
    REQUIRE(opened);
    store = std::move(*opened);
  }
  /// What the work answers, once it is committed.
  Result<void> ask(std::function<Result<void>(Ingest&)> work) {
    std::optional<Result<void>> answer;
    store->post(std::move(work), [&](Result<void> committed) { answer = std::move(committed); });
    const auto guard = boost::asio::make_work_guard(loop);
    loop.restart();
    while (!answer) loop.run_one();
    return *answer;
  }
  RunKey adopt(const std::string& id) {
    RunKey key = 0;
    REQUIRE(ask([&](Ingest& ingest) -> Result<void> {
      TRY_ASSIGN(key, ingest.adopt(id));
      return ingest.append_fact(key, protocol::Warning{"first"});
    }));
    return key;
  }
  /// Whether this process has the run's facts open, as it has while it remembers the run.
  bool remembers(const std::string& id) const {
    for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
      std::error_code gone;
      if (std::filesystem::read_symlink(entry.path(), gone) == dir.run(id).daemon_facts()) return true;
    }
    return false;
  }
};

}  // namespace

TEST_CASE("a request that is refused throws away what is remembered of no run", "[store]") {
  StoreFixture fixture;
  fixture.open();
  (void)fixture.adopt("a");
  (void)fixture.adopt("b");
  CHECK_FALSE(fixture.ask([](Ingest& ingest) -> Result<void> {
    TRY(ingest.ingest_run(1000));
    return {};
  }));
  CHECK(fixture.remembers("a"));
  CHECK(fixture.remembers("b"));
}

TEST_CASE("a job that fails is forgotten with the run that it touched", "[store]") {
  StoreFixture fixture;
  fixture.open();
  const RunKey a = fixture.adopt("a"), b = fixture.adopt("b");
  const auto warn = [](Ingest& ingest, RunKey run, const char* words) {
    return ingest.append_fact(run, protocol::Warning{words});
  };
  CHECK_FALSE(fixture.ask([&](Ingest& ingest) -> Result<void> {
    TRY(warn(ingest, a, "second"));
    return base::error("refused");
  }));
  CHECK_FALSE(fixture.remembers("a"));
  CHECK(fixture.remembers("b"));
  REQUIRE(fixture.ask([&](Ingest& ingest) { return warn(ingest, b, "third"); }));
  std::int64_t warnings = 0;
  REQUIRE(fixture.ask([&](Ingest& ingest) -> Result<void> {
    TRY(ingest.ingest_run(a));  // what was appended is a fact
    store::Query query = ingest.database().query("SELECT count(*) FROM warning");
    TRY(query.step());
    warnings = query.integer(0);
    return {};
  }));
  CHECK(warnings == 4);
}

TEST_CASE("a change says each state that the run has come to", "[store]") {
  using protocol::RunState;
  StoreFixture fixture;
  fixture.open();
  const RunKey a = fixture.adopt("a");
  REQUIRE(fixture.ask([&](Ingest& ingest) -> Result<void> {
    TRY(ingest.append_fact(a, protocol::Starting{}));
    return ingest.append_fact(a, protocol::StopRequested{});
  }));
  std::vector<RunState> states;
  for (const auto& [number, change] : fixture.published)
    states.insert(states.end(), change.states.begin(), change.states.end());
  CHECK(states == std::vector<RunState>{RunState::kQueued, RunState::kPreparing, RunState::kCancelRequested});
}

TEST_CASE("old changes go, whatever number a commit ends with", "[store]") {
  StoreFixture fixture;
  fixture.open();
  REQUIRE(fixture.ask([](Ingest& ingest) -> Result<void> {
    for (const int number : {1, 2, 1500, 11'999})
      TRY(ingest.database().query("INSERT INTO change VALUES (?, NULL, 1)").bind(std::int64_t{number}).run());
    ingest.add_change({"x", store::kRunChanged});
    ingest.add_change({"y", store::kRunChanged});
    return {};
  }));
  std::int64_t first = 0;
  REQUIRE(fixture.ask([&](Ingest& ingest) -> Result<void> {
    store::Query query = ingest.database().query("SELECT min(number) FROM change");
    TRY(query.step());
    first = query.integer(0);
    return {};
  }));
  CHECK(fixture.published.back().number == 12'001);
  CHECK(first == 11'999);
}
