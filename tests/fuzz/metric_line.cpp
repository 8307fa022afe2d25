// SPDX-License-Identifier: Apache-2.0
// The metric line protocol: the same line means the same, whatever was read before it, and what we write reads back.
#include "protocol/metric_line.h"

#include "base/text.h"
#include "tests/fuzz/expect.h"
#include "tests/fuzz/targets.h"

namespace {

using protocol::LineKind;
using protocol::LineParser;
using protocol::MetricLine;

constexpr base::Micros kExactUntil = std::int64_t{1} << 53;  // as a double

std::string words_of(const base::Result<MetricLine*>& parsed) {
  if (!parsed) return "error: " + parsed.error().message;
  const MetricLine& line = **parsed;
  std::string words = std::to_string(static_cast<int>(line.kind)) + "|" + line.name + "|" + line.description + "|" +
                      line.path + "|" + line.schema + "|" + line.sha256 + "|" + std::to_string(line.size) + "|" +
                      std::to_string(line.lost) + "|" + std::to_string(line.time.value_or(-1)) + "|" +
                      std::to_string(line.step.value_or(-1));
  for (const auto& cell : line.cells) words += "|" + protocol::cell_json(cell);
  for (const auto& column : line.columns) {
    words += "|" + column.name;
    for (const auto& cell : column.cells) words += "|" + protocol::cell_json(cell);
  }
  return words;
}

void expect_sound(const MetricLine& line) {
  EXPECT(base::is_utf8(line.name) && base::is_utf8(line.description) && base::is_utf8(line.path));
  const bool metric = line.kind == LineKind::kScalar || line.kind == LineKind::kRow;
  if (metric) EXPECT(!line.name.empty() && !base::has_control(line.name));
  if (line.kind == LineKind::kScalar) EXPECT(line.cells.size() == 1);
  if (line.kind == LineKind::kFile || line.kind == LineKind::kImage) EXPECT(base::is_safe_relative(line.path));
  for (const auto& column : line.columns) EXPECT(column.cells.size() == line.columns.front().cells.size());
}

void expect_round_trip(const MetricLine& line) {
  auto time = line.time;
  if (time && (*time < 0 || *time > kExactUntil)) time.reset();
  const std::string text = protocol::scalar_line(line.name, line.cells[0], line.step, time, line.description);
  EXPECT(text.find('\n') == std::string::npos);
  LineParser parser;
  const auto again = parser.parse(text);
  EXPECT(again);
  EXPECT((*again)->name == line.name && (*again)->step == line.step && (*again)->time == time);
  EXPECT((*again)->description == line.description);
  EXPECT(protocol::cell_json((*again)->cells[0]) == protocol::cell_json(line.cells[0]));
}

}  // namespace

void fuzz::metric_line(std::string_view input) {
  LineParser reused;
  for (const auto& text : base::split(input, '\n')) {
    LineParser fresh;
    const auto parsed = fresh.parse(text);
    EXPECT(words_of(parsed) == words_of(reused.parse(text)));
    if (!parsed) continue;
    const MetricLine line = **parsed;
    expect_sound(line);
    const bool fits = text.size() * 6 < protocol::kLineLimit;  // escapes may make it longer
    if (line.kind == LineKind::kScalar && fits) expect_round_trip(line);
  }
}
