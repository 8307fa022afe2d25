// SPDX-License-Identifier: Apache-2.0
#include "base/copy.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "tests/support/catch.h"
#include "tests/support/folder.h"

TEST_CASE("a copy has the content, the mode and the time of the file, and can be written") {
  const support::Folder folder;
  const auto from = folder.path / "from", to = folder.path / "to";
  REQUIRE(base::write_file_atomic(from, std::string(100'000, 'x'), 0444));
  const timespec times[2] = {{1, 0}, {2, 0}};
  REQUIRE(::utimensat(AT_FDCWD, from.c_str(), times, 0) == 0);
  const auto bytes = base::copy_file(from, to);
  REQUIRE(bytes);
  CHECK(*bytes == 100'000);
  CHECK(*base::read_file(to) == *base::read_file(from));
  struct stat status {};
  REQUIRE(::stat(to.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0644);
  CHECK(status.st_mtim.tv_sec == 2);
  CHECK(base::copy_file(from, to).error().code == std::errc::file_exists);
  CHECK(base::copy_file(folder.path, folder.path / "other").error().message.ends_with("it is not a regular file"));
}
