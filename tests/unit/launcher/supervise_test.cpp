// SPDX-License-Identifier: Apache-2.0
// The worker, in a process of its own. The program of the run does what other processes would do to it: the worker is
// its parent.
#include "launcher/supervise.h"

#include <sys/signalfd.h>

#include "tests/support/attempt.h"
#include "tests/support/processes.h"

using protocol::RunEvent;
using support::text_of;

namespace {

/// An attempt whose guard is the test itself.
struct Supervised : support::AttemptFolder {
  /// Returns when the attempt has ended.
  protocol::ExitRecord work(const base::ProcessId& guard = base::this_process()) const {
    support::in_child([&] {
      auto pipe = launcher::make_pipe();
      auto buffer = launcher::CaptureBuffer::make();
      auto report = launcher::ReportSlot::make();
      REQUIRE(launcher::block_signals());
      CHECK_IN_CHILD(
          launcher::run_worker(attempt, guard, {std::move(*pipe), std::move(*buffer), std::move(*report), {}})
              .has_value());
      CHECK_IN_CHILD(launcher::names_of_descendants().empty());
    });
    return ending();
  }
  /// A command of the program: it puts a stop request on record.
  std::string request_stop(const std::string& fields) const {
    return "echo '{\"t\":1.0," + fields + "}' > '" + attempt.run.stop_requests().string() + "'; ";
  }
};

constexpr const char* kCancel = R"("wish":"cancel","by":"me")";

int next_signal(const base::Fd& signals) {
  signalfd_siginfo info{};
  return ::read(signals.get(), &info, sizeof info) == sizeof info ? static_cast<int>(info.ssi_signo) : 0;
}

}  // namespace

TEST_CASE("signals to the launcher wait until they are read", "[launcher][supervise]") {
  support::in_child([] {
    REQUIRE(launcher::block_signals());
    const auto signals = launcher::open_signals();
    REQUIRE(signals);
    CHECK_IN_CHILD(next_signal(*signals) == 0);
    for (const int number : {SIGTERM, SIGUSR1, SIGINT, SIGHUP}) {
      ::kill(::getpid(), number);
      CHECK_IN_CHILD(next_signal(*signals) == number);
    }
  });
}

TEST_CASE("a program that exits with 0 has completed, with its log and its outputs", "[launcher][supervise]") {
  Supervised run;
  run.run_shell("echo hello; echo model > outputs/a; echo no output > b");
  const auto record = run.work();
  CHECK(record.outcome == RunEvent::kCompleted);
  CHECK(record.reason == "exited");
  CHECK(record.code == 0);
  CHECK(record.by == "worker");
  CHECK(record.started > 0);
  CHECK(record.ended >= record.started);
  CHECK(record.seal.at("attempt-1/log") == 6);
  CHECK(run.log() == "hello\n");
  CHECK(text_of(run.attempt.run.artifacts() / "outputs/a") == "model\n");
  CHECK(run.facts<protocol::Started>().size() == 1);
  CHECK(run.facts<protocol::Finished>().size() == 1);
  CHECK(run.facts<protocol::Collected>().size() == 1);
  CHECK_FALSE(base::exists(run.attempt.dir.exit_reserve("worker")));
}

TEST_CASE("a program that fails has failed, and its outputs are kept", "[launcher][supervise]") {
  Supervised run;
  SECTION("by a status") {
    run.run_shell("echo > outputs/a; exit 3");
    const auto record = run.work();
    CHECK(record.outcome == RunEvent::kFailed);
    CHECK(record.code == 3);
    CHECK(record.message == "User program exited with status 3");
  }
  SECTION("by a signal") {
    run.run_shell("echo > outputs/a; kill -ABRT $$");
    const auto record = run.work();
    CHECK(record.outcome == RunEvent::kFailed);
    CHECK(record.signal == SIGABRT);
    CHECK_FALSE(record.code);
  }
  CHECK(base::exists(run.attempt.run.artifacts() / "outputs/a"));
}

