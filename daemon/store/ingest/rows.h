// SPDX-License-Identifier: Apache-2.0
// Writing rows: each function says what one line of a file means to the tables. Used inside a transaction by the
// writer thread alone; knows nothing of files.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "daemon/store/ingest/series.h"
#include "daemon/store/sqlite.h"
#include "protocol/run_state.h"
#include "protocol/spec.h"

namespace store {

using RunKey = std::int64_t;

/// The place of a line; decides between lines of different files, in whatever order they are read.
struct Stamp {
  base::Micros time = 0;
  std::string_view file;
};

struct Artifact {
  std::string_view name;
  std::string path;  ///< inside the run directory
  std::uint64_t size = 0;
  std::string_view sha256;  ///< empty: not known
};

// How many names a run may have, so that neither the daemon's memory nor a page grows with the names that a loop makes
// up.
inline constexpr std::int64_t kMostMetrics = 10'000;
inline constexpr std::int64_t kMostTags = 10'000;
inline constexpr std::int64_t kMostProperties = 10'000;
inline constexpr std::int64_t kMostArtifacts = 200'000;

/// tag(), property(), artifact() and metric() refuse a new name beyond the run's number: value_too_large, in words.
class Rows {
 public:
  explicit Rows(Database& database) : database_(database) {}

  base::Result<std::int64_t> workspace(const protocol::WorkspaceId& id, base::Micros created);
  base::Result<std::int64_t> experiment(std::int64_t workspace, std::string_view name, base::Micros created);
  base::Result<void> number_used(std::int64_t experiment, std::int64_t number);

  /// The row of a new run, of which only the spec is known yet.
  base::Result<RunKey> run(const protocol::RunSpec& spec);
  /// The options among a program's arguments and their values: "--alpha 0.5", "--alpha=0.5", or "true" for a bare
  /// "--fast".
  base::Result<void> arguments(RunKey run, const std::vector<std::string>& arguments);
  base::Result<void> created(RunKey run, std::string_view submission, std::string_view fact);
  /// A snapshot that was taken after the run had begun.
  base::Result<void> snapshot(RunKey run, std::string_view digest, std::string_view fact);
  base::Result<void> interpreter(RunKey run, std::string_view fact);
  base::Result<void> prepared(RunKey run, std::string_view fact);
  /// `what`: cancel or fail. The first request stays.
  base::Result<void> stop_requested(RunKey run, std::string_view what);
  base::Result<void> ending(RunKey run, std::string_view record);
  /// The one place where a run's state changes. Returns the new state when it did; an event without an edge changes
  /// nothing.
  base::Result<std::optional<protocol::RunState>> apply_event(RunKey run, protocol::RunEvent event, base::Micros time);

  base::Result<void> tag(RunKey run, std::string_view name, const std::optional<std::string>& value, bool removed,
                         Stamp at);
  base::Result<void> label(RunKey run, std::string_view name, const std::optional<std::string>& value, Stamp at);
  /// The first value stays; a different later one leaves a warning.
  base::Result<void> property(RunKey run, std::string_view name, std::string_view value, Stamp at);
  /// The newest file of a name counts.
  base::Result<void> artifact(RunKey run, const Artifact& artifact, Stamp at);
  base::Result<void> warning(RunKey run, std::string_view sentence, base::Micros time);

  /// The last batch of lines that a client has sent.
  base::Result<void> batch(RunKey run, std::string_view client, std::int64_t number);

  /// The row of a metric, made when it is new.
  base::Result<std::int64_t> metric(RunKey run, std::string_view name, MetricKind kind, std::string_view schema,
                                    base::Micros first);
  /// Counts `points` more, the latest of them being `last`.
  base::Result<void> metric_grew(std::int64_t metric, std::size_t points, const Cell& last, Stamp at,
                                 std::optional<double> low, std::optional<double> high);
  /// Replaces chunk `number` of what `file` said about the metric.
  base::Result<void> chunk(std::int64_t metric, std::string_view file, std::int64_t number, const Series& series);
  /// Forgets the counts of a run that has ended, or whose rows were rolled back.
  void forget(RunKey run) {
    std::erase_if(counts_, [run](const auto& entry) { return entry.first.first == run; });
  }

 private:
  /// Refuses a new name in `table` when the run has `most` of them; counts it otherwise.
  base::Result<void> check_room(RunKey run, const std::string& table, std::string_view name, std::int64_t most);
  /// Warns where a file's name is also a log's or a folder's.
  base::Result<void> warn_of_clash(RunKey run, const std::string& name);
  /// Remembers that runs of the experiment have such a name.
  base::Result<void> name_used(RunKey run, std::string_view kind, std::string_view name);

  Database& database_;
  std::map<std::pair<RunKey, std::string>, std::int64_t> counts_;  ///< names by run and table
};

/// The number a cell is, unless it is NaN or no number.
std::optional<double> finite_or_infinite(const Cell& cell);

}  // namespace store
