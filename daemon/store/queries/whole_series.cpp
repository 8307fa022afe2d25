// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/queries/whole_series.h"

#include <functional>
#include <queue>
#include <utility>

namespace store {

using base::Result;

namespace {

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

Result<void> ChunkCollector::add(const std::string& file, std::string_view times, std::string_view steps,
                                 std::string_view cells) {
  if (files_.empty() || file != file_) {
    file_ = file;
    files_.emplace_back();
  }
  return decode(times, steps, cells, files_.back());
}

Series ChunkCollector::collect() { return merged(std::exchange(files_, {})); }

Result<Series> whole_series(Database& database, std::int64_t metric) {
  ChunkCollector chunks;
  Query query = database.query("SELECT file, times, steps, cells FROM chunk WHERE metric = ? ORDER BY file, number");
  query.bind(metric);
  for (;;) {
    TRY_ASSIGN(const bool found, query.step());
    if (!found) return chunks.collect();
    TRY(chunks.add(query.text(0), query.text(1), query.text(2), query.text(3)));
  }
}

}  // namespace store
