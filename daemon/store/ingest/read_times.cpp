// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/ingest/read_times.h"

#include <algorithm>

#include "base/text.h"
#include "protocol/bytes_json.h"
#include "protocol/json.h"
#include "protocol/json_field.h"

namespace store {

using base::Micros;
using nlohmann::json;

namespace {

/// For how long a fact holds for later lines too: a fiftieth of the file's age, so that times in short runs are exact
/// and long runs need few facts.
Micros lifetime(Micros age) { return std::clamp<Micros>(age / 50, 20'000, 1'000'000); }

template <class T>
std::optional<T> number_at(const json& object, const char* key) {
  const auto it = object.find(key);
  return it != object.end() && protocol::fits<T>(*it) ? std::optional(it->get<T>()) : std::nullopt;
}

}  // namespace

std::optional<LinesRead> lines_read_from_json(const json& fact) {
  const auto upto = number_at<std::uint64_t>(fact, "upto");
  if (!upto) return std::nullopt;
  return LinesRead{.file = protocol::text_at(fact, "file"),
                   .from = number_at<std::uint64_t>(fact, "from"),
                   .upto = *upto,
                   .time = base::from_seconds(number_at<double>(fact, "t").value_or(0))};
}

std::vector<LinesRead> lines_read_in(std::string_view daemon_facts) {
  std::vector<LinesRead> reads;
  for (const auto& line : base::split(daemon_facts, '\n')) {
    const auto fact = protocol::parse_json(line, "a fact");
    if (!fact || !fact->is_object() || protocol::text_at(*fact, "k") != "read") continue;
    if (auto read = lines_read_from_json(*fact)) reads.push_back(std::move(*read));
  }
  return reads;
}

void ReadTimes::add(const LinesRead& read) {
  const std::uint64_t from = read.from.value_or(spans_.empty() ? 0 : spans_.back().upto);
  if (read.upto <= from) return;
  if (!spans_.empty() && from < spans_.back().from) spans_.clear();  // the file was replaced
  spans_.push_back({.from = from, .upto = read.upto, .time = read.time});
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
