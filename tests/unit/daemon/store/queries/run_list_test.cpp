// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/queries/run_list.h"

#include "daemon/runs/removal.h"
#include "daemon/store/queries/run_heads.h"
#include "protocol/json.h"
#include "tests/support/engine.h"

using protocol::RunState;

namespace {

using Ids = std::vector<std::string>;
using Counts = std::map<RunState, std::int64_t>;

class Listed {
 public:
  std::string submit(const std::string& experiment, const std::string& losses = "", const std::string& parent = "") {
    runs::Submission submission;
    submission.created.submission_id = base::random_hex(8);
    submission.run.experiment = experiment;
    submission.run.script = "complete.py";
    submission.run.parent = parent;
    const auto submitted = engine.await(engine->submitter->submit(submission));
    REQUIRE(submitted);
    engine.until(submitted->run, RunState::kCompleted);
    if (!losses.empty()) REQUIRE(engine.await(engine->store->add_lines(engine.head(submitted->run).key, losses)));
    return submitted->run;
  }
  store::RunList ask(store::RunFilter filter) {
    const store::Place place{engine.state(), ""};
    auto list = engine.await(
        engine->readers.read([&](store::Database& database) { return store::list_runs(database, place, filter); }));
    REQUIRE(list);
    return std::move(*list);
  }
  base::Result<void> remove(const std::string& id) {
    return engine.await(runs::remove(*engine->store, engine->readers, *engine->runs, engine.state(), id));
  }
  Ids ids(const store::RunFilter& filter) {
    Ids ids;
    for (const auto& run : ask(filter).runs) ids.push_back(run.spec.id);
    return ids;
  }
  /// Counted from the rows themselves.
  std::int64_t rows(const std::string& condition) {
    const auto count = engine.await(engine->readers.read([&](store::Database& database) -> base::Result<std::int64_t> {
      store::Query query = database.query_once("SELECT count(*) FROM run WHERE " + condition);
      TRY(query.step());
      return query.integer(0);
    }));
    REQUIRE(count);
    return *count;
  }

  test::Engine engine;
};

std::string loss(const std::string& value) {
  return R"({"k":"scalar","n":"loss","v":)" + value +
         R"(,"t":1790000000})"
         "\n";
}

store::RunFilter sorted_by(const std::string& key) {
  store::RunFilter filter;
  filter.sort = std::get<store::Key>(store::parse_key(key));
  return filter;
}

store::RunFilter with(const std::string& text) {
  store::RunFilter filter;
  filter.filter = std::get<store::Filter>(store::parse_filter(text, 0));
  return filter;
}

}  // namespace

TEST_CASE("run list: the kept counts are those of the rows", "[lists]") {
  Listed listed;
  const std::string parent = listed.submit("a");
  listed.submit("a", "", parent);
  const std::string other = listed.submit("b");
  store::RunFilter all, in_a;
  all.counts = in_a.counts = true;
  in_a.experiment = "a";
  CHECK(listed.ask(all).counts == Counts{{RunState::kCompleted, 2}});
  CHECK(listed.ask(in_a).counts == Counts{{RunState::kCompleted, 1}});
  all.children = in_a.children = true;
  CHECK(listed.ask(all).counts == Counts{{RunState::kCompleted, listed.rows("TRUE")}});
  CHECK(listed.ask(in_a).counts == Counts{{RunState::kCompleted, 2}});
  REQUIRE(listed.remove(other));
  CHECK(listed.ask(all).counts == Counts{{RunState::kCompleted, listed.rows("TRUE")}});
  in_a.experiment = "b";
  CHECK(listed.ask(in_a).counts.empty());
  in_a.experiment = "no such experiment";
  CHECK(listed.ids(in_a).empty());
}

TEST_CASE("run list: sorted by the last, the smallest and the largest value of a metric", "[lists]") {
  Listed listed;
  const std::string first = listed.submit("a", loss("3") + loss("1") + loss("2"));
  const std::string second = listed.submit("a", loss("0") + loss("9") + loss("5"));
  const std::string none = listed.submit("b"), nan = listed.submit("b", loss(R"({"$":"nan"})"));
  CHECK(listed.ids(sorted_by("metric.loss")) == Ids{first, second, nan, none});
  CHECK(listed.ids(sorted_by("metric.loss.min")) == Ids{second, first, nan, none});
  CHECK(listed.ids(sorted_by("metric.loss.max")) == Ids{first, second, nan, none});
  store::RunFilter skipping = sorted_by("metric.loss");
  skipping.limit = 1;
  skipping.cursor = *listed.ask(skipping).next;
  for (const auto& [skip, expected] : {std::pair(0, second), std::pair(1, nan), std::pair(2, none)}) {
    skipping.skip = skip;
    CHECK(listed.ids(skipping) == Ids{expected});
  }
  for (const char* experiment : {"a", "b"}) {  // few runs: each is asked
    store::RunFilter filter = sorted_by("metric.loss.min");
    filter.experiment = experiment;
    filter.limit = 1;
    const auto page = listed.ask(filter);
    REQUIRE(page.next);
    filter.cursor = *page.next;
    const Ids both{page.runs.at(0).spec.id, listed.ids(filter).at(0)};
    CHECK(both == (filter.experiment == "a" ? Ids{second, first} : Ids{nan, none}));
  }
}

TEST_CASE("run list: a filter over a metric finds the runs that have such a value", "[lists]") {
  Listed listed;
  const std::string low = listed.submit("a", loss("1")), high = listed.submit("a", loss("2"));
  const std::string nan = listed.submit("a", loss(R"({"$":"nan"})")), none = listed.submit("a");
  CHECK(listed.ids(with("metric.loss < 2")) == Ids{low});
  CHECK(listed.ids(with("metric.loss >= 1 and metric.loss.max = 2")) == Ids{high});
  CHECK(listed.ids(with("metric.loss != 1")) == Ids{none, nan, high});
  CHECK(listed.ids(with("not metric.loss > 1")) == Ids{none, nan, low});
  CHECK(listed.ids(with("metric.loss < 2 or metric.loss = nan")) == Ids{nan, low});
}
