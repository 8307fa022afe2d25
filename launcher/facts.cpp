// SPDX-License-Identifier: Apache-2.0
#include "launcher/facts.h"

#include <nlohmann/json.hpp>

#include "base/clock.h"

namespace launcher {
namespace {

using nlohmann::json;

void add(base::Appender& appender, std::string_view kind, json fact) {
  fact["k"] = kind;
  fact["t"] = base::to_seconds(base::now());
  (void)appender.append(fact.dump(-1, ' ', false, json::error_handler_t::replace));
}

}  // namespace

base::Result<Attempt> load_attempt(const base::Path& run_dir) {
  Attempt attempt{{run_dir}, protocol::RunDir{run_dir}.attempt(), {}};
  TRY_ASSIGN(const std::string text, base::read_file(attempt.run.spec()));
  TRY_ASSIGN(const json parsed, protocol::parse_json(text, "record/spec.json"));
  TRY_ASSIGN(attempt.spec, protocol::spec_from_json(parsed));
  return attempt;
}

base::Result<Facts> Facts::open(const Attempt& attempt) {
  auto appender = base::Appender::open(attempt.dir.launcher_facts());
  if (!appender) return appender.error();
  return Facts(std::move(*appender));
}

void Facts::preparing(std::string_view stage) { add(appender_, "preparing", {{"stage", stage}}); }
void Facts::interpreter(const std::string& path) { add(appender_, "interpreter", {{"path", path}}); }
void Facts::started(const base::ProcessId& child) {
  add(appender_, "started", {{"pid", child.pid}, {"start_time", child.start_time}});
}
void Facts::finished() { add(appender_, "finished", json::object()); }
void Facts::collected(const std::string& name, const std::string& path, std::uint64_t size) {
  add(appender_, "collected", {{"n", name}, {"p", path}, {"size", size}});
}
void Facts::skipped(const std::string& name, const std::string& why) {
  add(appender_, "skipped", {{"n", name}, {"why", why}});
}
void Facts::warning(const std::string& sentence) { add(appender_, "warning", {{"v", sentence}}); }
void Facts::sync() { (void)appender_.sync(); }

}  // namespace launcher
