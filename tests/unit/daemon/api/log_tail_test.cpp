// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/log_tail.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/file.h"
#include "tests/support/catch.h"

namespace {

std::uint64_t tail(const std::string& content, std::uint64_t lines) {
  const base::Path path = std::filesystem::temp_directory_path() / ("log_tail_" + base::random_hex(6));
  const auto fd = base::open_file(path, O_RDWR | O_CREAT | O_EXCL);
  REQUIRE(fd);
  ::unlink(path.c_str());
  REQUIRE(base::write_all(*fd, content));
  const auto offset = api::tail_offset(*fd, lines);
  REQUIRE(offset);
  return *offset;
}

}  // namespace

TEST_CASE("the tail of a log begins at a line, with or without a newline at the end", "[log_tail]") {
  CHECK(tail("", 3) == 0);
  CHECK(tail("a\nb\nc\n", 1) == 4);
  CHECK(tail("a\nb\nc\n", 2) == 2);
  CHECK(tail("a\nb\nc\n", 3) == 0);
  CHECK(tail("a\nb\nc", 1) == 4);
  CHECK(tail("a\nb\nc", 9) == 0);
  CHECK(tail("\n\n\n", 2) == 1);
}

TEST_CASE("a tail longer than one read is found", "[log_tail]") {
  const std::string line(100'000, 'x');
  CHECK(tail(line + "\n" + line + "\n" + line + "\n" + line + "\n", 3) == 100'001);
}
