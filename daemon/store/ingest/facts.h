// SPDX-License-Identifier: Apache-2.0
// What each kind of line means: facts of the daemon and of the launcher, lines of the metric protocol, the exit record.
// Bytes in, rows out; which bytes have been taken in is Ingest's business.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/store/ingest/rows.h"
#include "daemon/store/ingest/series_book.h"
#include "protocol/exit_record.h"
#include "protocol/json.h"
#include "protocol/metric_line.h"

namespace store {

/// What changed about a run, for whoever watches.
enum ChangeBits : unsigned {
  kStateChanged = 1,
  kMetricsChanged = 2,
  kLogGrew = 4,
  kFilesChanged = 8,
  kTagsChanged = 16,
  kRunChanged = 32,
};

/// Takes the lines of one run. Owned by Ingest; writer thread only.
class Facts {
 public:
  Facts(Rows& rows, SeriesBook& book, RunKey run) : rows_(rows), book_(book), run_(run) {}

  /// record/daemon.jsonl. A line that is no fact of ours changes nothing.
  base::Result<void> daemon_fact(std::string_view line);
  /// attempt-1/launcher.jsonl.
  base::Result<void> launcher_fact(std::string_view line);
  /// Asked for the time of a line that does not say it.
  using Arrival = std::function<base::Result<base::Micros>()>;
  /// The metric line protocol. False with `why` when the line is not valid. `folder`: where the file lies, relative to
  /// the run directory, for the paths of `file` lines.
  base::Result<bool> metric_line(std::string_view line, std::string_view file, std::string_view folder,
                                 const Arrival& arrival, std::string* why);
  /// As metric_line, for the text after "##runyard ": only metrics count there.
  base::Result<void> marked_line(std::string_view line, std::string_view file, const Arrival& arrival);
  /// A value that a pattern of the run found in its log.
  base::Result<void> derived(std::string_view metric, const Cell& value, std::optional<std::int64_t> step, std::string_view file, base::Micros time);
  base::Result<void> ending(const protocol::ExitRecord& record);

  /// A line of the daemon's own facts that was taken in before this object was made: what of it later lines depend on.
  void recall(std::string_view line);

  unsigned changes = 0;
  std::vector<protocol::RunState> states;  ///< that the run has come to, in order
  bool final = false;  ///< the run has reached a final state
  /// Lines of kind `child`, in order: runs to be made inside of this one.
  std::vector<nlohmann::json> children;
  /// Its own process has said how a run inside of another ended.
  std::optional<protocol::ExitRecord> closing;
  std::optional<protocol::ExitRecord> ended;  ///< the ending that the daemon wrote; to be taken when its seal has been read
  /// A `read` fact: lines that end after `from`, up to `upto`, and say no time have this one. The last such fact of a place holds.
  struct Span {
    std::uint64_t from = 0, upto = 0;
    base::Micros time = 0;
    bool own = false;  ///< written by this process
  };
  /// Of each file, by `from`.
  std::map<std::string, std::deque<Span>, std::less<>> arrivals;

 private:
  void note_read(const nlohmann::json& fact, base::Micros time);
  base::Result<void> created(const nlohmann::json& fact, base::Micros time);
  base::Result<void> event(protocol::RunEvent event, base::Micros time);
  base::Result<bool> family_line(const protocol::MetricLine& line, std::string_view text, std::string_view folder, base::Micros time, std::string* why);
  base::Result<void> take(const protocol::MetricLine& line, std::string_view file, std::string_view folder, base::Micros time);
  base::Result<void> warn_of_limit(const base::Result<void>& taken);
  base::Result<void> take_cells(const protocol::MetricLine& line, std::string_view file, base::Micros time);
  base::Result<void> take_rows(const protocol::MetricLine& line, std::string_view file, base::Micros time);

  Rows& rows_;
  SeriesBook& book_;
  RunKey run_;
  protocol::LineParser parser_;
};

}  // namespace store
