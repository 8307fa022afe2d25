// SPDX-License-Identifier: Apache-2.0
#include "launcher/supervise.h"

#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "env/environments.h"
#include "launcher/collect.h"
#include "launcher/ending.h"
#include "launcher/inputs.h"
#include "launcher/prepare.h"
#include "launcher/process_tree.h"
#include "launcher/start.h"
#include "launcher/stop_request.h"
#include "protocol/json.h"

namespace launcher {
namespace {

using Clock = std::chrono::steady_clock;

constexpr const char* kWorker = "worker";
/// What the main child leaves behind may end by itself for this long, as helpers of libraries do,
constexpr std::chrono::milliseconds kOwnEnd(500);
/// then gets SIGTERM, and this long before it is killed.
constexpr std::chrono::seconds kRestGrace(2);

/// SIGUSR1 announces a stop request, so that SIGTERM always means that another program told the launcher to stop.
sigset_t our_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int number : {SIGUSR1, SIGTERM, SIGINT, SIGHUP, SIGCHLD}) sigaddset(&set, number);
  return set;
}

Clock::time_point after(double seconds) {
  return Clock::now() + std::chrono::milliseconds(static_cast<std::int64_t>(std::clamp(seconds, 0.0, 1e9) * 1000));
}

class Worker {
 public:
  Worker(Attempt attempt, Common& common, FactWriter facts, Capture capture, base::Fd signals, base::Fd guard)
      : attempt_(std::move(attempt)), common_(common), facts_(std::move(facts)), capture_(std::move(capture)),
        signals_(std::move(signals)), guard_(std::move(guard)) {}

  protocol::ExitRecord run() {
    obey_stop_request();
    if (!stopping_) prepare();
    if (!stopping_) start();
    common_.pipe.write.reset();
    while (child_ && !tree_.main_status() && !over_) watch();
    if (child_ && tree_.main_status()) end_rest();
    return finish();
  }

 private:
  void prepare() {
    auto preparing = start_preparing(attempt_, facts_);
    if (!preparing) return could_not_start(kLaunchStage, preparing.error().message);
    while (!stopping_ && !turn(preparing->pidfd.get(), Clock::time_point::max())) continue;
    if (stopping_) return;
    tree_.reap();
    Prepared prepared = outcome_of(*preparing);
    if (!prepared.error.empty()) return could_not_start(prepared.stage, prepared.error);
    if (!prepared.environment.empty()) hold_environment(prepared.environment);
    if (prepared.mounts) mounts_ = input_mounts(attempt_);
    if (!prepared.interpreter.empty()) attempt_.spec.interpreter = std::move(prepared.interpreter);
  }

  /// Keeps it from being removed while the run goes on; it may have been removed before.
  void hold_environment(const std::string& digest) {
    const env::Environments environments(protocol::StateDir::of_run(attempt_.run));
    auto held = environments.hold(digest);
    if (!held || !environments.find(digest))
      return could_not_start("environment",
                             "the environment was removed while the run was being prepared: submit it again");
    environment_ = std::move(*held);
  }

  void start() {
    facts_.write(protocol::Preparing{"start"});
    auto spawned = start_child(attempt_, common_.pipe.write, common_.cgroup, mounts_);
    if (!spawned) return could_not_start("start", spawned.error().message);
    child_ = std::move(spawned->pidfd);
    tree_.set_main(spawned->id.pid);
    outcome_.child = spawned->id.pid;
    outcome_.started = base::to_seconds(base::now());
    deadline_ = after(attempt_.spec.max_seconds);
    facts_.write(protocol::Started{spawned->id});
    obey_stop_request();  // one that came with a nudge while the child was not there yet
  }

  void could_not_start(std::string_view stage, const std::string& message) {
    outcome_.cause = Cause::kCouldNotStart;
    outcome_.stage = stage;
    outcome_.message = message;
    stopping_ = over_ = true;
  }

  /// One turn of the loop: whatever happens first. True when `extra` is ready.
  bool turn(int extra, Clock::time_point until) {
    const bool reads = child_ && !capture_.waiting() && !capture_.at_end();
    std::array<pollfd, 4> fds = {{{signals_.get(), POLLIN, 0},
                                  {extra, POLLIN, 0},
                                  {guard_.get(), POLLIN, 0},
                                  {reads ? common_.pipe.read.get() : -1, POLLIN, 0}}};
    (void)::poll(fds.data(), fds.size(), wait_ms(until));
    if (fds[2].revents) guard_died();
    if (fds[0].revents) read_signals();
    if (fds[3].revents || capture_.waiting()) capture_.step();
    if (capture_.discarded() > 0 && !std::exchange(said_full_, true))
      facts_.warn("the log has reached its quota of " + base::format_bytes(attempt_.spec.quotas.log_bytes) +
                  ": what the run prints from here on is not kept");
    return fds[1].revents != 0;
  }

  int wait_ms(Clock::time_point until) const {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count();
    const auto most = capture_.waiting() ? Capture::kRetryMs : 60'000;
    return static_cast<int>(std::clamp<std::int64_t>(left, 0, most));
  }

  /// Polls a handful of descriptors: one loop without Asio, so a launcher has nothing to load when it starts.
  void watch() {
    if (turn(child_.get(), deadline_)) tree_.reap();
    if (Clock::now() < deadline_) return;
    if (stopping_) over_ = true;
    else stop(Cause::kTimedOut, attempt_.spec.grace_seconds);
  }

