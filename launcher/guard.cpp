// SPDX-License-Identifier: Apache-2.0
#include "launcher/guard.h"

#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>

#include "base/spawn.h"
#include "launcher/claim.h"
#include "launcher/collect.h"
#include "launcher/ending.h"
#include "launcher/process_tree.h"
#include "launcher/supervise.h"

namespace launcher {
namespace {

constexpr std::chrono::seconds kFullDiskPatience(10);

base::ProcessId identity(pid_t pid) {
  const auto stat = base::process_stat(pid);
  return {pid, stat ? stat->start_time : 0};
}

/// What was sent to the guard was meant for the run.
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

base::Result<void> record_killed(const Attempt& attempt, const Pipe& pipe, std::vector<std::string> unkillable) {
  TRY_ASSIGN(Facts facts, Facts::open(attempt));
  TRY_ASSIGN(Capture capture, Capture::open(attempt, pipe.read.get()));
  if (!capture.drain(kFullDiskPatience)) facts.warning("the end of the log is lost: the disk is full");
  capture.sync();
  facts.finished();
  collect_outputs(attempt, facts);
  facts.sync();
  Known known;
  known.cause = Cause::kLauncherKilled;
  known.by = "guard";
  known.unkillable = std::move(unkillable);
  TRY(write_ending(attempt, make_record(attempt, known)));
  return {};
}

base::Result<void> guard(const Attempt& attempt, const base::ProcessId& worker, Pipe pipe) {
  pipe.write.reset();
  TRY_ASSIGN(const base::Fd signals, open_signals());
  if (const auto watched = base::open_process(worker)) wait_for(*watched, signals);
  ProcessTree tree;
  auto unkillable = tree.empty();
  if (!has_ended(attempt)) TRY(record_killed(attempt, pipe, std::move(unkillable)));
  (void)::unlink(attempt.dir.exit_reserve("worker").c_str());
  (void)::unlink(attempt.dir.exit_reserve("guard").c_str());
  return {};
}

}  // namespace

base::Result<void> run_guarded(const Attempt& attempt, base::Fd lock) {
  TRY(become_subreaper());
  TRY(reserve_ending(attempt, "guard"));
  TRY_ASSIGN(Pipe pipe, make_pipe());
  const base::ProcessId self = base::this_process();
  TRY_ASSIGN(const pid_t pid, base::fork_process());
  if (pid == 0) return run_worker(attempt, self, std::move(pipe));
  const base::ProcessId worker = identity(pid);
  TRY(write_holders(lock, self, worker));
  return guard(attempt, worker, std::move(pipe));
}

}  // namespace launcher
