// SPDX-License-Identifier: Apache-2.0
#include "launcher/start.h"

#include <fcntl.h>

#include <algorithm>
#include <cstdlib>

#include "launcher/inputs.h"
#include "tests/support/attempt.h"
#include "tests/support/processes.h"

namespace fs = std::filesystem;
using protocol::RunKind;
using support::text_of;

namespace {

struct Starting : support::AttemptFolder {
  /// What the child printed until its end; `status` as waitpid gives it.
  std::string output(const std::vector<base::Mount>& mounts = {}) {
    const auto file = base::open_file(path / "output", O_CREAT | O_TRUNC | O_WRONLY | O_APPEND);
    REQUIRE(file);
    const auto child = launcher::start_child(attempt, *file, {}, mounts);
    REQUIRE(child);
    support::await_end(child->pidfd);
    REQUIRE(::waitpid(child->id.pid, &status, 0) == child->id.pid);
    return text_of(path / "output");
  }
  std::string refused() const {
    const auto output = base::open_file("/dev/null", O_WRONLY);
    const auto child = launcher::start_child(attempt, *output, {}, {});
    REQUIRE_FALSE(child);
    return child.error().message;
  }
  /// The run is a script of the shell.
  void run_script(const std::string& name, std::string_view text) {
    put(name, text);
    attempt.spec.kind = RunKind::kScript;
    attempt.spec.interpreter = "/bin/sh";
    attempt.spec.script = name;
  }
  int status = 0;
};

}  // namespace

TEST_CASE("the child prints into the output, and reads nothing", "[launcher][start]") {
  Starting run;
  run.run_shell("echo out; echo err >&2; cat; exit 3");
  CHECK(run.output() == "out\nerr\n");
  CHECK(run.status == 3 << 8);
}

TEST_CASE("the child leads a session of its own, in the working directory", "[launcher][start]") {
  Starting run;
  run.run_shell(
      "read -r pid name state parent group session rest < /proc/$$/stat; pwd -P; "
      "[ $$ = $group ] && [ $$ = $session ] && echo leads");
  CHECK(run.output() == fs::canonical(run.attempt.dir.work()).string() + "\nleads\n");
}

TEST_CASE("a run in place works in its source folder", "[launcher][start]") {
  Starting run;
  run.make("source");
  run.attempt.spec.source = {run.path / "source", true, {}};
  run.run_shell("pwd -P");
  CHECK(run.output() == fs::canonical(run.path / "source").string() + "\n");
}

TEST_CASE("mask, limits and the kernel's choice out of memory are those of the run", "[launcher][start]") {
  Starting run;
  run.attempt.spec.umask = 027;
  run.attempt.spec.limits = {{"nofile", {40, 50}}, {"core", {0, -1}}};
  run.run_shell("umask; ulimit -Sn; ulimit -Hn; ulimit -c; cat /proc/self/oom_score_adj");
  const int own = std::atoi(text_of("/proc/self/oom_score_adj").c_str());
  CHECK(run.output() == "0027\n40\n50\n0\n" + std::to_string(std::min(1000, own + 100)) + "\n");
}

TEST_CASE("the child has the variables of the run, and no others", "[launcher][start]") {
  Starting run;
  run.attempt.spec.environment = {{"MINE", "a b"}};
  ::setenv("OF_THE_TEST", "1", 1);
  run.run_shell("printf '[%s]' \"$MINE\" \"$RUNYARD_RUN_ID\" \"$RUNYARD_ATTEMPT\" \"$OF_THE_TEST\"");
  const std::string output = run.output();
  ::unsetenv("OF_THE_TEST");
  CHECK(output == "[a b][r1][" + run.attempt.nonce + "][]");
}

TEST_CASE("a script gets its arguments as they are, or with the values of variables", "[launcher][start]") {
  Starting run;
  run.run_script("print.sh", "printf '[%s]' \"$@\"");
  run.attempt.spec.arguments = {"a b", "$RUNYARD_RUN_ID", "", "\xff", "--x=${RUNYARD_RUN_ID}"};
  CHECK(run.output() == "[a b][$RUNYARD_RUN_ID][][\xff][--x=${RUNYARD_RUN_ID}]");
  run.attempt.spec.expand = true;
  CHECK(run.output() == "[a b][r1][][\xff][--x=r1]");
}

