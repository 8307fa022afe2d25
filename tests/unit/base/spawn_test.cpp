// SPDX-License-Identifier: Apache-2.0
#include "base/spawn.h"

#include <signal.h>
#include <sys/wait.h>
#include "tests/support/catch.h"

namespace {

base::SpawnOptions shell(const std::string& script) {
  base::SpawnOptions options;
  options.argv = {"/bin/sh", "-c", script};
  options.environment = {"PATH=/usr/bin:/bin"};
  return options;
}

}  // namespace

TEST_CASE("a helper's output and exit status come back") {
  const auto done = base::run_to_end(shell("echo out; echo err >&2; exit 3"), 10'000);
  REQUIRE(done);
  CHECK(done->code == 3);
  CHECK(done->output == "out\nerr\n");
}

TEST_CASE("a program that is not there names the stage") {
  base::SpawnOptions options;
  options.argv = {"/nonexistent/python"};
  const auto started = base::spawn(options);
  REQUIRE_FALSE(started);
  CHECK(started.error().message == "cannot start '/nonexistent/python': exec: no such file or directory");
}

TEST_CASE("a working directory that is not there names the stage") {
  auto options = shell("true");
  options.directory = "/nonexistent";
  const auto started = base::spawn(options);
  REQUIRE_FALSE(started);
  CHECK(started.error().message == "cannot start '/bin/sh': working directory: no such file or directory");
}

TEST_CASE("mounts that cannot be made name the stage") {
  auto options = shell("true");
  options.mounts = {{"/nonexistent", "/nonexistent", false}};
  const auto started = base::spawn(options);
  REQUIRE_FALSE(started);
  CHECK(started.error().message.starts_with("cannot start '/bin/sh': mounts of its own: "));
  CHECK_FALSE(base::try_mounts(options.mounts));
}

TEST_CASE("only the environment that was given arrives") {
  auto options = shell("env | grep -c . ; echo $ONLY");
  options.environment = {"PATH=/usr/bin:/bin", "ONLY=this"};
  const auto done = base::run_to_end(options, 10'000);
  REQUIRE(done);
  CHECK(done->output.find("this") != std::string::npos);
  CHECK(done->output.find("HOME") == std::string::npos);
}

TEST_CASE("no descriptor leaks into the child") {
  const auto done = base::run_to_end(shell("ls /proc/self/fd | wc -l"), 10'000);
  REQUIRE(done);
  CHECK(done->output == "4\n");  // three standard ones and ls's own
}

TEST_CASE("a helper that hangs is ended") {
  const auto done = base::run_to_end(shell("exec sleep 100"), 100);
  REQUIRE_FALSE(done);
  CHECK(done.error().code == std::errc::timed_out);
}

TEST_CASE("a process is known by its start time, not by its pid") {
  const auto me = base::this_process();
  CHECK(base::open_process(me));
  CHECK_FALSE(base::open_process({me.pid, me.start_time + 1}));
}
