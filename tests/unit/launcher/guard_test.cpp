// SPDX-License-Identifier: Apache-2.0
// Guard and worker, in processes of their own. The program of the run does what other processes would do to them: the
// worker is its parent, and the guard is the parent of that.
#include "launcher/guard.h"

#include "base/lock.h"
#include "launcher/supervise.h"
#include "tests/support/attempt.h"
#include "tests/support/processes.h"

using protocol::RunEvent;
using support::text_of;

namespace {

// Once the worker has written that the program was started: it may be a moment late.
constexpr const char* kStopWorker = "until grep -q '\"started\"' ../launcher.jsonl; do :; done; kill -STOP $PPID; ";
constexpr const char* kKillWorker = "kill -KILL $PPID; sleep 60";
constexpr const char* kFindGuard = "read -r pid name state guard rest < /proc/$PPID/stat; ";

struct Guarded : support::AttemptFolder {
  /// Returns when the attempt has ended.
  protocol::ExitRecord launch() const {
    support::in_child([&] {
      const auto lock = base::lock_file(attempt.dir.lock());
      REQUIRE(lock);
      REQUIRE(launcher::block_signals());
      bool forked = false;
      CHECK_IN_CHILD(launcher::run_guarded(attempt, *lock, {}, forked).has_value());
      CHECK_IN_CHILD(forked);
      CHECK_IN_CHILD(launcher::names_of_descendants().empty());
    });
    return ending();
  }
  std::string request_cancel() const {
    return R"(echo '{"t":1.0,"wish":"cancel","by":"me"}' > ')" + attempt.run.stop_requests().string() + "'; ";
  }
};

}  // namespace

TEST_CASE("the guard leaves the ending to its worker", "[launcher][guard]") {
  Guarded run;
  run.run_shell("exit 3");
  const auto record = run.launch();
  CHECK(record.code == 3);
  CHECK(record.by == "worker");
  for (const char* who : {"worker", "guard"}) CHECK_FALSE(base::exists(run.attempt.dir.exit_reserve(who)));
}

TEST_CASE("the lock file says who guard and worker are, and which pipe the program prints into", "[launcher][guard]") {
  Guarded run;
  run.run_shell(std::string(kFindGuard) + "echo $guard $PPID; readlink /proc/$$/fd/1");
  run.launch();
  const auto launch = launcher::read_launch_record(run.attempt);
  REQUIRE(launch.guard);
  REQUIRE(launch.worker);
  CHECK(run.log() ==
        std::to_string(launch.guard->pid) + " " + std::to_string(launch.worker->pid) + "\n" + launch.pipe + "\n");
  CHECK(launch.guard->start_time > 0);
  CHECK(launch.worker->start_time >= launch.guard->start_time);
}

TEST_CASE("a worker that is killed leaves no process, and no output is lost", "[launcher][guard]") {
  Guarded run;
  run.run_shell("echo $$; echo model > outputs/a; trap '' TERM; setsid sleep 60 & " + std::string(kStopWorker) +
                kKillWorker);
  const auto record = run.launch();
  CHECK(record.outcome == RunEvent::kFailed);
  CHECK(record.reason == "launcher_killed");
  CHECK(record.by == "guard");
  CHECK(record.started > 0);
  CHECK(text_of(run.attempt.run.artifacts() / "outputs/a") == "model\n");
  CHECK_FALSE(support::is_alive(std::stoi("0" + run.log())));
}

TEST_CASE("what a killed worker had not read from the pipe is in the log", "[launcher][guard]") {
  Guarded run;
  run.run_shell(std::string(kStopWorker) + "echo unread; " + kKillWorker);
  const auto record = run.launch();
  CHECK(run.log() == "unread\n");
  CHECK(record.seal.at("attempt-1/log") == 7);
}

TEST_CASE("a stop request decides over a worker that was killed", "[launcher][guard]") {
  Guarded run;
  run.run_shell(kStopWorker + run.request_cancel() + kKillWorker);
  const auto record = run.launch();
  CHECK(record.outcome == RunEvent::kCanceled);
  CHECK(record.by == "guard");
}

TEST_CASE("signals to the guard are for the run", "[launcher][guard]") {
  Guarded run;
  SECTION("to stop") {
    run.run_shell(std::string(kFindGuard) + "kill -TERM $guard; exec sleep 60");
    CHECK(run.launch().reason == "stopped");
  }
  SECTION("to read a stop request") {
    run.run_shell(run.request_cancel() + kFindGuard + "kill -USR1 $guard; exec sleep 60");
    CHECK(run.launch().outcome == RunEvent::kCanceled);
  }
  CHECK(run.ending().by == "worker");
}

TEST_CASE("the guard writes the ending that its worker could not write", "[launcher][guard]") {
  Guarded run;
  const std::string reserve = run.attempt.dir.exit_reserve("worker").string();
  run.run_shell("echo out; rm '" + reserve + "'; mkdir '" + reserve + "'; exit 3");
  const auto record = run.launch();
  CHECK(record.reason == "exited");
  CHECK(record.code == 3);
  CHECK(record.by == "guard");
  CHECK(run.log() == "out\n");
  CHECK(run.facts<protocol::Finished>().size() == 1);
}

TEST_CASE("an ending that is there already is not touched", "[launcher][guard]") {
  Guarded run;
  const std::string ending = R"({"version":1,"outcome":"canceled","reason":"cancelled","by":"daemon","ended":1.0})";
  run.run_shell("echo '" + ending + "' > '" + run.attempt.dir.exit_record().string() + "'; " + kKillWorker);
  run.launch();
  CHECK(text_of(run.attempt.dir.exit_record()) == ending + "\n");
}

TEST_CASE("the inputs of a run go with it, although its worker was killed", "[launcher][guard]") {
  Guarded run;
  run.write("data/a", "1");
  run.attempt.spec.inputs = {
      protocol::Input{"train", protocol::InputMode::kDownload, (run / "data").string(), {}, false, ""}};
  run.run_shell("cat $RUNYARD_INPUT_train/a; " + std::string(kKillWorker));
  run.launch();
  CHECK(run.log() == "1");
  CHECK_FALSE(base::exists(run.attempt.dir.inputs()));
}

TEST_CASE("an error before there is a worker is the caller's", "[launcher][guard]") {
  Guarded run;
  std::filesystem::remove_all(run.attempt.dir.root);
  support::in_child([&] {
    bool forked = false;
    const auto done = launcher::run_guarded(run.attempt, base::Fd(), {}, forked);
    CHECK_IN_CHILD(!done && done.error().message.starts_with("cannot reserve space for the ending: "));
    CHECK_IN_CHILD(!forked);
  });
}
