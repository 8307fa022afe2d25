// SPDX-License-Identifier: Apache-2.0
#include "daemon/source/stat_cache.h"

#include "base/digest.h"
#include "tests/support/catch.h"
#include "tests/support/folder.h"

namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
source::FileStamp stamp(std::uint64_t inode, std::int64_t changed) { return {1, inode, 3, changed, changed}; }

// Empty when the cache does not know it.
std::string found(source::StatCache& cache, const source::FileStamp& stamp) {
  std::string sha256;
  return cache.find(stamp, sha256) ? sha256 : "";
}

}  // namespace

TEST_CASE("stat cache: knows a file by its whole stamp, also after a restart") {
  support::Folder folder;
  const std::string sum = base::sha256_hex("abc"), other = base::sha256_hex("abd");
  {
    source::StatCache cache(folder / "cache/stat.db", [] { return 100 * kSecond; });
    for (std::uint64_t inode = 50; inode > 0; --inode) cache.note(stamp(inode, kSecond), sum);
    cache.note(stamp(7, 2 * kSecond), other);
    REQUIRE(cache.save());
    CHECK(found(cache, stamp(7, 2 * kSecond)) == other);
  }
  source::StatCache cache(folder / "cache/stat.db", [] { return 100 * kSecond; });
  CHECK(found(cache, stamp(7, 2 * kSecond)) == other);
  CHECK(found(cache, stamp(7, kSecond)).empty());
  CHECK(found(cache, stamp(50, kSecond)) == sum);
  for (auto changed :
       {source::FileStamp{2, 9, 3, kSecond, kSecond}, source::FileStamp{1, 9, 4, kSecond, kSecond},
        source::FileStamp{1, 9, 3, kSecond + 1, kSecond}, source::FileStamp{1, 9, 3, kSecond, kSecond + 1}})
    CHECK(found(cache, changed).empty());
}

TEST_CASE("stat cache: a file that changed less than two seconds ago, or in the future, is not kept") {
  support::Folder folder;
  source::StatCache cache(folder / "stat.db", [] { return 100 * kSecond; });
  const std::string sum = base::sha256_hex("abc");
  cache.note(stamp(1, 98 * kSecond + 1), sum);
  cache.note(stamp(2, 98 * kSecond), sum);
  cache.note(stamp(3, 200 * kSecond), sum);
  REQUIRE(cache.save());
  CHECK(found(cache, stamp(1, 98 * kSecond + 1)).empty());
  CHECK(found(cache, stamp(2, 98 * kSecond)) == sum);
  CHECK(found(cache, stamp(3, 200 * kSecond)).empty());
}

TEST_CASE("stat cache: a broken file is as good as none") {
  support::Folder folder;
  const std::string sum = base::sha256_hex("abc");
  {
    source::StatCache cache(folder / "stat.db", [] { return 100 * kSecond; });
    cache.note(stamp(1, 0), sum);
    REQUIRE(cache.save());
  }
  const std::string whole = *base::read_file(folder / "stat.db");
  std::vector<std::string> broken = {"", "x", whole.substr(0, whole.size() - 1), whole + "x"};
  for (std::size_t at : {std::size_t{0}, std::size_t{30}, whole.size() - 1}) {
    broken.push_back(whole);
    broken.back()[at] ^= 1;
  }
  for (const auto& content : broken) {
    REQUIRE(base::write_file_atomic(folder / "stat.db", content));
    source::StatCache cache(folder / "stat.db", [] { return 100 * kSecond; });
    CHECK(found(cache, stamp(1, 0)).empty());
    cache.note(stamp(2, 0), sum);
    REQUIRE(cache.save());
    CHECK(found(cache, stamp(2, 0)) == sum);
  }
}

TEST_CASE("stat cache: stays within its size, dropping what was not asked for longest") {
  support::Folder folder;
  const std::string sum = base::sha256_hex("abc");
  std::int64_t day = 10;
  source::StatCache cache(folder / "stat.db", [&] { return day * 86400 * kSecond; });
  for (std::uint64_t i = 0; i < source::StatCache::kMaxEntries; ++i) cache.note(stamp(i, 0), sum);
  REQUIRE(cache.save());
  day = 11;
  REQUIRE(found(cache, stamp(0, 0)) == sum);
  for (std::uint64_t i = 0; i < source::StatCache::kMaxEntries - 1; ++i) cache.note(stamp(1'000'000 + i, 0), sum);
  REQUIRE(cache.save());
  CHECK(found(cache, stamp(0, 0)) == sum);
  CHECK(found(cache, stamp(1, 0)).empty());
  CHECK(found(cache, stamp(1'000'000, 0)) == sum);
}