TEST_CASE("what could not be started says at which stage", "[launcher][supervise]") {
  Supervised run;
  std::string stage;
  SECTION("unpack") {
    run.run_shell("echo started");
    run.attempt.spec.snapshot = "gone";
    stage = "unpack";
  }
  SECTION("start") {
    run.run({"/nonexistent/program"});
    stage = "start";
  }
  SECTION("launch") {
    run.run_shell("echo started");
    std::filesystem::create_directory(run.attempt.dir.launcher_facts());
    stage = "launch";
  }
  const auto record = run.work();
  CHECK(record.outcome == RunEvent::kFailed);
  CHECK(record.reason == "could_not_start");
  CHECK(record.stage == stage);
  CHECK(record.message.starts_with("cannot "));
  CHECK(record.started == 0);
  CHECK_FALSE(record.code);
  CHECK(run.log().empty());
}

TEST_CASE("a run that was canceled before its start is never started", "[launcher][supervise]") {
  Supervised run;
  run.run_shell("echo started");
  REQUIRE(base::replace_file(run.attempt.run.stop_requests(), std::string("{") + kCancel + "}\n"));
  const auto record = run.work();
  CHECK(record.outcome == RunEvent::kCanceled);
  CHECK(record.message == "The run was canceled by me");
  CHECK(run.log().empty());
  CHECK(run.facts<protocol::Started>().empty());
  CHECK(run.facts<protocol::Preparing>().empty());
}

TEST_CASE("a stop request is obeyed when a signal announces it", "[launcher][supervise]") {
  Supervised run;
  run.run_shell("trap 'echo bye; echo > outputs/a; exit 5' TERM; " + run.request_stop(kCancel) +
                "kill -USR1 $PPID; sleep 60 & wait");
  const auto record = run.work();
  CHECK(record.outcome == RunEvent::kCanceled);
  CHECK(record.reason == "cancelled");
  CHECK(record.code == 5);
  CHECK(run.log() == "bye\n");
  CHECK(base::exists(run.attempt.run.artifacts() / "outputs/a"));
}

TEST_CASE("a signal without a stop request changes nothing", "[launcher][supervise]") {
  Supervised run;
  run.run_shell("kill -USR1 $PPID; echo goes on");
  CHECK(run.work().outcome == RunEvent::kCompleted);
  CHECK(run.log() == "goes on\n");
}

TEST_CASE("a program that does not end when asked is killed after the grace time of the request",
          "[launcher][supervise]") {
  Supervised run;
  run.attempt.spec.grace_seconds = 60;
  run.run_shell("trap '' TERM; " + run.request_stop(std::string(kCancel) + ",\"grace_seconds\":0.05") +
                "kill -USR1 $PPID; sleep 60");
  const auto record = run.work();
  CHECK(record.outcome == RunEvent::kCanceled);
  CHECK(record.signal == SIGKILL);
}

TEST_CASE("a launcher that is told to stop ends its run, and says so", "[launcher][supervise]") {
  Supervised run;
  run.run_shell("kill -TERM $PPID; exec sleep 60");
  const auto record = run.work();
  CHECK(record.outcome == RunEvent::kFailed);
  CHECK(record.reason == "stopped");
  CHECK(record.signal == SIGTERM);
}

TEST_CASE("a stop request decides, although the launcher was told to stop as well", "[launcher][supervise]") {
  Supervised run;
  run.run_shell(run.request_stop(R"("wish":"fail","message":"no good")") + "kill -TERM $PPID; exec sleep 60");
  const auto record = run.work();
  CHECK(record.reason == "failed_by_request");
  CHECK(record.message == "no good");
}

TEST_CASE("a run ends at its time limit", "[launcher][supervise]") {
  Supervised run;
  run.attempt.spec.max_seconds = 0.05;
  run.run_shell("exec sleep 60");
  const auto record = run.work();
  CHECK(record.reason == "timed_out");
  CHECK(record.signal == SIGTERM);
  CHECK(record.message == "The run was ended after its limit of 0.05 s");
}

