// SPDX-License-Identifier: Apache-2.0
// The series that are being written: the last chunk of each (run, file, metric) is in memory, so that a value costs an
// append and a commit costs one row a series.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/store/ingest/rows.h"
#include "daemon/store/ingest/series.h"

namespace store {

/// Owned by Ingest; writer thread only. Added values reach the database with flush(), before the commit.
class SeriesBook {
 public:
  SeriesBook(Database& database, Rows& rows) : database_(database), rows_(rows) {}

  struct Place {
    RunKey run = 0;
    std::string_view file;  ///< with its generation
    std::string_view name;
    MetricKind kind = MetricKind::kScalar;
    std::string_view schema;
  };
  base::Result<void> add(const Place& place, base::Micros time, std::int64_t step, Cell cell);
  base::Result<void> flush();
  /// Forgets the chunks of a run that has ended (flushed before).
  void close(RunKey run);
  /// After a rollback: forgets all that is in memory of the run.
  void drop(RunKey run);

 private:
  struct Key {
    RunKey run;
    MetricKind kind;
    std::string file, name;
    auto operator<=>(const Key&) const = default;
  };
  struct View {
    RunKey run;
    MetricKind kind;
    std::string_view file, name;
  };
  struct Less {
    using is_transparent = void;
    template <class A, class B>
    bool operator()(const A& a, const B& b) const {
      if (a.run != b.run) return a.run < b.run;
      if (a.kind != b.kind) return a.kind < b.kind;
      if (const int c = std::string_view(a.name).compare(b.name); c != 0) return c < 0;
      return std::string_view(a.file) < std::string_view(b.file);
    }
  };
  struct Open {
    std::int64_t metric = 0;
    std::int64_t number = 0;  ///< of the chunk in `points`
    Series points;
    std::size_t added = 0;       ///< since the last flush
    std::size_t latest = 0;      ///< of those, the one with the latest time; the last of several
    base::Micros last_time = 0;  ///< its time
    std::optional<double> low, high;
  };
  using Map = std::map<Key, Open, Less>;

  base::Result<Map::iterator> open(const Place& place, base::Micros time);
  base::Result<void> write(const Key& key, Open& series);

  Database& database_;
  Rows& rows_;
  Map open_;
  std::vector<Map::iterator> dirty_;
};

}  // namespace store
