// SPDX-License-Identifier: Apache-2.0
#include "launcher/supervise.h"

#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/spawn.h"
#include "launcher/collect.h"
#include "launcher/ending.h"
#include "launcher/environment.h"
#include "launcher/prepare.h"
#include "launcher/process_tree.h"

namespace launcher {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::seconds kFullDiskPatience(10);

sigset_t our_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int number : {SIGUSR1, SIGTERM, SIGINT, SIGHUP, SIGCHLD}) sigaddset(&set, number);
  return set;
}

Clock::time_point after(double seconds) {
  return Clock::now() + std::chrono::milliseconds(static_cast<std::int64_t>(std::clamp(seconds, 0.0, 1e9) * 1000));
}

/// The first wish decides; later ones change nothing.
std::optional<protocol::Wish> read_wish(const Attempt& attempt) {
  const auto text = base::read_file(attempt.run.wishes());
  if (!text) return {};
  std::istringstream lines(*text);
  for (std::string line; std::getline(lines, line);) {
    const auto parsed = protocol::parse_json(line, "record/wishes.jsonl");
    if (!parsed) continue;
    if (auto wish = protocol::wish_from_json(*parsed)) return std::move(*wish);
  }
  return {};
}

std::vector<std::string> arguments_of(const protocol::RunSpec& spec) {
  if (spec.kind == protocol::RunKind::kCommand) {
    if (spec.shell) return {"/bin/sh", "-c", spec.command.front()};
    return spec.command;
  }
  std::vector<std::string> argv = {spec.interpreter, spec.script};
  argv.insert(argv.end(), spec.arguments.begin(), spec.arguments.end());
  return argv;
}

std::vector<std::pair<int, struct rlimit>> limits_of(const protocol::RunSpec& spec) {
  static const std::map<std::string, int> kNumbers = {
      {"as", RLIMIT_AS},           {"core", RLIMIT_CORE},     {"cpu", RLIMIT_CPU},       {"data", RLIMIT_DATA},
      {"fsize", RLIMIT_FSIZE},     {"memlock", RLIMIT_MEMLOCK}, {"nofile", RLIMIT_NOFILE}, {"nproc", RLIMIT_NPROC},
      {"stack", RLIMIT_STACK}};
  const auto value = [](std::int64_t v) { return v < 0 ? RLIM_INFINITY : static_cast<rlim_t>(v); };
  std::vector<std::pair<int, struct rlimit>> limits;
  for (const auto& [name, pair] : spec.limits)
    if (const auto number = kNumbers.find(name); number != kNumbers.end())
      limits.push_back({number->second, {value(pair.first), value(pair.second)}});
  return limits;
}

class Worker {
 public:
  Worker(const Attempt& attempt, Facts facts, Capture capture, Pipe pipe, base::Fd signals, base::Fd guard)
      : attempt_(attempt), facts_(std::move(facts)), capture_(std::move(capture)), pipe_(std::move(pipe)),
        signals_(std::move(signals)), guard_(std::move(guard)) {}

  base::Result<void> run() {
    take_wish();
    if (!stopping_) {
      if (const auto started = prepare_and_start(); !started) could_not_start(started.error());
    }
    pipe_.write.reset();
    if (child_) watch();
    return finish();
  }

 private:
  base::Result<void> prepare_and_start() {
    stage("unpack");
    TRY(prepare_work(attempt_, facts_));
    stage("interpreter");
    TRY(check_program(attempt_));
    if (!attempt_.spec.interpreter.empty()) facts_.interpreter(attempt_.spec.interpreter);
    stage("start");
    return start();
  }

  void stage(const char* name) {
    known_.stage = name;
    facts_.preparing(name);
  }

  base::Result<void> start() {
    base::SpawnOptions options;
    options.argv = arguments_of(attempt_.spec);
    TRY_ASSIGN(options.environment, child_environment(attempt_));
    options.directory = attempt_.work();
    options.descriptors = {{pipe_.write.get(), 1}, {pipe_.write.get(), 2}};
    options.new_session = true;
    options.umask = static_cast<mode_t>(attempt_.spec.umask);
    options.limits = limits_of(attempt_.spec);
    TRY_ASSIGN(base::Spawned spawned, base::spawn(options));
    child_ = std::move(spawned.pidfd);
    tree_.set_main(spawned.id.pid);
    known_.child = spawned.id.pid;
    known_.started = base::to_seconds(base::now());
    deadline_ = after(attempt_.spec.max_seconds);
    facts_.started(spawned.id);
    return {};
  }

