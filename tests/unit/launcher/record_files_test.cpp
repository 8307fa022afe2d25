// SPDX-License-Identifier: Apache-2.0
// Files of the record that the launcher reads back: its own facts, the lock file, stop requests.
#include <fcntl.h>

#include "launcher/claim.h"
#include "launcher/facts.h"
#include "launcher/stop_request.h"
#include "tests/support/attempt.h"

using support::AttemptFolder;

TEST_CASE("the child is the one of the first line that names it", "[launcher]") {
  const AttemptFolder folder;
  CHECK(launcher::read_started(folder.attempt).t == 0);
  auto facts = launcher::FactWriter::open(folder.attempt);
  REQUIRE(facts);
  facts->write(protocol::Preparing{"unpack"});
  facts->warn("a sentence with \"started\" in it");
  CHECK(launcher::read_started(folder.attempt).t == 0);
  facts->write(protocol::Started{{4711, 99}});
  const auto started = launcher::read_started(folder.attempt);
  CHECK(started.child == base::ProcessId{4711, 99});
  CHECK(started.t > 1.7e9);
}

TEST_CASE("an attempt is claimed once", "[launcher]") {
  const AttemptFolder folder;
  CHECK(launcher::claim_attempt(folder.attempt));
  CHECK(launcher::claim_attempt(folder.attempt).error().code == std::errc::file_exists);
}

TEST_CASE("the lock file names the processes until it is written again", "[launcher]") {
  const AttemptFolder folder;
  CHECK(launcher::read_launch_record(folder.attempt).boot_id.empty());
  const auto lock = base::open_file(folder.attempt.dir.lock(), O_CREAT | O_RDWR);
  REQUIRE(lock);
  protocol::LaunchRecord record;
  record.boot_id = "boot";
  record.worker = base::ProcessId{4711, 99};
  REQUIRE(launcher::write_launch_record(*lock, record));
  CHECK(launcher::read_launch_record(folder.attempt).worker == base::ProcessId{4711, 99});
  record.worker.reset();
  REQUIRE(launcher::write_launch_record(*lock, record));
  CHECK_FALSE(launcher::read_launch_record(folder.attempt).worker);
}

TEST_CASE("the first stop request that can be read counts", "[launcher]") {
  const AttemptFolder folder;
  CHECK_FALSE(launcher::read_stop_request(folder.attempt));
  const std::string lines =
      "{\"wish\":\n{\"wish\":\"sleep\"}\n{\"wish\":\"fail\",\"message\":\"no\"}\n{\"wish\":\"cancel\"}\n";
  REQUIRE(base::write_file_atomic(folder.attempt.run.stop_requests(), lines));
  const auto request = launcher::read_stop_request(folder.attempt);
  REQUIRE(request);
  CHECK_FALSE(request->cancel);
  CHECK(request->message == "no");
}
