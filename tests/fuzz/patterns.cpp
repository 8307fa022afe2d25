// SPDX-License-Identifier: Apache-2.0
// Patterns of a user over a log: what is given is the name of a metric and a value, the same each time.
#include "daemon/store/ingest/patterns.h"

#include "base/text.h"
#include "protocol/names.h"
#include "tests/fuzz/expect.h"
#include "tests/fuzz/targets.h"

namespace {

std::string values_in(const store::Patterns& patterns, std::string_view line) {
  std::string values;
  const auto take = [&](std::string_view metric, const protocol::Cell& value,
                        std::optional<std::int64_t> step) -> base::Result<void> {
    EXPECT(protocol::check_name("metric", metric));
    (values += metric) += "=" + protocol::cell_json(value) + "@" + std::to_string(step.value_or(-1)) + "\n";
    return {};
  };
  EXPECT(patterns.match(line, take));
  return values;
}

}  // namespace

/// Parts: METRIC=PATTERN a line (no METRIC: the pattern says it), and lines of a log.
void fuzz::patterns(std::string_view input) {
  const auto parts = parts_of(input, 2);
  std::vector<protocol::Pattern> given;
  for (const auto& line : base::split(parts[0], '\n')) {
    const auto equals = line.find('=');
    if (equals != std::string::npos) given.push_back({line.substr(0, equals), line.substr(equals + 1)});
  }
  const auto compiled = store::Patterns::compile(given);
  if (!compiled) return EXPECT(!compiled.error().message.empty());
  for (const auto& line : base::split(parts[1], '\n')) {
    const std::string values = values_in(*compiled, line);
    EXPECT(values == values_in(*compiled, line));
    EXPECT(base::is_utf8(values));
  }
}
