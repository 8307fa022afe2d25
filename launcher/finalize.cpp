// SPDX-License-Identifier: Apache-2.0
#include "launcher/finalize.h"

#include <poll.h>

#include "base/lock.h"
#include "launcher/claim.h"
#include "launcher/collect.h"
#include "launcher/ending.h"
#include "launcher/inputs.h"
#include "launcher/prepare.h"
#include "launcher/process_tree.h"
#include "launcher/survivors.h"

namespace launcher {
namespace {

constexpr const char* kBy = "bury";  // the name on disk
constexpr int kCleanScans = 2;
constexpr int kBetweenScansMs = 20;

ProcessMarks marks_of(const Attempt& attempt, const protocol::LaunchRecord& launch, const StartedFact& started) {
  ProcessMarks marks{attempt.run.root.filename(), launch.nonce, launch.pipe, {}, started.child};
  std::error_code code;
  if (!attempt.spec.source.in_place && started.child.pid != 0)
    marks.work = std::filesystem::canonical(attempt.dir.work(), code);
  if (code) marks.work.clear();
  return marks;
}

/// A process that is just being forked is in no list: only the second clean scan counts.
std::vector<std::string> end_survivors(const ProcessMarks& marks) {
  const auto give_up = std::chrono::steady_clock::now() + kKillPatience;
  for (int clean = 0; clean < kCleanScans; (void)::poll(nullptr, 0, kBetweenScansMs)) {
    const auto left = find_survivors(marks);
    clean = left.empty() ? clean + 1 : 0;
    kill_each(left);
    if (!left.empty() && std::chrono::steady_clock::now() >= give_up) return names_of(left);
  }
  return {};
}

std::vector<std::string> end_processes(const Attempt& attempt, const protocol::LaunchRecord& launch,
                                       const StartedFact& started) {
  Cgroup cgroup = Cgroup::find(launch.cgroup, launch.nonce);
  cgroup.kill();
  auto unkillable = end_survivors(marks_of(attempt, launch, started));
  cgroup.remove();
  return unkillable;
}

/// Keeps it from being started. A claim by another process does that as well.
base::Result<void> close_attempt(const Attempt& attempt) {
  const auto claimed = claim_attempt(attempt);
  if (!claimed && claimed.error().code != std::errc::file_exists) return claimed.error();
  return {};
}

base::Result<void> record(const Attempt& attempt, AttemptOutcome outcome) {
  TRY_ASSIGN(FactWriter facts, FactWriter::open(attempt));
  facts.write(protocol::Finished{});
  if (outcome.started > 0) collect_outputs(attempt, facts, outcome.started);
  facts.sync();
  TRY(write_ending(attempt, make_record(attempt, std::move(outcome)), kBy));
  drop_reserves(attempt);
  return {};
}

}  // namespace

base::Result<void> finalize(const base::Path& run_dir) {
  Attempt attempt = attempt_at(run_dir);
  if (has_ended(attempt)) return {};
  TRY_ASSIGN(const base::Fd lock, base::lock_file(attempt.dir.lock()));
  if (has_ended(attempt)) return {};
  TRY(close_attempt(attempt));
  (void)load_spec(attempt);  // a run whose spec cannot be read is finalized nevertheless
  const protocol::LaunchRecord launch = read_launch_record(attempt);
  const StartedFact started = read_started(attempt);
  AttemptOutcome outcome;
  outcome.by = kBy;
  outcome.started = started.t;
  outcome.child = started.child.pid;
  outcome.cause = launch.boot_id.empty() || launch.boot_id == base::boot_id() ? Cause::kLauncherKilled : Cause::kLost;
  if (outcome.cause == Cause::kLauncherKilled) outcome.unkillable = end_processes(attempt, launch, started);
  drop_half_built(attempt);
  auto recorded = record(attempt, std::move(outcome));
  drop_inputs(attempt);
  return recorded;
}

}  // namespace launcher
