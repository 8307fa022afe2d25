// SPDX-License-Identifier: Apache-2.0
#include "base/ownership.h"

#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/catch.h"
#include "tests/support/folder.h"

namespace {

constexpr uid_t kStranger = 65533;

std::string objection(const base::Path& directory) {
  const auto checked = base::check_own_directory("state directory", directory);
  return checked ? "" : checked.error().message;
}

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("ownership: a directory is made for this user alone, and an absent one is accepted") {
  const support::Folder folder;
  const auto state = folder.path / "above" / "state";
  CHECK(objection(state).empty());
  CHECK_FALSE(base::exists(state));
  REQUIRE(base::make_own_directory("state directory", state));
  struct stat about {};
  REQUIRE(::stat(state.c_str(), &about) == 0);
  CHECK((about.st_mode & 07777) == 0700);
  REQUIRE(base::make_own_directory("state directory", state));
}

TEST_CASE("ownership: what others may write to is refused, what they may read is not") {
  const support::Folder folder;
  for (const mode_t mode : {0700, 0755, 0500}) {
    REQUIRE(::chmod(folder.path.c_str(), mode) == 0);
    CHECK(objection(folder.path).empty());
  }
  for (const mode_t mode : {0770, 0702, 01777}) {
    REQUIRE(::chmod(folder.path.c_str(), mode) == 0);
    const auto why = objection(folder.path);
    CHECK(holds(why, "cannot use the state directory '" + folder.path.string() + "': other users may write to it"));
    CHECK(holds(why, "chmod go-w"));
  }
  REQUIRE(::chmod(folder.path.c_str(), 0700) == 0);
}

TEST_CASE("ownership: a link of this user is followed, and its target is checked") {
  const support::Folder folder;
  std::filesystem::create_directory(folder.path / "real");
  REQUIRE(::chmod((folder.path / "real").c_str(), 0700) == 0);
  std::filesystem::create_directory_symlink(folder.path / "real", folder.path / "link");
  CHECK(objection(folder.path / "link").empty());
  REQUIRE(::chmod((folder.path / "real").c_str(), 0777) == 0);
  CHECK(holds(objection(folder.path / "link"), "other users may write to it (mode 0777)"));
  std::filesystem::create_symlink(folder.path / "nowhere", folder.path / "dangling");
  CHECK(holds(objection(folder.path / "dangling"), "make the directory that the symbolic link leads to"));
  CHECK_FALSE(base::make_own_directory("state directory", folder.path / "dangling"));
  REQUIRE(base::write_file_atomic(folder.path / "file", ""));
  CHECK(holds(objection(folder.path / "file"), "not a directory"));
}

TEST_CASE("ownership: what belongs to another user is refused") {
  if (::geteuid() != 0) return;  // only root can give something away
  const support::Folder folder;
  const auto theirs = folder.path / "theirs", link = folder.path / "link";
  std::filesystem::create_directory(theirs);
  REQUIRE(::chown(theirs.c_str(), kStranger, kStranger) == 0);
  CHECK(holds(objection(theirs), "belongs to another user (uid 65533); use a directory of your own"));
  CHECK_FALSE(base::make_own_directory("state directory", theirs));
  std::filesystem::create_directory_symlink(folder.path, link);
  CHECK(objection(link).empty());
  REQUIRE(::lchown(link.c_str(), kStranger, kStranger) == 0);
  CHECK(holds(objection(link), "the symbolic link belongs to another user (uid 65533)"));
}

TEST_CASE("ownership: a file is read when it is this user's own and no link") {
  const support::Folder folder;
  const auto file = folder.path / "file", link = folder.path / "link";
  REQUIRE(base::write_file_atomic(file, "text"));
  CHECK(*base::read_own_file(file, 4) == "text");
  CHECK(base::read_own_file(file, 3).error().code == std::errc::file_too_large);
  std::filesystem::create_symlink(file, link);
  CHECK(base::read_own_file(link, 4).error().code == std::errc::too_many_symbolic_link_levels);
  CHECK(base::read_own_file(folder.path / "absent", 4).error().code == std::errc::no_such_file_or_directory);
  if (::geteuid() != 0) return;
  REQUIRE(::chown(file.c_str(), kStranger, kStranger) == 0);
  CHECK(holds(base::read_own_file(file, 4).error().message, "it belongs to another user"));
}

TEST_CASE("ownership: nothing is written through a link in the place of a file") {
  const support::Folder folder;
  const auto victim = folder.path / "victim", link = folder.path / "link";
  REQUIRE(base::write_file_atomic(victim, "before"));
  std::filesystem::create_symlink(victim, link);
  CHECK_FALSE(base::Appender::open(link));
  REQUIRE(base::write_file_atomic(link, "after"));  // which takes the link's place
  CHECK(*base::read_file(victim) == "before");
}
