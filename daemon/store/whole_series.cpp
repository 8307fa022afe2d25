// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/whole_series.h"

namespace yard {

using base::Result;

namespace {

/// What each file said, in the order of its lines.
Result<std::vector<Series>> series_by_file(Database& database, std::int64_t metric) {
  std::vector<Series> all;
  std::string file;
  Query query = database.query("SELECT file, times, steps, cells FROM chunk WHERE metric = ? ORDER BY file, number");
  query.bind(metric);
  for (;;) {
    TRY_ASSIGN(const bool found, query.step());
    if (!found) return all;
    if (all.empty() || query.text(0) != file) {
      file = query.text(0);
      all.emplace_back();
    }
    TRY(decode(query.text(1), query.text(2), query.text(3), all.back()));
  }
}

Series merged(std::vector<Series> files) {
  if (files.empty()) return {};
  if (files.size() == 1) return std::move(files[0]);
  Series all;
  std::vector<std::size_t> at(files.size(), 0);
  for (;;) {
    std::size_t next = files.size();
    for (std::size_t i = 0; i < files.size(); ++i) {
      if (at[i] == files[i].size()) continue;
      if (next == files.size() || files[i].times[at[i]] < files[next].times[at[next]]) next = i;
    }
    if (next == files.size()) return all;
    Series& from = files[next];
    all.add(from.times[at[next]], from.steps[at[next]], std::move(from.cells[at[next]]));
    ++at[next];
  }
}

}  // namespace

Result<Series> whole_series(Database& database, std::int64_t metric) {
  TRY_ASSIGN(auto files, series_by_file(database, metric));
  return merged(std::move(files));
}

}  // namespace yard
