// SPDX-License-Identifier: Apache-2.0
#include "daemon/state/sweeper.h"

#include <sys/fsuid.h>
#include <sys/stat.h>

#include <chrono>
#include <thread>

#include "base/finally.h"
#include "tests/support/folder.h"

namespace {

/// Looks again and again, for ten seconds at most.
bool comes_true(const std::function<bool()>& condition) {
  for (int i = 0; i < 1000; ++i, std::this_thread::sleep_for(std::chrono::milliseconds(10)))
    if (condition()) return true;
  return false;
}

}  // namespace

TEST_CASE("sweeper: folders that a run closed to itself go too") {
  // Root may do everything: the sweeper is another user, as its thread takes that over from us.
  const support::Folder folder;
  std::filesystem::permissions(folder.path, std::filesystem::perms::all);
  const uid_t before = static_cast<uid_t>(::setfsuid(65534));
  const base::Finally back([&] { ::setfsuid(before); });
  const base::Path trash = folder / "trash";
  std::filesystem::create_directories(trash / "run/cache/module");
  for (int i = 0; i < 60; ++i) REQUIRE(base::replace_file(trash / "run/cache/module" / std::to_string(i), "x"));
  std::filesystem::create_directories(trash / "run/closed/inside");
  REQUIRE(::chmod((trash / "run/cache/module").c_str(), 0555) == 0);
  REQUIRE(::chmod((trash / "run/closed").c_str(), 0) == 0);
  const state::Sweeper sweeper(trash);
  CHECK(comes_true([&] { return std::filesystem::is_empty(trash); }));
}
