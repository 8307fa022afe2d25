// SPDX-License-Identifier: Apache-2.0
#include "base/lock.h"

#include "tests/support/catch.h"
#include "tests/support/folder.h"

TEST_CASE("a lock file that cannot be there is not locked", "[lock]") {
  const support::Folder folder;
  REQUIRE(base::write_file_atomic(folder.path / "file", ""));
  for (const auto& path : {folder.path / "none", folder.path / "file" / "lock"}) {
    CHECK_FALSE(base::is_locked(path).value());
    CHECK_FALSE(base::is_record_locked(path).value());
  }
}
