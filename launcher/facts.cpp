// SPDX-License-Identifier: Apache-2.0
#include "launcher/facts.h"

#include "base/clock.h"
#include "base/text.h"
#include "protocol/bytes_json.h"

namespace launcher {

base::Result<FactWriter> FactWriter::open(const Attempt& attempt) {
  TRY_ASSIGN(base::Appender appender, base::Appender::open(attempt.dir.launcher_facts()));
  return FactWriter(std::move(appender));
}

bool FactWriter::write(const protocol::LauncherFact& fact) {
  return appender_.append(protocol::to_text(protocol::to_json(fact, base::to_seconds(base::now())))).has_value();
}

void FactWriter::sync() { (void)appender_.sync(); }

StartedFact read_started(const Attempt& attempt) {
  const auto text = base::read_file(attempt.dir.launcher_facts());
  if (!text) return {};
  for (const auto& line : base::split(*text, '\n')) {
    const auto parsed = protocol::parse_json(line, "launcher.jsonl");
    const auto fact = parsed ? protocol::launcher_fact_from_json(*parsed) : std::nullopt;
    const auto* started = fact ? std::get_if<protocol::Started>(&*fact) : nullptr;
    if (started && started->child.pid > 0) return {started->child, protocol::fact_time(*parsed)};
  }
  return {};
}

}  // namespace launcher