  /// The run ends with its main child. Processes that it left behind are asked to end, and named: work of theirs may be
  /// lost. After a cancel they have been asked already.
  void end_rest() {
    if (!tree_.reap() || (!stopping_ && !rest_lives_after(kOwnEnd))) return;
    auto ended = names_of_descendants();
    tree_.ask_all_to_end();
    const auto killed = rest_lives_after(kRestGrace) ? names_of_descendants() : std::map<pid_t, std::string>();
    if (over_) return;
    for (const auto& process : killed) ended.erase(process.first);
    if (!stopping_) warn_of("ended with the program, which left them running: ", ended);
    warn_of("killed after the end of the program, which left them behind: ", killed);
  }

  void warn_of(const char* what, const std::map<pid_t, std::string>& processes) {
    std::string names;
    for (const auto& process : processes) names += (names.empty() ? "" : ", ") + process.second;
    if (!names.empty()) facts_.warn(what + names);
  }

  /// Waits for the end of all that is left of the tree; false once nothing is.
  bool rest_lives_after(std::chrono::milliseconds patience) {
    const auto until = Clock::now() + patience;
    while (!over_ && tree_.reap() && Clock::now() < until) turn(-1, until);
    return !over_ && tree_.reap();
  }

  void stop(Cause cause, double grace) {
    if (stopping_ || tree_.main_status()) return;
    stopping_ = true;
    outcome_.cause = cause;
    deadline_ = after(grace);
    tree_.ask_to_end();
  }

  void guard_died() {
    if (!tree_.main_status()) outcome_.cause = Cause::kLauncherKilled;
    stopping_ = over_ = true;
  }

  void read_signals() {
    signalfd_siginfo info{};
    while (::read(signals_.get(), &info, sizeof info) == sizeof info) {
      if (info.ssi_signo == SIGCHLD) {
        tree_.reap();
        continue;
      }
      obey_stop_request();
      if (info.ssi_signo != SIGUSR1) stop(Cause::kToldToStop, attempt_.spec.grace_seconds);
    }
  }

  void obey_stop_request() {
    if (stopping_) return;
    outcome_.stop = read_stop_request(attempt_);
    if (outcome_.stop) stop(Cause::kStopRequested, outcome_.stop->grace_seconds.value_or(attempt_.spec.grace_seconds));
  }

  protocol::ExitRecord finish() {
    outcome_.unkillable = tree_.empty(common_.cgroup);
    if (!child_) drop_half_built(attempt_);
    outcome_.status = tree_.main_status();
    outcome_.out_of_memory = common_.cgroup.ran_out_of_memory();
    outcome_.usage = child_ ? tree_.usage() : Usage();  // preparing the run is no usage of it
    outcome_.peak_bytes = common_.cgroup.peak_bytes();
    common_.cgroup.remove();
    if (!capture_.drain(kFullDiskPatience)) facts_.warn("the end of the log is lost: the disk is full");
    capture_.sync();
    if (capture_.discarded() > 0)
      facts_.warn(base::format_bytes(capture_.discarded()) +
                  " of what the run printed were not kept: they came after the log's quota");
    facts_.write(protocol::Finished{});
    if (outcome_.started > 0) collect_outputs(attempt_, facts_, outcome_.started);
    drop_inputs(attempt_);
    facts_.sync();
    return make_record(attempt_, outcome_);
  }

  Attempt attempt_;
  Common& common_;
  FactWriter facts_;
  Capture capture_;
  base::Fd signals_;
  base::Fd guard_;
  base::Fd child_;
  base::Fd environment_;             ///< the lock on the one that was built for the run
  std::vector<base::Mount> mounts_;  ///< of the program
  ProcessTree tree_;
  AttemptOutcome outcome_;
  Clock::time_point deadline_ = Clock::time_point::max();
  bool stopping_ = false;
  bool over_ = false;
  bool said_full_ = false;  ///< that the log has reached its quota
};

base::Result<protocol::ExitRecord> work(const Attempt& attempt, const base::ProcessId& guard, Common& common) {
  TRY(become_subreaper());
  TRY(reserve_ending(attempt, kWorker));
  TRY_ASSIGN(base::Fd guard_fd, base::open_process(guard));
  TRY_ASSIGN(base::Fd signals, open_signals());
  TRY_ASSIGN(FactWriter facts, FactWriter::open(attempt));
  TRY_ASSIGN(Capture capture, Capture::open(attempt, common.pipe.read.get(), common.buffer));
  return Worker(attempt, common, std::move(facts), std::move(capture), std::move(signals), std::move(guard_fd)).run();
}

protocol::ExitRecord not_launched(const Attempt& attempt, const base::Error& error) {
  AttemptOutcome outcome;
  outcome.cause = Cause::kCouldNotStart;
  outcome.stage = kLaunchStage;
  outcome.message = "cannot launch the run: " + error.message;
  return make_record(attempt, outcome);
}

}  // namespace

base::Result<void> block_signals() {
  const sigset_t set = our_signals();
  if (sigprocmask(SIG_SETMASK, &set, nullptr) != 0) return base::os_error("cannot block signals");
  return {};
}

base::Result<base::Fd> open_signals() {
  const sigset_t set = our_signals();
  base::Fd fd(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!fd) return base::os_error("cannot read signals");
  return fd;
}

base::Result<void> run_worker(const Attempt& attempt, const base::ProcessId& guard, Common common) {
  const auto worked = work(attempt, guard, common);
  const protocol::ExitRecord record = worked ? *worked : not_launched(attempt, worked.error());
  if (const auto written = write_ending(attempt, record, kWorker); !written) {
    (void)common.report.put(protocol::to_text(protocol::to_json(record)));
    return written.error();
  }
  drop_reserves(attempt);
  return {};
}

}  // namespace launcher
