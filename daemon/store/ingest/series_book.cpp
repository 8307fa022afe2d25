// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/ingest/series_book.h"

#include <algorithm>

namespace store {

using base::Result;

Result<SeriesBook::Map::iterator> SeriesBook::open(const Place& place, base::Micros time) {
  if (const auto found = open_.find(View{place.run, place.kind, place.file, place.name}); found != open_.end())
    return found;
  Open series;
  TRY_ASSIGN(series.metric, rows_.metric(place.run, place.name, place.kind, place.schema, time));
  Query last = database_.query(
      "SELECT number, times, steps, cells FROM chunk WHERE metric = ? AND file = ? ORDER BY number DESC LIMIT 1");
  TRY_ASSIGN(const bool found, last.bind(series.metric).bind(place.file).step());
  if (found) {
    series.number = last.integer(0);
    TRY(decode(last.text(1), last.text(2), last.text(3), series.points));
  }
  return open_.emplace(Key{place.run, place.kind, std::string(place.file), std::string(place.name)}, std::move(series))
      .first;
}

Result<void> SeriesBook::add(const Place& place, base::Micros time, std::int64_t step, Cell cell) {
  TRY_ASSIGN(const auto found, open(place, time));
  Open& series = found->second;
  if (series.points.size() >= kChunkPoints) {
    if (series.added > 0) TRY(write(found->first, series));
    series.points.clear();
    ++series.number;
  }
  if (const auto value = finite_or_infinite(cell)) {
    series.low = std::min(series.low.value_or(*value), *value);
    series.high = std::max(series.high.value_or(*value), *value);
  }
  if (series.added == 0 || time >= series.last_time) {  // clocks step back
    series.last_time = time;
    series.latest = series.points.size();
  }
  series.points.add(time, step, std::move(cell));
  if (series.added++ == 0) dirty_.push_back(found);
  return {};
}

Result<void> SeriesBook::write(const Key& key, Open& series) {
  TRY(rows_.chunk(series.metric, key.file, series.number, series.points));
  TRY(rows_.metric_grew(series.metric, series.added, series.points.cells[series.latest], {series.last_time, key.file},
                        series.low, series.high));
  series.added = 0;
  series.low.reset();
  series.high.reset();
  return {};
}

Result<void> SeriesBook::flush() {
  for (const auto& series : dirty_)
    if (series->second.added > 0) TRY(write(series->first, series->second));
  dirty_.clear();
  return {};
}

void SeriesBook::drop(RunKey run) {
  std::erase_if(dirty_, [run](const auto& series) { return series->first.run == run; });
  close(run);
}

void SeriesBook::close(RunKey run) {
  std::erase_if(open_, [&](const auto& entry) { return entry.first.run == run; });
}

}  // namespace store
