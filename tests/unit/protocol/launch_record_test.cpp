// SPDX-License-Identifier: Apache-2.0
#include "protocol/launch_record.h"

#include "base/file.h"
#include "protocol/json.h"
#include "tests/support/catch.h"

using nlohmann::json;

namespace {

std::string lock_example() {
  const auto page = base::read_file(RUNYARD_SOURCE_DIR "/docs/formats/run-directory.md");
  REQUIRE(page);
  const std::string mark = "```json\n";
  const auto begin = page->find(mark, page->find("## attempt-1/lock")) + mark.size();
  return page->substr(begin, page->find("```", begin) - begin);
}

}  // namespace

TEST_CASE("the page's lock file is read and written unchanged") {
  const auto record = protocol::launch_record_from_text(lock_example());
  REQUIRE(record);
  CHECK(record->guard == base::ProcessId{4710, 99});
  CHECK(record->pipe == "pipe:[815]");
  CHECK(json::parse(protocol::to_text(*record)) == json::parse(lock_example()));
}

TEST_CASE("a lock file from before the fork has no worker") {
  protocol::LaunchRecord written;
  written.boot_id = "b";
  const auto record = protocol::launch_record_from_text(protocol::to_text(written));
  REQUIRE(record);
  CHECK_FALSE(record->guard);
  CHECK_FALSE(record->worker);
  CHECK(record->cgroup.empty());
  CHECK(record->boot_id == "b");
}

TEST_CASE("an empty or damaged lock file is an error, one without a version has the first") {
  CHECK_FALSE(protocol::launch_record_from_text(""));
  CHECK_FALSE(protocol::launch_record_from_text(lock_example().substr(0, 40)));
  const auto record =
      protocol::launch_record_from_text(R"({"guard":{"pid":1,"start_time":2},"worker":null,"later":true})");
  REQUIRE(record);
  CHECK(record->version == 1);
  CHECK(record->guard == base::ProcessId{1, 2});
}
