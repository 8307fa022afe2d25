// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/queries/whole_series.h"

#include <functional>
#include <queue>

namespace store {

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
  using Next = std::pair<base::Micros, std::size_t>;  // of one time, the file that comes first
  std::priority_queue<Next, std::vector<Next>, std::greater<>> next;
  for (std::size_t i = 0; i < files.size(); ++i)
    if (files[i].size() > 0) next.emplace(files[i].times[0], i);
  while (!next.empty()) {
    const std::size_t i = next.top().second;
    next.pop();
    Series& from = files[i];
    all.add(from.times[at[i]], from.steps[at[i]], std::move(from.cells[at[i]]));
    if (++at[i] < from.size()) next.emplace(from.times[at[i]], i);
  }
  return all;
}

}  // namespace

Result<Series> whole_series(Database& database, std::int64_t metric) {
  TRY_ASSIGN(auto files, series_by_file(database, metric));
  return merged(std::move(files));
}

}  // namespace store
