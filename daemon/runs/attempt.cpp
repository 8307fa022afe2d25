// SPDX-License-Identifier: Apache-2.0
#include "daemon/runs/attempt.h"

#include <fcntl.h>
#include <spdlog/spdlog.h>

#include <algorithm>

#include "base/file.h"
#include "base/lock.h"
#include "base/permanent.h"
#include "base/process.h"
#include "base/text.h"
#include "protocol/bytes_json.h"
#include "protocol/facts.h"
#include "protocol/redaction.h"
#include "protocol/slot.h"

namespace runs {

using base::Result;

Result<protocol::LaunchRecord> read_launch_record(const protocol::AttemptDir& attempt) {
  TRY_ASSIGN(const std::string text, base::read_file(attempt.lock()));
  TRY_ASSIGN(auto record, protocol::launch_record_from_text(text));
  if (record.boot_id != base::boot_id()) return base::error("the lock file is of another boot");
  return record;
}

Result<bool> has_begun(const protocol::AttemptDir& attempt) {
  TRY_ASSIGN(const bool alive, base::is_locked(attempt.lock()));
  return alive || base::exists(attempt.claim()) || base::exists(attempt.exit_record());
}

AttemptEnding ending_of(const protocol::AttemptDir& attempt) {
  if (base::exists(attempt.exit_record())) return AttemptEnding::kRecorded;
  const auto folder = base::open_file(attempt.root, O_PATH | O_DIRECTORY);
  return folder || !base::is_permanent(folder.error().code) ? AttemptEnding::kMissing : AttemptEnding::kImpossible;
}

Result<bool> begun_in_another_boot(const protocol::RunDir& dir) {
  TRY_ASSIGN(const std::string facts, base::read_file(dir.daemon_facts()));
  const auto starts = protocol::daemon_facts_of<protocol::Starting>(facts);
  if (starts.empty()) return base::error("record/daemon.jsonl does not say that the run was started");
  return std::any_of(starts.begin(), starts.end(), [boot = base::boot_id()](const auto& start) {
    return !start.fact.boot.empty() && start.fact.boot != boot;
  });
}

Slot read_slot(const protocol::AttemptDir& attempt) {
  Slot slot = Slot::kHeld;
  const auto text = base::read_file(attempt.launcher_facts());
  for (const auto& line : base::split(text ? *text : "", '\n')) {
    const auto parsed = protocol::parse_json(line, "launcher.jsonl");
    const auto fact = parsed ? protocol::launcher_fact_from_json(*parsed) : std::nullopt;
    const auto* preparing = fact ? std::get_if<protocol::Preparing>(&*fact) : nullptr;
    if (preparing && preparing->stage == protocol::kBuildStage) slot = Slot::kYielded;
    if (preparing && preparing->stage == protocol::kSlotStage) slot = Slot::kAskedFor;
  }
  return slot == Slot::kAskedFor && base::exists(protocol::slot_file(attempt)) ? Slot::kGivenBack : slot;
}

Result<base::Fd> begin_attempt(store::Ingest& ingest, store::RunKey run, const protocol::AttemptDir& attempt) {
  TRY(base::make_directories(attempt.root));
  TRY_ASSIGN(base::Fd lock, base::lock_file(attempt.lock()));
  TRY(ingest.append_fact(run, protocol::Starting{1, base::boot_id()}));
  return lock;
}

std::optional<store::Reporting> reporting_of(const protocol::AttemptDir& attempt) {
  const auto nonce = base::read_file(attempt.nonce());
  if (!nonce) return std::nullopt;
  return store::Reporting{attempt.journal().string(), attempt.alive().string(), attempt.nonce().string(), *nonce};
}

void forget_secrets(const protocol::RunDir& dir) {
  const auto replace = [](const base::Path& path, std::string (*redact)(std::string_view)) -> Result<void> {
    TRY_ASSIGN(const std::string text, base::read_file(path));
    const std::string redacted = redact(text);
    return redacted == text ? Result<void>() : base::write_file_atomic(path, redacted);
  };
  for (const auto& replaced :
       {replace(dir.environ_file(), protocol::redacted_environ), replace(dir.spec(), protocol::redacted_spec)})
    if (!replaced) spdlog::warn("Cannot redact the environment of a run that has ended: {}", replaced.error().message);
}

}  // namespace runs