  void could_not_start(const base::Error& error) {
    known_.cause = Cause::kCouldNotStart;
    known_.message = error.message;
  }

  /// Until the child has ended, or has been asked to and its grace is over.
  void watch() {
    while (!tree_.main_status() && !over_) {
      std::array<pollfd, 4> fds = {{{signals_.get(), POLLIN, 0},
                                    {child_.get(), POLLIN, 0},
                                    {guard_.get(), POLLIN, 0},
                                    {capture_.waiting() || capture_.at_end() ? -1 : pipe_.read.get(), POLLIN, 0}}};
      (void)::poll(fds.data(), fds.size(), wait_ms());
      if (fds[2].revents) guard_died();
      if (fds[0].revents) take_signals();
      if (fds[3].revents || capture_.waiting()) capture_.step();
      if (fds[1].revents) tree_.reap();
      check_deadline();
    }
  }

  int wait_ms() const {
    const auto until = std::chrono::ceil<std::chrono::milliseconds>(deadline_ - Clock::now()).count();
    const auto most = capture_.waiting() ? Capture::kRetryMs : 60'000;
    return static_cast<int>(std::clamp<std::int64_t>(until, 0, most));
  }

  void check_deadline() {
    if (Clock::now() < deadline_) return;
    if (stopping_) over_ = true;
    else stop(Cause::kTimedOut, attempt_.spec.grace_seconds);
  }

  void stop(Cause cause, double grace) {
    if (stopping_) return;
    stopping_ = true;
    known_.cause = cause;
    deadline_ = after(grace);
    tree_.ask_to_end();
  }

  void guard_died() {
    known_.cause = Cause::kLauncherKilled;
    stopping_ = over_ = true;
  }

  void take_signals() {
    signalfd_siginfo info{};
    while (::read(signals_.get(), &info, sizeof info) == sizeof info) {
      if (info.ssi_signo == SIGCHLD) {
        tree_.reap();
        continue;
      }
      take_wish();
      if (info.ssi_signo != SIGUSR1) stop(Cause::kToldToStop, attempt_.spec.grace_seconds);
    }
  }

  void take_wish() {
    if (stopping_) return;
    known_.wish = read_wish(attempt_);
    if (known_.wish) stop(Cause::kWished, known_.wish->grace_seconds.value_or(attempt_.spec.grace_seconds));
  }

  base::Result<void> finish() {
    known_.unkillable = empty_tree();
    known_.status = tree_.main_status();
    if (!capture_.drain(kFullDiskPatience)) facts_.warning("the end of the log is lost: the disk is full");
    capture_.sync();
    facts_.finished();
    if (known_.started > 0) collect_outputs(attempt_, facts_);
    facts_.sync();
    TRY(write_ending(attempt_, make_record(attempt_, known_)));
    return {};
  }

  std::vector<std::string> empty_tree() { return tree_.empty(); }

  const Attempt& attempt_;
  Facts facts_;
  Capture capture_;
  Pipe pipe_;
  base::Fd signals_;
  base::Fd guard_;
  base::Fd child_;
  ProcessTree tree_;
  Known known_;
  Clock::time_point deadline_ = Clock::time_point::max();
  bool stopping_ = false;
  bool over_ = false;
};

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

base::Result<void> run_worker(const Attempt& attempt, const base::ProcessId& guard, Pipe pipe) {
  TRY(become_subreaper());
  TRY(reserve_ending(attempt, "worker"));
  TRY_ASSIGN(base::Fd guard_fd, base::open_process(guard));
  TRY_ASSIGN(base::Fd signals, open_signals());
  TRY_ASSIGN(Facts facts, Facts::open(attempt));
  TRY_ASSIGN(Capture capture, Capture::open(attempt, pipe.read.get()));
  return Worker(attempt, std::move(facts), std::move(capture), std::move(pipe), std::move(signals), std::move(guard_fd)).run();
}

}  // namespace launcher
