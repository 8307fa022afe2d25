// SPDX-License-Identifier: Apache-2.0
#include "launcher/reason.h"

#include <signal.h>
#include <stdlib.h>

#include <fstream>

#include "launcher/ending.h"
#include "tests/support/catch.h"

namespace fs = std::filesystem;
using launcher::Cause;

namespace {

struct Run {
  Run() {
    std::string name = fs::temp_directory_path() / "reason-test-XXXXXX";
    root = ::mkdtemp(name.data());
    attempt = launcher::attempt_at(root / "runs/r1");
    attempt.spec.interpreter = "/venv/bin/python";
    attempt.spec.source.directory = root / "source";
    fs::create_directories(attempt.dir.journal());
    fs::create_directories(attempt.dir.work());
  }
  ~Run() { fs::remove_all(root); }
  void file(const base::Path& path, const std::string& text) const {
    fs::create_directories(path.parent_path());
    std::ofstream(path) << text;
  }
  /// As the record says it, for a child that ended with `status` of waitpid.
  protocol::ExitRecord record(int status, launcher::AttemptOutcome outcome = {}) const {
    outcome.child = 77;
    outcome.status = status;
    return launcher::make_record(attempt, outcome);
  }
  base::Path root;
  launcher::Attempt attempt;
};

constexpr int exited(int code) { return code << 8; }

}  // namespace

TEST_CASE("a child's end is told in words") {
  const Run run;
  CHECK(run.record(exited(0)).message.empty());
  CHECK(run.record(exited(0)).outcome == protocol::RunEvent::kCompleted);
  CHECK(run.record(exited(3)).message == "User program exited with status 3");
  CHECK(run.record(SIGSEGV).message == "User program was killed by SIGSEGV");
  CHECK(run.record(SIGSEGV).reason == "signalled");
}

TEST_CASE("out of memory is said only when the kernel says so") {
  const Run run;
  CHECK(run.record(SIGKILL).message == "User program was killed by SIGKILL");
  launcher::AttemptOutcome outcome;
  outcome.out_of_memory = true;
  outcome.peak_bytes = 61ull << 30;
  CHECK(run.record(SIGKILL, outcome).message == "User program was killed: out of memory (peak 65 GB)");
  CHECK(run.record(SIGKILL, outcome).reason == "out_of_memory");
  CHECK(run.record(exited(1), outcome).message ==
        "User program exited with status 1; one of its processes was killed: out of memory (peak 65 GB)");
}

TEST_CASE("the hook's file goes before the log, and a signal's log is not read") {
  const Run run;
  const std::string logged = "Traceback (most recent call last):\n  File\nValueError: from the log\n";
  run.file(run.attempt.dir.log(), logged);
  CHECK(run.record(exited(1)).message ==
        "User program failed with ValueError: from the log (interpreter /venv/bin/python)");
  CHECK_FALSE(run.record(SIGSEGV).error);
  run.file(run.attempt.dir.child_error(77), R"({"type":"KeyError","message":"'k'","traceback":"t"})");
  CHECK(run.record(exited(1)).message == "User program failed with KeyError: 'k' (interpreter /venv/bin/python)");
  CHECK_FALSE(run.record(exited(0)).error);
}

TEST_CASE("a damaged error file counts as none") {
  const Run run;
  run.file(run.attempt.dir.child_error(77), "{\"type\":");
  CHECK(run.record(exited(1)).message == "User program exited with status 1");
}

TEST_CASE("what a program said before it exited is no reason for a signal, and its sentence has no line end",
          "[launcher]") {
  const Run run;
  run.file(run.attempt.dir.child_error(77),
           R"({"type":"SystemExit","message":"no data\n  for 2020\n","traceback":""})");
  CHECK(run.record(exited(1)).message ==
        "User program failed with SystemExit: no data\n  for 2020 (interpreter /venv/bin/python)");
  CHECK(run.record(SIGSEGV).message == "User program was killed by SIGSEGV");
}

TEST_CASE("the sentence of an error names the excluded file that it misses", "[launcher]") {
  const Run run;
  run.file(run.root / "source/data/train.csv", "1");
  run.file(run.attempt.dir.child_error(77),
           R"({"type":"FileNotFoundError","message":"data/train.csv not found.","traceback":""})");
  CHECK(run.record(exited(1)).message.find("(interpreter /venv/bin/python). " +
                                           (run.root / "source/data/train.csv").string() +
                                           " exists, but was not captured") != std::string::npos);
}

TEST_CASE("a stop request on record decides the outcome of an attempt that did not end by itself") {
  const Run run;
  run.file(run.attempt.run.stop_requests(),
           "not json\n{\"wish\":\"cancel\",\"by\":\"me\"}\n{\"wish\":\"fail\",\"by\":\"you\"}\n");
  for (const auto cause : {Cause::kCouldNotStart, Cause::kLauncherKilled, Cause::kLost}) {
    launcher::AttemptOutcome outcome;
    outcome.cause = cause;
    const auto record = launcher::make_record(run.attempt, outcome);
    CHECK(record.outcome == protocol::RunEvent::kCanceled);
    CHECK(record.message == "The run was canceled by me");
  }
  CHECK(run.record(exited(0)).outcome == protocol::RunEvent::kCompleted);
}
