// SPDX-License-Identifier: Apache-2.0
// Whole run directories: whatever their files hold, nothing is thrown, and a database that grew with them says the same
// as one that is made of them afterwards.
#include <fcntl.h>

#include <functional>

#include "daemon/store/ingest/ingest.h"
#include "daemon/store/queries/artifacts.h"
#include "daemon/store/queries/metrics.h"
#include "daemon/store/queries/run_view.h"
#include "daemon/store/queries/workspaces.h"
#include "daemon/store/schema.h"
#include "protocol/bytes_json.h"
#include "protocol/json.h"
#include "tests/fuzz/expect.h"
#include "tests/fuzz/targets.h"

namespace {

constexpr const char* kRun = "r1";

/// Tables made once; what a round wrote is rolled back.
class Index {
 public:
  Index() : database_(make()) {}

  /// Reads the run's files, after `grow` once more; all that can be asked of it. Nothing when an error ended it.
  std::optional<std::string> read(const protocol::StateDir& state, const std::function<void()>& grow) {
    auto transaction = store::Transaction::begin(database_);
    EXPECT(transaction);
    store::Ingest ingest(database_, state, false);
    auto key = take(ingest);
    grow();
    if (key) key = take(ingest);
    auto answers = key ? answers_of(state, *key) : std::nullopt;
    ingest.forget();
    return answers;
  }

 private:
  static store::Database make() {
    auto database = store::Database::open(":memory:");
    EXPECT(database);
    EXPECT(store::migrate(*database));
    return std::move(*database);
  }

  static std::optional<store::RunKey> take(store::Ingest& ingest) {
    if (!ingest.ingest_state_facts()) return std::nullopt;
    const auto key = ingest.adopt(kRun);
    if (!key) return std::nullopt;
    for (bool more = true; more;) {
      const auto pass = ingest.ingest_run(*key);
      if (!pass || !ingest.flush()) return std::nullopt;
      more = pass->more;
    }
    ingest.finish_job();
    (void)ingest.collect_changes();
    return *key;
  }

  std::optional<std::string> answers_of(const protocol::StateDir& state, store::RunKey key) {
    const auto run = store::run_view(database_, store::Place{state, ""}, key, true);
    const auto metrics = store::metrics_json(database_, key, {}, store::MetricsDetail::kTimes);
    const auto files = store::artifacts(database_, key);
    const auto experiments = store::list_experiments(database_, {});
    EXPECT(run && metrics && files && experiments);
    EXPECT(protocol::parse_json(*metrics, "the metrics"));
    nlohmann::json shown = to_json(*run);
    shown.erase("duration_seconds");
    std::string answers = shown.dump() + *metrics + experiments->dump();
    for (const auto& file : *files) answers += file.name + file.path + std::to_string(file.size) + file.sha256;
    return answers;
  }

  store::Database database_;
};

/// The ending with a seal as a launcher makes it: no shorter than what was there before.
std::string sealed(std::string_view given, const protocol::RunDir& run, const std::vector<base::Path>& files) {
  auto record = protocol::parse_json(given, "exit.json");
  if (!record || !record->is_object()) return std::string(given);
  nlohmann::json& seal = (*record)["seal"];
  if (!seal.is_object()) seal = nlohmann::json::object();
  for (const auto& path : files) {
    auto& size = seal[path.lexically_relative(run.root).string()];
    const auto least = std::filesystem::file_size(path);
    if (!size.is_number_unsigned() || size.get<std::uint64_t>() < least) size = least;
  }
  return record->dump();
}

}  // namespace

/// Parts: a journal, the log, launcher.jsonl, more of daemon.jsonl, exit.json, api.jsonl, yard.jsonl. The files are
/// read when half of each is there, then whole.
void fuzz::journal(std::string_view input) {
  static const Scratch scratch;
  static Index grown, made;
  const protocol::StateDir state{scratch.path / "state"};
  const auto run = state.run(kRun);
  const auto attempt = run.attempt();
  std::error_code ignored;
  std::filesystem::remove_all(state.root, ignored);
  for (const auto& folder : {run.record(), attempt.journal()}) EXPECT(base::make_directories(folder));

  protocol::RunSpec spec;
  spec.id = kRun;
  spec.experiment = "ridge";
  spec.number = 1;
  spec.script = "train.py";
  spec.submitted = 1790000000.5;
  spec.patterns = {{"loss", "loss=([0-9.]+)"}};
  write(run.spec(), protocol::to_json(spec).dump());
  const std::string created = R"({"k":"created","t":1790000000.5,"submission_id":"s1","tags":{"a":"b"}})"
                              "\n";
  write(run.daemon_facts(), created);
  // As every experiment begins.
  write(state.state_facts(),
        nlohmann::json{
            {"k", "experiment"}, {"workspace", protocol::to_json(spec.workspace)}, {"experiment", spec.experiment}}
                .dump() +
            "\n");
  const auto parts = parts_of(input, 7);
  const base::Path files[] = {
      attempt.journal() / "p.jsonl", attempt.log(),   attempt.launcher_facts(), run.daemon_facts(),
      attempt.exit_record(),         run.api_lines(), state.state_facts()};
  const auto append = [&](bool rest) {
    for (std::size_t i = 0; i < std::size(files); ++i) {
      if (files[i] == attempt.exit_record()) continue;  // appears whole
      const auto fd = base::open_file(files[i], O_WRONLY | O_CREAT | O_APPEND);
      EXPECT(fd);
      const auto half = parts[i].size() / 2;
      EXPECT(base::write_all(*fd, rest ? parts[i].substr(half) : parts[i].substr(0, half)));
      // A daemon is the only writer of these while it lives: what it appends begins a line.
      if (rest && (files[i] == run.daemon_facts() || files[i] == state.state_facts()))
        EXPECT(base::write_all(*fd, "\n"));
    }
  };
  append(false);
  const std::string ending = sealed(parts[4], run, {files[0], files[1], files[2]});
  const auto first = grown.read(state, [&] {
    append(true);
    if (!ending.empty()) write(attempt.exit_record(), ending);
  });
  const auto second = made.read(state, [] {});
  if (first && second && *first != *second)
    std::fprintf(stderr, "grown: %s\nmade:  %s\n", first->c_str(), second->c_str());
  if (first && second) EXPECT(*first == *second);
}
