// SPDX-License-Identifier: Apache-2.0
#include "base/spawn.h"

#include <fcntl.h>
#include <linux/sched.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>

extern char** environ;

namespace base {

namespace {

enum Stage : int { kSession, kMounts, kLimits, kDirectory, kDescriptors, kExec, kStageCount };
constexpr const char* kStageNames[kStageCount] = {"new session",       "mounts of its own", "resource limits",
                                                  "working directory", "descriptors",       "exec"};

struct Failure {
  int stage;
  int number;
};

/// All that the child needs, made before the fork: after it only async-signal-safe calls are allowed.
struct Prepared {
  std::vector<char*> argv;
  std::vector<char*> environment;
  std::string program;
  std::string directory;
  std::optional<PrivateMounts> mounts;
};

std::vector<char*> pointers(const std::vector<std::string>& strings) {
  std::vector<char*> result;
  result.reserve(strings.size() + 1);
  for (const auto& s : strings) result.push_back(const_cast<char*>(s.c_str()));
  result.push_back(nullptr);
  return result;
}

[[noreturn]] void fail(int report, Stage stage) {
  const Failure failure{stage, errno};
  [[maybe_unused]] const auto n = ::write(report, &failure, sizeof failure);
  ::_exit(127);
}

void reset_signals(bool block) {
  struct sigaction action {};
  action.sa_handler = SIG_DFL;
  for (int s = 1; s < NSIG; ++s) ::sigaction(s, &action, nullptr);
  sigset_t set;
  block ? sigfillset(&set) : sigemptyset(&set);
  ::sigprocmask(SIG_SETMASK, &set, nullptr);
}

void adjust_oom_score(int value) {
  char text[16];
  int length = 0;
  unsigned magnitude = static_cast<unsigned>(value < 0 ? -value : value);
  char digits[12];
  int n = 0;
  do digits[n++] = static_cast<char>('0' + magnitude % 10);
  while ((magnitude /= 10) > 0);
  if (value < 0) text[length++] = '-';
  while (n > 0) text[length++] = digits[--n];
  const int fd = ::open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (fd < 0) return;  // lowering may be refused; a run must not fail for it
  [[maybe_unused]] const auto written = ::write(fd, text, static_cast<std::size_t>(length));
  ::close(fd);
}

/// Puts each descriptor on its number and closes the rest, but `report` (and the program's), which are close-on-exec.
void place_descriptors(const SpawnOptions& options, int& report, int& program) {
  // First out of the way: a source must not be overwritten before its turn.
  int lowest = 3;
  for (const auto& [from, to] : options.descriptors) lowest = std::max(lowest, to + 1);
  if ((report = ::fcntl(report, F_DUPFD_CLOEXEC, lowest)) < 0) ::_exit(127);
  if (program >= 0 && (program = ::fcntl(program, F_DUPFD_CLOEXEC, lowest)) < 0) fail(report, kDescriptors);
  int moved[64];
  std::size_t count = 0;
  for (const auto& [from, to] : options.descriptors) {
    if (count == std::size(moved)) {
      errno = EMFILE;
      fail(report, kDescriptors);
    }
    if ((moved[count++] = ::fcntl(from, F_DUPFD_CLOEXEC, lowest)) < 0) fail(report, kDescriptors);
  }
  for (int standard = 0; standard < 3; ++standard) {
    const int null = ::open("/dev/null", O_RDWR);
    if (null >= 0 && null != standard) {
      ::dup2(null, standard);
      if (null > 2) ::close(null);
    }
  }
  count = 0;
  for (const auto& [from, to] : options.descriptors)
    if (::dup2(moved[count++], to) < 0) fail(report, kDescriptors);
  // All other descriptors are closed at exec, also those opened without O_CLOEXEC.
  constexpr unsigned kCloseRangeCloexec = 1u << 2;
  ::syscall(SYS_close_range, 3u, ~0u, kCloseRangeCloexec);
  for (const auto& [from, to] : options.descriptors)
    if (to > 2) ::fcntl(to, F_SETFD, 0);
}

[[noreturn]] void child(const SpawnOptions& options, const Prepared& prepared, int report, pid_t parent) {
  if (options.parent_death_signal) {
    ::prctl(PR_SET_PDEATHSIG, *options.parent_death_signal);
    if (::getppid() != parent) ::_exit(127);
  }
  if (options.new_session && ::setsid() < 0) fail(report, kSession);
  if (options.new_group && ::setpgid(0, 0) != 0) fail(report, kSession);
  int program_fd = options.program_fd.value_or(-1);
  place_descriptors(options, report, program_fd);
  if (options.oom_score_adj)
    adjust_oom_score(*options.oom_score_adj);  // a new user namespace may close /proc/self to us
  if (prepared.mounts) {
    const auto failure = prepared.mounts->enter();
    if ((errno = failure.number) != 0) fail(report, kMounts);
  }
  for (const auto& [resource, limit] : options.limits) {
    struct rlimit allowed = limit;
    struct rlimit now {};
    ::getrlimit(static_cast<__rlimit_resource>(resource), &now);
    allowed.rlim_max = std::min(allowed.rlim_max, now.rlim_max);
    allowed.rlim_cur = std::min(allowed.rlim_cur, allowed.rlim_max);
    if (::setrlimit(static_cast<__rlimit_resource>(resource), &allowed) != 0) fail(report, kLimits);
  }
  if (options.umask) ::umask(*options.umask);
  if (!prepared.directory.empty() && ::chdir(prepared.directory.c_str()) != 0) fail(report, kDirectory);
  reset_signals(options.block_signals);
  auto* argv = prepared.argv.data();
  auto* env = prepared.environment.data();
  if (program_fd >= 0) ::syscall(SYS_execveat, program_fd, "", argv, env, AT_EMPTY_PATH);
  else ::execve(prepared.program.c_str(), argv, env);
  fail(report, kExec);
}

/// fork(), into the cgroup where one is given and the kernel allows it.
pid_t fork_into(const std::optional<int>& cgroup) {
  if (cgroup) {
    struct clone_args arguments {};
    arguments.flags = CLONE_INTO_CGROUP;
    arguments.exit_signal = SIGCHLD;
    arguments.cgroup = static_cast<std::uint64_t>(*cgroup);
    const auto pid = static_cast<pid_t>(::syscall(SYS_clone3, &arguments, sizeof arguments));
    if (pid >= 0) return pid;
  }
  return ::fork();
}

Result<Spawned> parent_side(pid_t pid, const Fd& report, const std::string& name) {
  Failure failure{};
  ssize_t n;
  do n = ::read(report.get(), &failure, sizeof failure);
  while (n < 0 && errno == EINTR);
  if (n == 0) {
    Spawned spawned;
    spawned.pidfd = Fd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
    if (!spawned.pidfd) return os_error("cannot watch '" + name + "'");
    const auto stat = process_stat(pid);
    spawned.id = {pid, stat ? stat->start_time : 0};
    return spawned;
  }
  while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {}
  if (n != sizeof failure || failure.stage < 0 || failure.stage >= kStageCount)
    return error("cannot start '" + name + "': it died before it could run", std::errc::no_child_process);
  return os_error("cannot start '" + name + "': " + kStageNames[failure.stage], failure.number);
}

}  // namespace

Result<Spawned> spawn(const SpawnOptions& options) {
  if (options.argv.empty() || options.argv[0].empty()) return error("cannot start a program without a name");
  Prepared prepared{
      pointers(options.argv), pointers(options.environment), options.argv[0], options.directory.string(), {}};
  if (!options.mounts.empty()) prepared.mounts.emplace(options.mounts);
  if (!options.program_fd && prepared.program.find('/') == std::string::npos) {
    const auto found = find_program(prepared.program, options.environment);
    if (!found) return os_error("cannot start '" + prepared.program + "': not on the PATH", ENOENT);
    prepared.program = found->string();
  }
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return os_error("cannot make a pipe");
  Fd read_end(ends[0]);
  Fd write_end(ends[1]);
  // None of our handlers may run in the child: all signals are blocked across the fork.
  sigset_t all, before;
  sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  const pid_t parent = ::getpid();
  const pid_t pid = fork_into(options.cgroup);
  if (pid == 0) child(options, prepared, write_end.get(), parent);
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (pid < 0) return os_error("cannot start '" + options.argv[0] + "': fork");
  write_end.reset();
  return parent_side(pid, read_end, options.argv[0]);
}

Result<pid_t> fork_process() {
  const pid_t pid = ::fork();
  if (pid < 0) return os_error("cannot fork");
  return pid;
}

namespace {

/// Waits for the end; exit status, or 128 + signal.
int code_of(const Spawned& child) {
  int status = 0;
  while (::waitpid(child.id.pid, &status, 0) < 0 && errno == EINTR) {}
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

Result<Finished> run_to_end(SpawnOptions options, int timeout_ms, std::size_t output_limit) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return os_error("cannot make a pipe");
  Fd read_end(ends[0]);
  Fd write_end(ends[1]);
  options.descriptors.emplace_back(write_end.get(), 1);
  options.descriptors.emplace_back(write_end.get(), 2);
  options.new_group = true;
  TRY_ASSIGN(const Spawned child, spawn(options));
  write_end.reset();
  Finished finished;
  using Clock = std::chrono::steady_clock;
  const auto deadline = Clock::now() + std::chrono::milliseconds(timeout_ms);
  bool timed_out = false;
  bool reading = true;
  // Until the process is gone; a grandchild that keeps the pipe open does not hold us.
  for (bool running = true; running;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    pollfd polled[2] = {{child.pidfd.get(), POLLIN, 0}, {reading ? read_end.get() : -1, POLLIN, 0}};
    const int ready = ::poll(polled, 2, static_cast<int>(std::max<long>(left, 0)));
    if (ready == 0) {
      timed_out = true;
      ::kill(-child.id.pid, SIGKILL);
      break;
    }
    if (reading && (polled[1].revents & (POLLIN | POLLHUP))) {
      char buffer[8192];
      const ssize_t n = ::read(read_end.get(), buffer, sizeof buffer);
      if (n <= 0) reading = false;
      else
        finished.output.append(buffer, std::min(static_cast<std::size_t>(n),
                                                output_limit - std::min(output_limit, finished.output.size())));
    } else if (polled[0].revents & POLLIN) {
      running = false;
    }
  }
  finished.code = code_of(child);
  if (timed_out) return os_error("'" + options.argv[0] + "' did not end in time", ETIMEDOUT);
  return finished;
}

Result<int> run_into(SpawnOptions options, const Fd& output) {
  options.descriptors.emplace_back(output.get(), 1);
  options.descriptors.emplace_back(output.get(), 2);
  TRY_ASSIGN(const Spawned child, spawn(options));
  return code_of(child);
}

Result<int> run_attached(SpawnOptions options) {
  options.descriptors.emplace_back(1, 1);
  options.descriptors.emplace_back(2, 2);
  TRY_ASSIGN(const Spawned child, spawn(options));
  return code_of(child);
}

std::vector<std::string> current_environment() {
  std::vector<std::string> result;
  for (char** entry = environ; entry && *entry; ++entry) result.emplace_back(*entry);
  return result;
}

bool is_program(const Path& path) {
  struct stat st {};
  return ::stat(path.c_str(), &st) == 0 && S_ISREG(st.st_mode) && ::access(path.c_str(), X_OK) == 0;
}

std::optional<Path> find_program(const std::string& name, const std::vector<std::string>& environment) {
  std::string path = "/usr/local/bin:/usr/bin:/bin";
  for (const auto& entry : environment)
    if (entry.starts_with("PATH=")) path = entry.substr(5);
  for (std::size_t begin = 0; begin <= path.size();) {
    const auto end = std::min(path.find(':', begin), path.size());
    const Path candidate = Path(path.substr(begin, end - begin)) / name;
    if (is_program(candidate)) return candidate;
    begin = end + 1;
  }
  return std::nullopt;
}

}  // namespace base