TEST_CASE("a helper that ends soon after the program is not complained about, and its output is kept",
          "[launcher][supervise]") {
  Supervised run;
  run.run_shell("mkfifo end; (read x < end; echo late) & exec 4> end; echo first");
  CHECK(run.work().outcome == RunEvent::kCompleted);
  CHECK(run.log() == "first\nlate\n");
  CHECK(run.warnings().empty());
}

TEST_CASE("processes that a program leaves behind end with it, and are named", "[launcher][supervise]") {
  Supervised run;
  run.run_shell("setsid sleep 60 & until grep -q sleep /proc/$!/comm; do :; done; echo $!");
  CHECK(run.work().outcome == RunEvent::kCompleted);
  const std::string pid = run.log().substr(0, run.log().find('\n'));
  CHECK(run.warnings().starts_with("ended with the program, which left them running: pid " + pid + " (sleep, state "));
  CHECK_FALSE(support::is_alive(std::stoi("0" + pid)));
}

TEST_CASE("a worker whose guard dies ends the run", "[launcher][supervise]") {
  const support::Script guard("read x <&3");
  Supervised run;
  run.run_shell("trap '' TERM; kill -KILL " + std::to_string(guard.pid()) + "; sleep 60");
  const auto record = run.work(guard.id());
  CHECK(record.reason == "launcher_killed");
  CHECK(record.by == "worker");
  CHECK(record.signal == SIGKILL);
}

TEST_CASE("a worker whose guard is gone does not begin", "[launcher][supervise]") {
  const support::Script guard("exit 0");
  guard.await_end();
  Supervised run;
  run.run_shell("echo started");
  const auto record = run.work(guard.id());
  CHECK(record.reason == "could_not_start");
  CHECK(record.stage == "launch");
  CHECK(run.log().empty());
}

TEST_CASE("a log that has reached its quota is a warning of the run", "[launcher][supervise]") {
  Supervised run;
  run.attempt.spec.quotas.log_bytes = 10;
  run.run_shell("echo 0123456789abcdef; exit 0");
  CHECK(run.work().outcome == RunEvent::kCompleted);
  CHECK(run.log().starts_with("0123456789\n[runyard: "));
  CHECK(run.warnings() ==
        "the log has reached its quota of 10 bytes: what the run prints from here on is not kept\n"
        "7 bytes of what the run printed were not kept: they came after the log's quota\n");
}

TEST_CASE("inputs go with the attempt", "[launcher][supervise]") {
  Supervised run;
  run.write("data/a", "1");
  run.attempt.spec.inputs = {
      protocol::Input{"train", protocol::InputMode::kDownload, (run / "data").string(), {}, false, ""}};
  run.run_shell("cat $RUNYARD_INPUT_train/a");
  CHECK(run.work().outcome == RunEvent::kCompleted);
  CHECK(run.log() == "1");
  CHECK_FALSE(base::exists(run.attempt.dir.inputs()));
}

TEST_CASE("the ending of a run that cannot be recorded is left to the guard", "[launcher][supervise]") {
  Supervised run;
  const std::string reserve = run.attempt.dir.exit_reserve("worker").string();
  run.run_shell("rm '" + reserve + "'; mkdir '" + reserve + "'; exit 3");
  support::in_child([&] {
    auto common =
        launcher::Common{*launcher::make_pipe(), *launcher::CaptureBuffer::make(), *launcher::ReportSlot::make(), {}};
    REQUIRE(launcher::block_signals());
    const auto done = launcher::run_worker(run.attempt, {::getppid(), base::process_stat(::getppid())->start_time},
                                           std::move(common));
    CHECK_IN_CHILD(!done && done.error().message.starts_with("cannot record the ending: "));
  });
  CHECK_FALSE(run.has_ended());
}
