// SPDX-License-Identifier: Apache-2.0
#include "launcher/bury.h"

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

constexpr const char* kBury = "bury";
constexpr int kCleanScans = 2;
constexpr int kBetweenScansMs = 20;

Marks marks_of(const Attempt& attempt, const Holders& holders, const StartedFact& started) {
  Marks marks{attempt.run.root.filename(), holders.nonce, holders.pipe, {}, started.child};
  std::error_code code;
  if (!attempt.spec.source.in_place && started.child.pid != 0)
    marks.work = std::filesystem::canonical(attempt.dir.work(), code);
  if (code) marks.work.clear();
  return marks;
}

/// A process that is just being forked is in no list: only the second clean scan counts.
std::vector<std::string> end_survivors(const Marks& marks) {
  const auto give_up = std::chrono::steady_clock::now() + kKillPatience;
  for (int clean = 0; clean < kCleanScans; (void)::poll(nullptr, 0, kBetweenScansMs)) {
    const auto left = find_survivors(marks);
    clean = left.empty() ? clean + 1 : 0;
    kill_each(left);
    if (!left.empty() && std::chrono::steady_clock::now() >= give_up) return names_of(left);
  }
  return {};
}

std::vector<std::string> end_processes(const Attempt& attempt, const Holders& holders, const StartedFact& started) {
  Cgroup cgroup = Cgroup::find(holders.cgroup, holders.nonce);
  cgroup.kill();
  auto unkillable = end_survivors(marks_of(attempt, holders, started));
  cgroup.remove();
  return unkillable;
}

/// Nothing may start it any more. Somebody's claim is as good.
base::Result<void> close_attempt(const Attempt& attempt) {
  const auto claimed = claim_attempt(attempt);
  if (!claimed && claimed.error().code != std::errc::file_exists) return claimed.error();
  return {};
}

base::Result<void> record(const Attempt& attempt, Known known) {
  TRY_ASSIGN(Facts facts, Facts::open(attempt));
  facts.finished();
  if (known.started > 0) collect_outputs(attempt, facts, known.started);
  facts.sync();
  TRY(write_ending(attempt, make_record(attempt, std::move(known)), kBury));
  drop_reserves(attempt);
  return {};
}

}  // namespace

base::Result<void> bury(const base::Path& run_dir) {
  Attempt attempt = attempt_at(run_dir);
  if (has_ended(attempt)) return {};
  TRY_ASSIGN(const base::Fd lock, base::lock_file(attempt.dir.lock()));
  if (has_ended(attempt)) return {};
  TRY(close_attempt(attempt));
  (void)load_spec(attempt);  // a run whose spec cannot be read is buried all the same
  const Holders holders = read_holders(attempt);
  const StartedFact started = read_started(attempt);
  Known known;
  known.by = kBury;
  known.started = started.t;
  known.child = started.child.pid;
  known.cause = holders.boot_id.empty() || holders.boot_id == base::boot_id() ? Cause::kLauncherKilled : Cause::kLost;
  if (known.cause == Cause::kLauncherKilled) known.unkillable = end_processes(attempt, holders, started);
  drop_half_built(attempt);
  const auto recorded = record(attempt, std::move(known));
  drop_inputs(attempt);
  return recorded;
}

}  // namespace launcher
