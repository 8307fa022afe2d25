// SPDX-License-Identifier: Apache-2.0
// Real processes of a test. None of them outlives it.
#pragma once

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <exception>
#include <string>
#include <utility>

#include "base/file.h"
#include "base/process.h"
#include "base/spawn.h"
#include "launcher/process_tree.h"
#include "tests/support/catch.h"

namespace support {

/// For what must happen; never waited for in full when all is well.
inline constexpr std::chrono::seconds kPatience(20);
inline constexpr int kPatienceMs = std::chrono::milliseconds(kPatience).count();

/// Whether it becomes true, asked again and again.
template <class Condition>
bool becomes_true(Condition condition) {
  const auto give_up = std::chrono::steady_clock::now() + kPatience;
  for (; !condition(); ::poll(nullptr, 0, 1))
    if (std::chrono::steady_clock::now() >= give_up) return false;
  return true;
}

inline bool is_alive(pid_t pid) {
  const auto stat = base::process_stat(pid);
  return stat && !stat->is_dead();
}

/// Waits for the end of a process, which stays to be waited for by waitpid.
inline void await_end(const base::Fd& pidfd) {
  pollfd wait{pidfd.get(), POLLIN, 0};
  REQUIRE(::poll(&wait, 1, kPatienceMs) == 1);
}

/// The read end, then the write end.
inline std::pair<base::Fd, base::Fd> make_pipe() {
  int ends[2];
  REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
  return {base::Fd(ends[0]), base::Fd(ends[1])};
}

/// What can be read until `enough` or the end of the stream.
template <class Enough>
std::string read_until(const base::Fd& fd, Enough enough) {
  std::string text;
  pollfd wait{fd.get(), POLLIN, 0};
  for (char next = 0; !enough(text) && ::poll(&wait, 1, kPatienceMs) == 1 && ::read(fd.get(), &next, 1) == 1;)
    text += next;
  return text;
}

/// A shell script that runs beside the test. `read x <&3` in it waits for release() or the end of the test.
class Script {
 public:
  /// `options.argv` may name another shell, `options.descriptors` more descriptors.
  explicit Script(const std::string& text, base::SpawnOptions options = {}) {
    auto [waits, lifeline] = make_pipe();
    auto [reads, writes] = make_pipe();
    if (options.argv.empty()) options.argv = {"/bin/sh"};
    options.argv.insert(options.argv.end(), {"-c", text});
    options.environment.push_back("PATH=/usr/bin:/bin");
    options.descriptors.insert(options.descriptors.end(), {{writes.get(), 1}, {waits.get(), 3}});
    auto spawned = base::spawn(options);
    REQUIRE(spawned);
    process_ = std::move(*spawned);
    lifeline_ = std::move(lifeline);
    output_ = std::move(reads);
  }
  ~Script() {
    (void)base::signal_process(process_.pidfd, SIGKILL);
    (void)::waitpid(pid(), nullptr, 0);
  }
  Script(const Script&) = delete;
  Script& operator=(const Script&) = delete;

  const base::ProcessId& id() const { return process_.id; }
  pid_t pid() const { return process_.id.pid; }
  /// The next line that the script or a child of it prints.
  std::string line() const {
    std::string text = read_until(output_, [](const std::string& read) { return read.ends_with('\n'); });
    if (text.ends_with('\n')) text.pop_back();
    return text;
  }
  pid_t line_with_pid() const {
    const std::string text = line();
    REQUIRE_FALSE(text.empty());
    return std::stoi(text);
  }
  void release() { lifeline_.reset(); }
  /// Its status as waitpid gives it; the process stays to be waited for.
  int await_end() const {
    support::await_end(process_.pidfd);
    siginfo_t ended{};
    REQUIRE(::waitid(P_PID, static_cast<id_t>(pid()), &ended, WEXITED | WNOWAIT) == 0);
    return ended.si_code == CLD_EXITED ? ended.si_status << 8 : ended.si_status;
  }

 private:
  base::Spawned process_;
  base::Fd lifeline_, output_;
};

/// Of the process that in_child made.
inline std::string& failures_in_child() {
  static std::string failures;
  return failures;
}

/// As CHECK, for the code that in_child runs: assertions of Catch2 do not reach the test from another process.
#define CHECK_IN_CHILD(...)                                                                                         \
  do {                                                                                                              \
    if (!(__VA_ARGS__))                                                                                             \
      support::failures_in_child() += "line " + std::to_string(__LINE__) + ": " + std::string(#__VA_ARGS__) + "\n"; \
  } while (false)

template <class Work>
void note_exceptions(Work& work) {
  try {
    work();
  } catch (const std::exception& error) {
    failures_in_child() += error.what();
  } catch (...) {
    failures_in_child() += "a requirement was not met";
  }
}

/// Runs `work` in a forked process, for code that is about the signals or the children of its own process. Orphans
/// below that process become its children, and what is left of them is killed at its end.
template <class Work>
void in_child(Work work) {
  auto [reads, writes] = make_pipe();
  const pid_t test = ::getpid();
  const pid_t pid = ::fork();
  REQUIRE(pid >= 0);
  if (pid == 0) {
    const pid_t self = ::getpid();
    if (launcher::die_with(test) && launcher::become_subreaper()) note_exceptions(work);
    else failures_in_child() += "cannot set up the process";
    if (::getpid() != self) ::_exit(0);  // a process that `work` forked, and that has returned from it
    (void)launcher::ProcessTree().empty({});
    (void)base::write_all(writes, failures_in_child() + '\0');
    ::_exit(0);
  }
  writes.reset();
  std::string failures = read_until(reads, [](const std::string& text) { return text.ends_with('\0'); });
  if (failures.ends_with('\0')) failures.pop_back();
  else failures += "the process did not come to its end";
  ::kill(pid, SIGKILL);
  (void)::waitpid(pid, nullptr, 0);
  CHECK(failures.empty());
}

}  // namespace support
