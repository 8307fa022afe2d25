// SPDX-License-Identifier: Apache-2.0
#include "launcher/facts.h"

#include "base/clock.h"
#include "base/text.h"
#include "protocol/json.h"

namespace launcher {
namespace {

using nlohmann::json;

void add(base::Appender& appender, std::string_view kind, json fact) {
  fact["k"] = kind;
  fact["t"] = base::to_seconds(base::now());
  (void)appender.append(fact.dump(-1, ' ', false, json::error_handler_t::replace));
}

}  // namespace

Attempt attempt_at(const base::Path& run_dir) { return {{run_dir}, protocol::RunDir{run_dir}.attempt(), {}, {}}; }

base::Result<void> load_spec(Attempt& attempt) {
  TRY_ASSIGN(const std::string text, base::read_file(attempt.run.spec()));
  TRY_ASSIGN(const json parsed, protocol::parse_json(text, "record/spec.json"));
  TRY_ASSIGN_FOR("cannot read record/spec.json", attempt.spec, protocol::spec_from_json(parsed));
  if (!protocol::has_inputs(parsed)) return {};
  TRY_ASSIGN(const std::string inputs, base::read_file(attempt.run.inputs()));
  TRY_ASSIGN(const json inputs_json, protocol::parse_json(inputs, "record/inputs.json"));
  TRY_ASSIGN_FOR("cannot read record/inputs.json", attempt.spec.inputs, protocol::inputs_from_json(inputs_json));
  return {};
}

base::Result<Facts> Facts::open(const Attempt& attempt) {
  auto appender = base::Appender::open(attempt.dir.launcher_facts());
  if (!appender) return appender.error();
  return Facts(std::move(*appender));
}

void Facts::preparing(std::string_view stage) { add(appender_, "preparing", {{"stage", stage}}); }
void Facts::prepared(const env::Provided& provided, const std::string& name) {
  const json whole = env::to_json(provided.environment);
  json fact = {{"name", name}, {"built", provided.built}};
  for (const char* key : {"digest", "python", "tool", "created", "seconds", "bytes", "replaced", "warnings"})
    fact[key] = whole[key];
  add(appender_, "prepared", std::move(fact));
}
void Facts::interpreter(const env::Interpreter& found) {
  add(appender_, "interpreter",
      {{"path", found.path},
       {"version", found.version},
       {"implementation", found.implementation},
       {"prefix", found.prefix},
       {"base_prefix", found.base_prefix},
       {"machine", found.machine},
       {"packages", found.packages}});
}
void Facts::started(const base::ProcessId& child) {
  add(appender_, "started", {{"pid", child.pid}, {"start_time", child.start_time}});
}
void Facts::finished() { add(appender_, "finished", json::object()); }
void Facts::collected(const std::string& name, const std::string& path, std::uint64_t size, double changed) {
  add(appender_, "collected", {{"n", name}, {"p", path}, {"size", size}, {"changed", changed}});
}
void Facts::skipped(const std::string& name, const std::string& why) {
  add(appender_, "skipped", {{"n", name}, {"why", why}});
}
void Facts::warning(const std::string& sentence) { add(appender_, "warning", {{"v", sentence}}); }
void Facts::sync() { (void)appender_.sync(); }

StartedFact read_started(const Attempt& attempt) {
  const auto text = base::read_file(attempt.dir.launcher_facts());
  if (!text) return {};
  for (const auto& line : base::split(*text, '\n')) {
    if (line.find("\"started\"") == std::string::npos) continue;
    const auto parsed = protocol::parse_json(line, "launcher.jsonl");
    if (!parsed || !parsed->is_object()) continue;
    json fact = *parsed;
    if (fact.value("k", json()) != "started") continue;
    if (!fact["pid"].is_number_integer() || !fact["start_time"].is_number_unsigned() || !fact["t"].is_number()) continue;
    return {{fact["pid"].get<pid_t>(), fact["start_time"].get<std::uint64_t>()}, fact["t"].get<double>()};
  }
  return {};
}

}  // namespace launcher