TEST_CASE("a script whose name begins like an option is a script", "[launcher][start]") {
  Starting run;
  run.run_script("-c", "printf %s \"$0 $1\"");
  run.attempt.spec.arguments = {"echo wrong"};
  CHECK(run.output() == "./-c echo wrong");
}

TEST_CASE("a line for the shell is read by Bash where there is one", "[launcher][start]") {
  Starting run;
  const bool bash = base::exists("/bin/bash") || base::exists("/usr/bin/bash") || base::exists("/usr/local/bin/bash");
  run.run({"echo ${BASH_VERSION:+bash}; exit 4"});
  run.attempt.spec.shell = true;
  CHECK(run.output() == (bash ? "bash\n" : "\n"));
  CHECK(run.status == 4 << 8);
}

TEST_CASE("a command is found on the run's own PATH", "[launcher][start]") {
  Starting run;
  run.write("bin/tool", "#!/bin/sh\necho \"$@\"");
  fs::permissions(run / "bin/tool", fs::perms(0755));
  run.run({"tool", "a  b"});
  CHECK(run.refused() == "cannot start 'tool': not on the PATH: no such file or directory");
  run.attempt.spec.environment = {{"PATH", (run / "bin").string() + ":/bin"}};
  CHECK(run.output() == "a  b\n");
}

TEST_CASE("a script that cannot be started is explained", "[launcher][start]") {
  Starting run;
  run.run_script("train.py", "");
  const std::string script = (run.attempt.dir.work() / "train.py").string();
  fs::remove(script);
  CHECK(run.refused() == "cannot start: the script " + script + " does not exist");
  run.write("source/train.py", "");
  run.attempt.spec.source.directory = (run / "source").string();
  CHECK(run.refused().starts_with("cannot start: the script " + script + " does not exist. " +
                                  (run / "source/train.py").string() + " exists, but was not captured"));
  fs::create_directory(script);
  CHECK(run.refused() == "cannot start: the script " + script + " is not a file");
  run.attempt.spec.script.clear();
  CHECK(run.refused().find(" does not exist") != std::string::npos);
  run.attempt.spec.interpreter.clear();
  CHECK(run.refused() == "cannot start: the run names no interpreter");
}

TEST_CASE("runs without a program are explained", "[launcher][start]") {
  Starting run;
  run.run({});
  CHECK(run.refused() == "cannot start: the command is empty");
  run.attempt.spec.kind = RunKind::kInteractive;
  CHECK(run.refused() == "cannot start: an interactive run starts nothing");
}

TEST_CASE("a program that cannot be executed is explained", "[launcher][start]") {
  Starting run;
  run.run({run.put("data.bin", "\x01\x02").string()});
  CHECK(run.refused().ends_with("exec: permission denied"));
  fs::remove_all(run.attempt.dir.work());
  run.run({"/bin/true"});
  CHECK(run.refused() == "cannot start '/bin/true': working directory: no such file or directory");
}

TEST_CASE("a submitter's environment that cannot be read is explained", "[launcher][start]") {
  Starting run;
  run.run({"/bin/true"});
  REQUIRE(base::replace_file(run.attempt.run.environ_file(), "{\"PATH\":"));
  CHECK(run.refused().starts_with("cannot read the submitter's environment: "));
  fs::remove(run.attempt.run.environ_file());
  CHECK(run.refused().starts_with("cannot read the submitter's environment: "));
}

TEST_CASE("the mounts of inputs are seen by the program alone, which cannot write to them", "[launcher][start]") {
  Starting run;
  run.write("data/a", "1");
  const base::Path captured = run.put("place/captured"), place = run / "mnt";
  for (const std::string& at : {std::string("place"), place.string()})
    run.attempt.spec.inputs.push_back({"input", protocol::InputMode::kMount, (run / "data").string(), {}, false, at});
  REQUIRE(launcher::make_inputs(run.attempt));
  const auto mounts = launcher::input_mounts(run.attempt);
  if (const auto tried = base::try_mounts(mounts); !tried) {
    WARN("no mounts can be made here: " << tried.error().message);
    return;
  }
  run.run_shell("cat place/a '" + place.string() + "/a'; { echo 2 > place/a; } 2> /dev/null || echo refused; ls place");
  CHECK(run.output(mounts) == "11refused\na\n");
  CHECK(text_of(run / "data/a") == "1");
  CHECK(base::exists(captured));
  CHECK(fs::is_empty(place));
}
