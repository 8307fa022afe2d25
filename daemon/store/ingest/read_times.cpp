// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/ingest/read_times.h"

#include <algorithm>

namespace store {

using base::Micros;

namespace {

/// For how long a fact holds for later lines too: a fiftieth of the file's age, so that times in short runs are exact
/// and long runs need few facts.
Micros lifetime(Micros age) { return std::clamp<Micros>(age / 50, 20'000, 1'000'000); }

}  // namespace

void ReadTimes::add(const protocol::Timed<protocol::LinesRead>& timed) {
  const protocol::LinesRead& read = timed.fact;
  const std::uint64_t from = read.from.value_or(spans_.empty() ? 0 : spans_.back().upto);
  if (read.upto <= from) return;
  if (!spans_.empty() && from < spans_.back().from) spans_.clear();  // the file was replaced
  spans_.push_back({.from = from, .upto = read.upto, .time = base::from_seconds(timed.t)});
}

void ReadTimes::mark_last_as_own() {
  if (!spans_.empty()) spans_.back().own = true;
}

std::optional<Micros> ReadTimes::find(const Line& line) {
  while (spans_.size() > 1 && spans_[1].from < line.after) spans_.pop_front();
  if (!spans_.empty() && spans_.front().own && spans_.front().from >= line.after)
    spans_.clear();  // the file was replaced
  if (spans_.empty()) return std::nullopt;
  const Span& span = spans_.front();
  const bool passed =
      spans_.size() > 1 || span.from >= line.after;  // a later fact says more: this one cannot be amended
  const bool recorded = !span.own && !line.continued;
  const bool fresh = span.own && line.now >= span.time && line.now - span.time < lifetime(line.age);
  if (passed || (line.after <= span.upto && (recorded || fresh))) return span.time;
  return std::nullopt;
}

}  // namespace store
