// SPDX-License-Identifier: Apache-2.0
#include "base/file.h"

#include <fcntl.h>
#include <unistd.h>
#include "tests/support/catch.h"

#include <cstdlib>

#include "base/lock.h"

namespace {

/// A folder of its own for each test, removed at its end.
struct TempDir {
  base::Path path;
  TempDir() {
    char name[] = "/tmp/runyard-test-XXXXXX";
    path = ::mkdtemp(name);
  }
  ~TempDir() { std::filesystem::remove_all(path); }
};

}  // namespace

TEST_CASE("a file is replaced whole, with its mode") {
  TempDir dir;
  const auto file = dir.path / "x";
  REQUIRE(base::write_file_atomic(file, "one"));
  REQUIRE(base::write_file_atomic(file, "two"));
  CHECK(*base::read_file(file) == "two");
  struct stat st {};
  REQUIRE(::stat(file.c_str(), &st) == 0);
  CHECK((st.st_mode & 0777) == 0600);
  CHECK(std::distance(std::filesystem::directory_iterator(dir.path), {}) == 1);
}

TEST_CASE("what is created once is not created twice") {
  TempDir dir;
  CHECK(*base::create_file_once(dir.path / "exit", "first"));
  CHECK_FALSE(*base::create_file_once(dir.path / "exit", "second"));
  CHECK(*base::read_file(dir.path / "exit") == "first");
}

TEST_CASE("an error names the file and the reason") {
  const auto missing = base::read_file("/nonexistent/file");
  REQUIRE_FALSE(missing);
  CHECK(missing.error().message == "cannot open '/nonexistent/file': no such file or directory");
  CHECK(missing.error().code == std::errc::no_such_file_or_directory);
}

TEST_CASE("reading stops at the limit") {
  TempDir dir;
  REQUIRE(base::write_file_atomic(dir.path / "x", std::string(1000, 'x')));
  CHECK(base::read_file(dir.path / "x", 1000));
  CHECK_FALSE(base::read_file(dir.path / "x", 999));
}

TEST_CASE("a FIFO or a folder is no file to read, and no caller waits for it") {
  TempDir dir;
  REQUIRE(::mkfifo((dir.path / "x").c_str(), 0600) == 0);
  CHECK(base::read_file(dir.path / "x").error().message ==
        "cannot read '" + (dir.path / "x").string() + "': it is not a regular file");
  CHECK_FALSE(base::read_file(dir.path));
}

TEST_CASE("a line torn by a predecessor does not swallow the next one") {
  TempDir dir;
  const auto file = dir.path / "journal";
  REQUIRE(base::write_file_atomic(file, "whole\ntorn"));
  auto appender = base::Appender::open(file);
  REQUIRE(appender);
  REQUIRE(appender->append("next"));
  REQUIRE(appender->append("last"));
  CHECK(*base::read_file(file) == "whole\ntorn\nnext\nlast\n");
}

TEST_CASE("directories are made private, and a file in the way is an error") {
  TempDir dir;
  REQUIRE(base::make_directories(dir.path / "a/b"));
  REQUIRE(base::make_directories(dir.path / "a/b"));
  struct stat st {};
  REQUIRE(::stat((dir.path / "a").c_str(), &st) == 0);
  CHECK((st.st_mode & 0777) == 0700);
  REQUIRE(base::write_file_atomic(dir.path / "file", ""));
  CHECK_FALSE(base::make_directories(dir.path / "file"));
}

TEST_CASE("a lock is seen without being taken, and lives as long as its descriptor") {
  TempDir dir;
  const auto file = dir.path / "lock";
  CHECK_FALSE(*base::is_locked(file));
  {
    auto held = base::lock_file(file);
    REQUIRE(held);
    CHECK(*base::is_locked(file));
    const auto second = base::lock_file(file);
    REQUIRE_FALSE(second);
    CHECK(second.error().code == std::errc::resource_unavailable_try_again);
    const base::Fd copy(::dup(held->get()));
    held->reset();
    CHECK(*base::is_locked(file));
  }
  CHECK_FALSE(*base::is_locked(file));
}
