// SPDX-License-Identifier: Apache-2.0
// A state directory with one run, and a database that ingests it.
#pragma once

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "base/digest.h"
#include "base/text.h"
#include "daemon/store/ingest/ingest.h"
#include "daemon/store/queries/artifacts.h"
#include "daemon/store/queries/metrics.h"
#include "daemon/store/queries/run_heads.h"
#include "daemon/store/queries/run_view.h"
#include "daemon/store/schema.h"
#include "protocol/json.h"
#include "tests/support/catch.h"

namespace ingest_case {

using nlohmann::json;
using store::RunKey;

/// A state directory with one run, and a database that ingests it. A new Daemon on the same state is a restart.
struct State {
  protocol::StateDir dir{std::filesystem::temp_directory_path() / ("ingest_" + base::random_hex(6))};
  protocol::RunDir run = dir.run("r1");

  State() {
    REQUIRE(base::make_directories(run.record()));
    REQUIRE(base::make_directories(run.attempt().journal()));
    protocol::RunSpec spec;
    spec.id = "r1";
    spec.experiment = "ridge";
    spec.number = 1;
    spec.script = "train.py";
    spec.snapshot = base::sha256_hex("a snapshot");
    spec.submitted = 1790000000.5;
    append(run.spec(), protocol::to_json(spec).dump() + "\n");
    append(run.daemon_facts(),
           R"({"k":"created","t":1790000000.5,"submission_id":"s1","tags":{"a":"b"},"files":2,"bytes":5000000000})"
           "\n");
  }
  ~State() {
    std::error_code ignored;
    std::filesystem::remove_all(dir.root, ignored);
  }
  void append(const base::Path& path, std::string_view bytes) const {
    const auto fd = base::open_file(path, O_WRONLY | O_CREAT | O_APPEND);
    REQUIRE(fd);
    REQUIRE(base::write_all(*fd, bytes));
  }
  base::Path journal(const std::string& name) const { return run.attempt().journal() / (name + ".jsonl"); }
};

struct Daemon {
  store::Database database;
  store::Ingest ingest;
  RunKey run = 0;

  explicit Daemon(const State& state, const std::string& name = "test.db")
      : database(open(state.dir.root / name)), ingest(database, state.dir, false) {
    in_transaction([&] {
      const auto key = ingest.adopt("r1");
      REQUIRE(key);
      run = *key;
    });
  }
  static store::Database open(const base::Path& path) {
    auto database = store::Database::open(path);
    REQUIRE(database);
    REQUIRE(store::migrate(*database));
    return std::move(*database);
  }
  template <class Work>
  void in_transaction(Work work) {
    auto transaction = store::Transaction::begin(database);
    REQUIRE(transaction);
    work();
    REQUIRE(ingest.flush());
    REQUIRE(ingest.sync());
    ingest.finish_job();
    (void)ingest.collect_changes();
    REQUIRE(transaction->commit());
  }
  store::IngestPass ingest_run() {
    store::IngestPass pass;
    in_transaction([&] {
      const auto done = ingest.ingest_run(run);
      REQUIRE(done);
      pass = *done;
    });
    return pass;
  }
  json metrics() {
    const auto text = store::metrics_json(database, run, {}, store::MetricsDetail::kValues);
    REQUIRE(text);
    return json::parse(*text);
  }
  json values(const std::string& name) {
    for (const auto& metric : metrics())
      if (metric["name"] == name) return metric["values"];
    return nullptr;
  }
  std::vector<std::string> warnings() {
    std::vector<std::string> texts;
    auto query = database.query("SELECT text FROM warning ORDER BY text");
    for (;;) {
      const auto found = query.step();
      REQUIRE(found);
      if (!*found) return texts;
      texts.push_back(query.text(0));
    }
  }
};

inline std::string scalar(const std::string& name, int value, double time) {
  return protocol::scalar_line(name, std::int64_t{value}, std::nullopt, base::from_seconds(time)) + "\n";
}

}  // namespace ingest_case
