// SPDX-License-Identifier: Apache-2.0
#include "base/process.h"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

#include "tests/support/catch.h"

TEST_CASE("the list of all processes holds this one as its own stat shows it") {
  const auto all = base::all_processes();
  const auto me = base::this_process();
  const auto found = std::find_if(all.begin(), all.end(), [&](const auto& stat) { return stat.pid == me.pid; });
  REQUIRE(found != all.end());
  CHECK(found->start_time == me.start_time);
  CHECK(found->parent == base::process_stat(me.pid)->parent);
}

TEST_CASE("a process that is dead and not reaped cannot be opened, but by its parent") {
  const pid_t pid = ::fork();
  if (pid == 0) ::_exit(0);
  siginfo_t ended{};
  REQUIRE(::waitid(P_PID, static_cast<id_t>(pid), &ended, WEXITED | WNOWAIT) == 0);
  const auto stat = base::process_stat(pid);
  REQUIRE(stat);
  CHECK(stat->is_dead());
  const auto opened = base::open_process({pid, stat->start_time});
  REQUIRE_FALSE(opened);
  CHECK(opened.error().code == std::errc::no_such_process);
  CHECK(base::open_child(pid));
  CHECK(::waitpid(pid, nullptr, 0) == pid);
}

TEST_CASE("signals have names") {
  CHECK(base::signal_name(11) == "SIGSEGV");
  CHECK(base::signal_name(45) == "signal 45");
}
