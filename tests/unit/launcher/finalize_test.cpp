// SPDX-License-Identifier: Apache-2.0
#include "launcher/finalize.h"

#include "base/lock.h"
#include "launcher/claim.h"
#include "launcher/facts.h"
#include "tests/support/attempt.h"
#include "tests/support/processes.h"

using protocol::RunEvent;
using support::Script;

namespace {

/// An attempt whose launcher is gone.
struct Abandoned : support::AttemptFolder {
  /// What the launcher wrote before it died.
  void was_launched(const std::string& boot_id, const base::ProcessId& child) const {
    const auto lock = base::open_file(attempt.dir.lock(), O_CREAT | O_RDWR);
    REQUIRE(lock);
    protocol::LaunchRecord record;
    record.boot_id = boot_id;
    record.nonce = attempt.nonce;
    REQUIRE(launcher::claim_attempt(attempt));
    REQUIRE(launcher::write_launch_record(*lock, record));
    auto facts = launcher::FactWriter::open(attempt);
    REQUIRE(facts);
    facts->write(protocol::Started{child});
  }
  base::SpawnOptions marked() const {
    base::SpawnOptions options;
    options.environment = {"RUNYARD_RUN_ID=r1", "RUNYARD_ATTEMPT=" + attempt.nonce};
    return options;
  }
  protocol::ExitRecord finalize() const {
    const auto done = launcher::finalize(attempt.run.root);
    REQUIRE(done);
    return ending();
  }
};

}  // namespace

TEST_CASE("the processes of an attempt without a launcher end, and its outputs are kept", "[launcher][finalize]") {
  const Abandoned run;
  const Script child("trap '' TERM; echo; read x <&3", run.marked());
  Script stranger("read x <&3; exit 5");
  child.line();
  run.was_launched(base::boot_id(), child.id());
  run.put("outputs/a");
  const auto record = run.finalize();
  CHECK(child.await_end() == SIGKILL);
  CHECK(record.outcome == RunEvent::kFailed);
  CHECK(record.reason == "launcher_killed");
  CHECK(record.by == "bury");
  CHECK(record.started > 0);
  CHECK(base::exists(run.attempt.run.artifacts() / "outputs/a"));
  stranger.release();
  CHECK(stranger.await_end() == 5 << 8);
}

TEST_CASE("after a restart of the machine no process is taken for one of the attempt", "[launcher][finalize]") {
  const Abandoned run;
  Script other("read x <&3; exit 5", run.marked());
  run.was_launched("another boot", other.id());
  CHECK(run.finalize().reason == "lost");
  other.release();
  CHECK(other.await_end() == 5 << 8);
}

TEST_CASE("an attempt that was never launched ends, and cannot be launched any more", "[launcher][finalize]") {
  const Abandoned run;
  run.put("outputs/a");
  const auto record = run.finalize();
  CHECK(record.reason == "launcher_killed");
  CHECK(record.started == 0);
  CHECK(run.facts<protocol::Collected>().empty());
  CHECK(launcher::claim_attempt(run.attempt).error().code == std::errc::file_exists);
}

TEST_CASE("an attempt whose launcher lives is not finalized", "[launcher][finalize]") {
  const Abandoned run;
  const auto lock = base::lock_file(run.attempt.dir.lock());
  REQUIRE(lock);
  const auto done = launcher::finalize(run.attempt.run.root);
  REQUIRE_FALSE(done);
  CHECK(done.error().code == std::errc::resource_unavailable_try_again);
  CHECK_FALSE(run.has_ended());
  CHECK_FALSE(base::exists(run.attempt.dir.claim()));
}

TEST_CASE("an attempt that has ended is left as it is", "[launcher][finalize]") {
  const Abandoned run;
  const std::string ending = R"({"version":1,"outcome":"completed","reason":"exited","by":"worker","ended":1.0})";
  REQUIRE(base::replace_file(run.attempt.dir.exit_record(), ending));
  CHECK(run.finalize().outcome == RunEvent::kCompleted);
  CHECK(support::text_of(run.attempt.dir.exit_record()) == ending);
  CHECK_FALSE(base::exists(run.attempt.dir.launcher_facts()));
}

TEST_CASE("a stop request decides over a launcher that was killed", "[launcher][finalize]") {
  const Abandoned run;
  REQUIRE(base::replace_file(run.attempt.run.stop_requests(), R"({"wish":"cancel","by":"me"})"
                                                              "\n"));
  CHECK(run.finalize().outcome == RunEvent::kCanceled);
}

TEST_CASE("a run whose record is damaged is finalized nevertheless", "[launcher][finalize]") {
  const Abandoned run;
  REQUIRE(base::replace_file(run.attempt.run.spec(), "{\"version\":"));
  REQUIRE(base::replace_file(run.attempt.dir.lock(), "not a record"));
  REQUIRE(base::replace_file(run.attempt.dir.launcher_facts(), "{\"k\":\n\xff\n"));
  CHECK(run.finalize().reason == "launcher_killed");
}
