// SPDX-License-Identifier: Apache-2.0
// What each kind of line means: facts of the daemon and of the launcher, lines of the metric protocol, the exit record.
// Bytes in, rows and effects out. Ingest keeps the account of which bytes have been read, and acts on the effects.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/store/ingest/rows.h"
#include "daemon/store/ingest/series_book.h"
#include "protocol/exit_record.h"
#include "protocol/facts.h"
#include "protocol/metric_line.h"

namespace store {

/// What changed about a run, for its watchers.
enum ChangeBits : unsigned {
  kStateChanged = 1,
  kMetricsChanged = 2,
  kLogGrew = 4,
  kFilesChanged = 8,
  kTagsChanged = 16,
  kRunChanged = 32,
};

/// What the launcher of a run says about the run's slot.
enum class SlotNews : std::uint8_t { kNone, kYields, kAsks };

/// All that lines can cause besides rows.
struct Effects {
  unsigned changes = 0;                                       ///< ChangeBits
  std::vector<protocol::RunState> states;                     ///< that the run has come to, in order
  std::vector<protocol::Timed<protocol::ChildRun>> children;  ///< runs to create, in order
  std::optional<protocol::ExitRecord>
      reported_ending;  ///< how its own process says that a child run ended; the first one holds
  std::optional<protocol::ExitRecord>
      ending;  ///< that the daemon has written; it holds once all that it seals has been read
  std::vector<protocol::Timed<protocol::LinesRead>> reads;
  SlotNews slot = SlotNews::kNone;  ///< the last one
};

/// The file that a line of the metric protocol comes from.
struct LineOrigin {
  std::string_view file;    ///< relative to the run directory, with its generation
  std::string_view folder;  ///< of the file, relative to the run directory: paths of `file` lines are relative to it;
                            ///< empty: not a journal
  /// Asked for the time of a line that does not say it.
  const std::function<base::Result<base::Micros>()>& arrival;
};

/// Applies the lines of one run: writes their rows and adds to `effects`. Owned by Ingest; writer thread only.
class LineApplier {
 public:
  LineApplier(Rows& rows, SeriesBook& book, RunKey run) : rows_(rows), book_(book), run_(run) {}

  /// A line of record/daemon.jsonl. A torn line and one of an unknown kind change nothing.
  base::Result<void> apply_daemon_fact(std::string_view line, Effects& effects);
  /// A line of attempt-1/launcher.jsonl.
  base::Result<void> apply_launcher_fact(std::string_view line, Effects& effects);
  /// A line of the metric protocol. Returns why it was refused; nothing when it is valid.
  base::Result<std::optional<std::string>> apply_metric_line(std::string_view line, const LineOrigin& origin,
                                                             Effects& effects);
  /// The text after "##runyard " in a log: only metrics count there.
  base::Result<void> apply_log_line(std::string_view line, const LineOrigin& origin, Effects& effects);
  /// A value that a pattern of the run found in its log.
  struct Match {
    std::string_view metric;
    const Cell& value;
    std::optional<std::int64_t> step;
  };
  base::Result<void> apply_match(const Match& match, std::string_view file, base::Micros time, Effects& effects);
  base::Result<void> apply_ending(const protocol::ExitRecord& record, Effects& effects);

 private:
  base::Result<void> apply_event(protocol::RunEvent event, base::Micros time, Effects& effects);
  base::Result<void> apply_created(const protocol::Created& created, const nlohmann::json& line, Effects& effects);
  base::Result<void> apply_stop_request(const protocol::StopRequest& request, base::Micros time, Effects& effects);
  base::Result<void> apply_collected(const protocol::Collected& collected, base::Micros time, Effects& effects);
  base::Result<std::optional<std::string>> apply_child_line(const protocol::MetricLine& line, std::string_view text,
                                                            base::Micros time, Effects& effects);
  base::Result<void> apply(const protocol::MetricLine& line, const LineOrigin& origin, base::Micros time,
                           Effects& effects);
  base::Result<void> apply_values(const protocol::MetricLine& line, std::string_view file, base::Micros time);
  base::Result<void> apply_rows(const protocol::MetricLine& line, std::string_view file, base::Micros time);
  base::Result<void> apply_path(const protocol::MetricLine& line, MetricKind kind, std::string_view file,
                                base::Micros time);
  base::Result<void> apply_hello(std::uint64_t version, base::Micros time, Effects& effects);
  base::Result<void> warn(std::string_view sentence, base::Micros time, Effects& effects);
  base::Result<void> warn_of_limit(const base::Result<void>& applied, Effects& effects);

  Rows& rows_;
  SeriesBook& book_;
  RunKey run_;
  protocol::LineParser parser_;
};

}  // namespace store
