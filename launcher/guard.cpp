// SPDX-License-Identifier: Apache-2.0
#include "launcher/guard.h"

#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>

#include "base/spawn.h"
#include "launcher/collect.h"
#include "launcher/ending.h"
#include "launcher/inputs.h"
#include "launcher/prepare.h"
#include "launcher/process_tree.h"
#include "launcher/supervise.h"
#include "protocol/json.h"

namespace launcher {
namespace {

constexpr const char* kGuard = "guard";

base::ProcessId identity(pid_t pid) {
  const auto stat = base::process_stat(pid);
  return {pid, stat ? stat->start_time : 0};
}

/// Signals sent to the guard are meant for the run.
void pass_on(const base::Fd& signals, const base::Fd& worker) {
  signalfd_siginfo info{};
  while (::read(signals.get(), &info, sizeof info) == sizeof info)
    if (info.ssi_signo != SIGCHLD) (void)base::signal_process(worker, static_cast<int>(info.ssi_signo));
}

void wait_for(const base::Fd& worker, const base::Fd& signals) {
  for (;;) {
    std::array<pollfd, 2> fds = {{{worker.get(), POLLIN, 0}, {signals.get(), POLLIN, 0}}};
    (void)::poll(fds.data(), fds.size(), -1);
    if (fds[0].revents) return;
    if (fds[1].revents) pass_on(signals, worker);
  }
}

/// The record that the worker could not write, else nothing.
std::optional<protocol::ExitRecord> reported(const ReportSlot& report) {
  const auto parsed = nlohmann::json::parse(report.get(), nullptr, false);
  if (!parsed.is_object()) return {};
  auto record = protocol::exit_record_from_json(parsed);
  return record ? std::optional(std::move(*record)) : std::nullopt;
}

base::Result<protocol::ExitRecord> record_of_killed(const Attempt& attempt, Common& common, AttemptOutcome outcome) {
  TRY_ASSIGN(FactWriter facts, FactWriter::open(attempt));
  TRY_ASSIGN(Capture capture, Capture::open(attempt, common.pipe.read.get(), common.buffer));
  if (!capture.drain(kFullDiskPatience)) facts.warn("the end of the log is lost: the disk is full");
  capture.sync();
  facts.write(protocol::Finished{});
  const StartedFact started = read_started(attempt);
  if (started.t > 0) collect_outputs(attempt, facts, started.t);
  facts.sync();
  outcome.cause = Cause::kLauncherKilled;
  outcome.by = kGuard;
  outcome.started = started.t;
  outcome.child = started.child.pid;
  return make_record(attempt, std::move(outcome));
}

base::Result<void> record_ending(const Attempt& attempt, Common& common, AttemptOutcome outcome) {
  auto record = reported(common.report);
  if (!record) {
    TRY_ASSIGN(record, record_of_killed(attempt, common, std::move(outcome)));
  }
  record->by = kGuard;
  TRY(write_ending(attempt, std::move(*record), kGuard));
  return {};
}

/// Ends what the worker left, and returns what is known of it.
AttemptOutcome clear_up(const Attempt& attempt, Common& common) {
  AttemptOutcome outcome;
  outcome.unkillable = ProcessTree().empty(common.cgroup);
  outcome.peak_bytes = common.cgroup.peak_bytes();
  common.cgroup.remove();
  drop_half_built(attempt);
  return outcome;
}

base::Result<void> guard(const Attempt& attempt, const base::ProcessId& worker, Common& common,
                         const base::Fd& signals) {
  common.pipe.write.reset();
  if (const auto watched = base::open_process(worker)) wait_for(*watched, signals);
  AttemptOutcome outcome = clear_up(attempt, common);
  const auto recorded = has_ended(attempt) ? base::Result<void>() : record_ending(attempt, common, std::move(outcome));
  drop_inputs(attempt);
  TRY(recorded);
  drop_reserves(attempt);
  return {};
}

base::Result<Common> make_common(const Attempt& attempt) {
  TRY_ASSIGN(Pipe pipe, make_pipe());
  TRY_ASSIGN(CaptureBuffer buffer, CaptureBuffer::make());
  TRY_ASSIGN(ReportSlot report, ReportSlot::make());
  return Common{std::move(pipe), std::move(buffer), std::move(report), Cgroup::make(attempt.nonce)};
}

std::string name_of(const base::Fd& pipe) {
  struct stat status {};
  if (fstat(pipe.get(), &status) != 0) return "";
  return "pipe:[" + std::to_string(status.st_ino) + "]";
}

}  // namespace

base::Result<void> run_guarded(const Attempt& attempt, const base::Fd& lock, protocol::LaunchRecord launch,
                               bool& forked) {
  TRY(become_subreaper());
  TRY(reserve_ending(attempt, kGuard));
  TRY_ASSIGN(Common common, make_common(attempt));
  launch.guard = base::this_process();
  launch.pipe = name_of(common.pipe.read);
  launch.cgroup = common.cgroup.path();
  TRY(write_launch_record(lock, launch));
  TRY_ASSIGN(const base::Fd signals, open_signals());
  TRY_ASSIGN(const pid_t pid, base::fork_process());
  forked = true;
  if (pid == 0) return run_worker(attempt, *launch.guard, std::move(common));
  launch.worker = identity(pid);
  (void)write_launch_record(lock, launch);  // the file has its blocks: only a broken disk refuses
  return guard(attempt, *launch.worker, common, signals);
}

}  // namespace launcher
