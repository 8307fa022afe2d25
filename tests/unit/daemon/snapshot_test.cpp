// SPDX-License-Identifier: Apache-2.0
#include "daemon/snapshot.h"

#include "tests/support/catch.h"
#include <filesystem>

#include "base/archive.h"
#include "base/digest.h"

namespace fs = std::filesystem;

TEST_CASE("snapshot: stored once, unpacks, says what was left out, keeps limits") {
  std::string name = (fs::temp_directory_path() / "runyard-snapshot-XXXXXX").string();
  const fs::path top = ::mkdtemp(name.data());
  for (const char* folder : {"src/a", "src/outputs", "yard", "into"}) fs::create_directories(top / folder);
  REQUIRE(base::write_file_atomic(top / "src/a/训.py", "print\n").has_value());
  REQUIRE(base::write_file_atomic(top / "src/x.csv", "1").has_value());
  REQUIRE(base::write_file_atomic(top / "src/.gitignore", "*.csv\n").has_value());
  fs::create_symlink("a", top / "src/link");
  const auto first = yard::take_snapshot(top / "src", top / "yard");
  REQUIRE(first.has_value());
  CHECK(first->files == 3);
  CHECK_FALSE(first->reused);
  CHECK(first->left_out == "left out by .gitignore: 1 file *.csv; by runyard: outputs/");
  CHECK(base::sha256_hex(*base::read_file(top / "yard" / first->digest / "manifest.json")) == first->digest);
  REQUIRE(base::extract_tar_zst(top / "yard" / first->digest / "archive.tar.zst", top / "into", true).has_value());
  CHECK(*base::read_file(top / "into/link/训.py") == "print\n");
  const auto again = yard::take_snapshot(top / "src", top / "yard");
  REQUIRE(again.has_value());
  CHECK((again->reused && again->digest == first->digest));
  CHECK(std::distance(fs::directory_iterator(top / "yard"), fs::directory_iterator()) == 1);
  yard::SnapshotLimits limits;
  limits.files = 2;
  const auto refused = yard::take_snapshot(top / "src", top / "yard", limits);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().message.find("/a/") != std::string::npos);
  limits.large = true;
  CHECK(yard::take_snapshot(top / "src", top / "yard", limits).has_value());
  fs::remove_all(top);
}
