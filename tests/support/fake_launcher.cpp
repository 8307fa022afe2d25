// SPDX-License-Identifier: Apache-2.0
#include "tests/support/fake_launcher.h"

#include <poll.h>
#include <unistd.h>

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/file.h"
#include "protocol/bytes_json.h"
#include "protocol/exit_record.h"
#include "protocol/facts.h"
#include "protocol/json.h"
#include "protocol/json_field.h"
#include "protocol/names.h"
#include "protocol/slot.h"

namespace test {

namespace {

std::string option(int argc, char** argv, std::string_view name) {
  for (int i = 1; i + 1 < argc; ++i)
    if (argv[i] == name) return argv[i + 1];
  return "";
}

std::string script_of(const protocol::RunDir& dir) {
  const auto text = base::read_file(dir.spec());
  const auto spec = text ? protocol::parse_json(*text, "spec.json") : base::Result<nlohmann::json>(text.error());
  return spec ? protocol::text_at(*spec, "script") : "";
}

bool is_stopped(const protocol::RunDir& dir) {
  const auto text = base::read_file(dir.stop_requests());
  return text && text->find('\n') != std::string::npos;
}

/// Until it holds, or the test is over.
template <class Condition>
void await(Condition condition) {
  const pid_t test = ::getppid();
  while (!condition()) {
    if (::getppid() != test) ::_exit(1);
    ::poll(nullptr, 0, 5);
  }
}

void write_stage(const protocol::RunDir& dir, std::string_view stage) {
  auto facts = base::Appender::open(dir.attempt().launcher_facts());
  const auto line = protocol::to_json(protocol::LauncherFact(protocol::Preparing{std::string(stage)}), 1);
  if (!facts || !facts->append(protocol::to_text(line))) ::_exit(1);
}

bool end(const protocol::RunDir& dir, protocol::RunEvent outcome, std::string reason, std::string message) {
  protocol::ExitRecord record;
  record.outcome = outcome;
  record.reason = std::move(reason);
  record.message = std::move(message);
  record.by = "worker";
  record.ended = base::to_seconds(base::now());
  return base::write_file_atomic(dir.attempt().exit_record(), protocol::to_json(record).dump()).has_value();
}

int build(const protocol::RunDir& dir) {
  write_stage(dir, protocol::kBuildStage);
  await([&] { return is_stopped(dir) || base::exists(dir.attempt().root / "built"); });
  if (!is_stopped(dir)) write_stage(dir, protocol::kSlotStage);
  await([&] { return is_stopped(dir) || base::exists(protocol::slot_file(dir.attempt())); });
  if (is_stopped(dir)) return end(dir, protocol::RunEvent::kCanceled, "cancelled", "The run was canceled") ? 0 : 1;
  return end(dir, protocol::RunEvent::kCompleted, "exited", "") ? 0 : 1;
}

}  // namespace

bool is_launcher(int argc, char** argv) { return argc > 0 && std::string_view(argv[0]) == "runyard-launcher"; }

int launch(int argc, char** argv) {
  const protocol::RunDir dir{option(argc, argv, "--run-dir")};
  const bool run = argc > 1 && std::string_view(argv[1]) == "run";
  const std::string script = script_of(dir);
  if (script == "stay.py" || (run && script == "vanish.py")) return 0;
  if (!run) return end(dir, protocol::RunEvent::kFailed, "lost", "the fake launcher lost it") ? 0 : 1;
  if (script == "wait.py") {
    await([&] { return is_stopped(dir); });
    return end(dir, protocol::RunEvent::kCanceled, "cancelled", "The run was canceled") ? 0 : 1;
  }
  if (script == "build.py") return build(dir);
  return end(dir, protocol::RunEvent::kCompleted, "exited", "") ? 0 : 1;
}

}  // namespace test
