// SPDX-License-Identifier: Apache-2.0
#include "daemon/source/snapshot.h"

#include <fcntl.h>
#include <sys/fsuid.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <clocale>
#include <filesystem>
#include <fstream>

#include "base/archive.h"
#include "base/digest.h"
#include "daemon/source/manifest.h"
#include "tests/support/catch.h"
#include "tests/support/folder.h"

namespace fs = std::filesystem;
using source::SnapshotProgress;
using support::Folder;

namespace {

// A source folder beside the place for snapshots.
struct Snapshots : Folder {
  Snapshots() {
    make("src");
    make("snapshots");
  }
  base::Result<source::Snapshot> take(const source::SnapshotOptions& options = {},
                                      const source::SnapshotLimits& limits = {}) const {
    return source::take_snapshot(path / "src", path / "snapshots", limits, options);
  }
  std::vector<std::string> names(const source::Snapshot& snapshot) const {
    const auto entries =
        source::parse_manifest(*base::read_file(path / "snapshots" / snapshot.digest / "manifest.json"));
    REQUIRE(entries);
    std::vector<std::string> all;
    for (const auto& entry : *entries) all.push_back(entry.path);
    return all;
  }
  base::Path unpack(const source::Snapshot& snapshot) const {
    make("into-" + snapshot.digest);
    base::Path into = path / ("into-" + snapshot.digest);
    REQUIRE(base::extract_tar_zst(path / "snapshots" / snapshot.digest / "archive.tar.zst", into, true));
    return into;
  }
  std::size_t stored() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(path / "snapshots"), fs::directory_iterator()));
  }
  void sparse(std::string_view name, std::uint64_t size) const {
    std::ofstream(path / name).put('x');
    fs::resize_file(path / name, size);
  }
};

// Ten seconds ahead of the files of a test, so that none of them is racy.
std::int64_t later() {
  using namespace std::chrono;
  return duration_cast<nanoseconds>(system_clock::now().time_since_epoch() + seconds(10)).count();
}

bool has(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// File permissions count for root too while this lives.
struct AsStranger {
  AsStranger() { ::setfsuid(::geteuid() == 0 ? 65534 : ::geteuid()); }
  ~AsStranger() { ::setfsuid(::geteuid()); }
};

}  // namespace

TEST_CASE("snapshot: stored once, unpacks, says what was excluded, keeps limits") {
  Snapshots y;
  y.write("src/a/训.py", "print\n");
  y.write("src/x.csv", "1");
  y.write("src/.gitignore", "*.csv\n");
  y.make("src/outputs");
  fs::create_symlink("a", y / "src/link");
  const auto first = y.take();
  REQUIRE(first);
  CHECK(first->files == 3);
  CHECK_FALSE(first->reused);
  CHECK(first->excluded == "excluded by .gitignore: 1 file *.csv; by runyard: outputs/");
  CHECK(base::sha256_hex(*base::read_file(y / "snapshots" / first->digest / "manifest.json")) == first->digest);
  CHECK(*base::read_file(y.unpack(*first) / "link/训.py") == "print\n");
  const auto again = y.take();
  REQUIRE(again);
  CHECK((again->reused && again->digest == first->digest));
  CHECK(y.stored() == 1);
}

TEST_CASE("snapshot: over a limit, the error tells the largest entries in words and as data") {
  Snapshots y;
  y.sparse("src/huge[1].bin", 2'100'000'000);
  y.write("src/data/a", "1");
  y.write("src/data/b", "2");
  y.write("src/.gitignore", "*.csv\n");
  std::vector<source::LargeEntry> largest;
  source::SnapshotOptions options;
  options.largest = &largest;
  std::uint64_t read = 0;
  options.progress = [&](const SnapshotProgress& p) { read += p.phase == SnapshotProgress::Phase::reading; };
  const auto refused = y.take(options);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == std::errc::file_too_large);
  CHECK(refused.error().message.find("2.1 GB in 4 files") != std::string::npos);
  CHECK(refused.error().message.find("the line in .gitignore") != std::string::npos);
  CHECK(read == 0);
  REQUIRE(largest.size() == 3);
  CHECK(largest[0].path == "huge[1].bin");
  CHECK(largest[0].bytes == 2'100'000'000);
  CHECK(largest[0].ignore_line == "/huge\\[1].bin");
  CHECK(largest[1].path == "data/");
  CHECK(largest[1].files == 2);
  // The line does what it says.
  y.write("src/.gitignore", largest[0].ignore_line + "\n");
  CHECK(y.take());

  source::SnapshotLimits few;
  few.files = 2;
  CHECK_FALSE(y.take({}, few));
  few.large = true;
  CHECK(y.take({}, few));
}

TEST_CASE("snapshot: the second one reads no content") {
  Snapshots y;
  source::StatCache cache(y / "cache/stat.db", later);
  source::SnapshotOptions options;
  options.cache = &cache;
  std::uint64_t read = 0;
  options.progress = [&](const SnapshotProgress& p) {
    if (p.phase == SnapshotProgress::Phase::reading) read = std::max(read, p.bytes);
  };
  y.write("src/a/x.py", "one");
  y.write("src/b.py", "three");
  const auto first = y.take(options);
  REQUIRE(first);
  CHECK(read == 8);
  CHECK(first->bytes_read == 8);

  read = 0;
  const auto second = y.take(options);
  REQUIRE(second);
  CHECK((second->reused && second->digest == first->digest && second->bytes == 8));
  CHECK(read == 0);
  CHECK(second->bytes_read == 0);

  SECTION("also after a restart") {
    source::StatCache reopened(y / "cache/stat.db", later);
    options.cache = &reopened;
    CHECK(y.take(options)->bytes_read == 0);
  }
  SECTION("unless the snapshot is gone: then all is read and stored again") {
    fs::remove_all(y / "snapshots" / first->digest);
    const auto third = y.take(options);
    REQUIRE(third);
    CHECK((third->digest == first->digest && !third->reused && third->bytes_read == 8));
    CHECK(*base::read_file(y.unpack(*third) / "b.py") == "three");
  }
  SECTION("one changed file is read for the new manifest, all for the new archive, each once") {
    y.write("src/b.py", "THREE");
    const auto third = y.take(options);
    REQUIRE(third);
    CHECK((third->digest != first->digest && third->bytes_read == 8));
    CHECK(*base::read_file(y.unpack(*third) / "b.py") == "THREE");
  }
}

TEST_CASE("snapshot: a change that keeps size and mtime is seen") {
  Snapshots y;
  source::StatCache cache(y / "stat.db", later);
  source::SnapshotOptions options;
  options.cache = &cache;
  y.write("src/a", "aaaa");
  const auto first = y.take(options);
  REQUIRE(first);
  struct stat before {
  }, after{};
  REQUIRE(::stat((y / "src/a").c_str(), &before) == 0);
  do {  // until the clock of the file system has gone on
    std::fstream(y / "src/a", std::ios::in | std::ios::out) << "bbbb";
    const timespec times[] = {before.st_atim, before.st_mtim};
    REQUIRE(::utimensat(AT_FDCWD, (y / "src/a").c_str(), times, 0) == 0);
    REQUIRE(::stat((y / "src/a").c_str(), &after) == 0);
  } while (source::FileStamp::of(after).ctime_ns == source::FileStamp::of(before).ctime_ns);
  REQUIRE(after.st_mtim.tv_nsec == before.st_mtim.tv_nsec);
  const auto second = y.take(options);
  REQUIRE(second);
  CHECK(second->digest != first->digest);
}

TEST_CASE("snapshot: a file that has just changed is not believed the next time") {
  Snapshots y;
  source::StatCache cache(y / "stat.db");  // the real clock
  source::SnapshotOptions options;
  options.cache = &cache;
  y.write("src/a", "aaaa");
  REQUIRE(y.take(options));
  const auto second = y.take(options);
  REQUIRE(second);
  CHECK((second->reused && second->bytes_read == 4));
}

TEST_CASE("snapshot: a file that changes while it is read is tried three times, then named") {
  Snapshots y;
  y.sparse("src/big.bin", (64 << 20) + 5);
  int scans = 0, changes_left = 0;
  source::SnapshotOptions options;
  bool changed = false;
  options.progress = [&](const SnapshotProgress& p) {
    if (p.phase == SnapshotProgress::Phase::scanning) ++scans, changed = false;
    else if (!std::exchange(changed, true) && changes_left-- > 0)
      fs::resize_file(y / "src/big.bin", fs::file_size(y / "src/big.bin") + 1);
  };
  SECTION("steady the third time") {
    changes_left = 2;
    const auto taken = y.take(options);
    REQUIRE(taken);
    CHECK(scans == 3);
    CHECK(taken->bytes == (64 << 20) + 7);
  }
  SECTION("never steady") {
    changes_left = 100;
    const auto refused = y.take(options);
    REQUIRE_FALSE(refused);
    CHECK(scans == 3);
    CHECK(refused.error().message.find("'big.bin' changes while it is read") != std::string::npos);
    CHECK(y.stored() == 0);
  }
}

TEST_CASE("snapshot: a large file is streamed, with the digest of its content") {
  Snapshots y;
  y.sparse("src/big.bin", 65 << 20);
  const auto taken = y.take();
  REQUIRE(taken);
  const auto entries = source::parse_manifest(*base::read_file(y / "snapshots" / taken->digest / "manifest.json"));
  REQUIRE(entries);
  CHECK(entries->at(0).sha256 == base::sha256_hex(*base::read_file(y / "src/big.bin")));
  CHECK(fs::file_size(y.unpack(*taken) / "big.bin") == 65 << 20);
}

TEST_CASE("snapshot: a file that vanishes after the scan is not in it") {
  Snapshots y;
  y.write("src/a", "1");
  y.write("src/b", "2");
  source::SnapshotOptions options;
  options.progress = [&](const SnapshotProgress& p) {
    if (p.phase == SnapshotProgress::Phase::reading) fs::remove(y / "src/b");
  };
  const auto taken = y.take(options);
  REQUIRE(taken);
  CHECK(y.names(*taken) == std::vector<std::string>{"a"});
}

TEST_CASE("snapshot: can be stopped, and leaves nothing behind") {
  Snapshots y;
  y.write("src/a", "1");
  std::atomic<bool> stop{false};
  source::SnapshotOptions options;
  options.stop = &stop;
  options.progress = [&](const SnapshotProgress& p) { stop = p.phase == SnapshotProgress::Phase::reading; };
  const auto stopped = y.take(options);
  REQUIRE_FALSE(stopped);
  CHECK(stopped.error().code == std::errc::operation_canceled);
  CHECK(y.stored() == 0);
}

TEST_CASE("snapshot: each wrong source has its sentence") {
  Snapshots y;
  y.write("file", "");
  const auto message = [&](const char* name) {
    return source::take_snapshot(y / name, y / "snapshots").error().message;
  };
  CHECK(message("none") == "cannot take a snapshot of '" + (y / "none").string() + "': there is no such folder");
  CHECK(message("file") == "cannot take a snapshot of '" + (y / "file").string() + "': it is not a folder");
}

TEST_CASE("snapshot: what cannot be read is named, with the line that leaves it out") {
  Snapshots y;
  for (const char* open : {"", "src", "snapshots"}) ::chmod((y / open).c_str(), 0777);
  y.write("src/open", "1");
  ::chmod((y / "src/open").c_str(), 0666);
  y.make("src/closed");
  y.write("src/key", "1");
  ::chmod((y / "src/closed").c_str(), 0);
  ::chmod((y / "src/key").c_str(), 0);
  const AsStranger stranger;
  const auto folder = y.take();
  REQUIRE_FALSE(folder);
  CHECK(folder.error().message.ends_with(
      "cannot read folder 'closed': permission denied; to leave it out, write /closed into .amlignore"));
  { std::ofstream(y / "src/.amlignore") << "/closed\n"; }
  const auto file = y.take();
  REQUIRE_FALSE(file);
  CHECK(file.error().message.ends_with(
      "cannot read 'key': permission denied; to leave it out, write /key into .amlignore"));
  { std::ofstream(y / "src/.amlignore") << "/closed\n/key\n"; }
  CHECK(y.take());
}

TEST_CASE("snapshot: an unreadable source has its sentence") {
  Snapshots y;
  ::chmod((y / "").c_str(), 0777);
  ::chmod((y / "src").c_str(), 0);
  const AsStranger stranger;
  const auto refused = y.take();
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message.ends_with("/src': it cannot be opened: permission denied"));
}

TEST_CASE("snapshot: environments, key files and our own state are excluded by name") {
  Snapshots y;
  y.write("src/env/pyvenv.cfg", "");
  y.write("src/pkg/env/__init__.py", "");
  y.write("src/.env", "TOKEN=1");
  y.write("src/deploy/id_rsa", "");
  y.make("src/.state/snapshots");
  const auto taken = source::take_snapshot(y / "src", y / "src/.state/snapshots");
  REQUIRE(taken);
  const auto entries =
      source::parse_manifest(*base::read_file(y / "src/.state/snapshots" / taken->digest / "manifest.json"));
  std::vector<std::string> names;
  for (const auto& entry : *entries) names.push_back(entry.path);
  CHECK(names == std::vector<std::string>{"deploy", "pkg", "pkg/env", "pkg/env/__init__.py"});
  CHECK(taken->excluded == "excluded by runyard: .state/, env/; by runyard (secrets): .env, deploy/id_rsa");
}

TEST_CASE("snapshot: only one ignore file counts, and it can ask for what is never taken") {
  Snapshots y;
  y.write("src/.gitignore", "a\n");
  y.write("src/.amlignore", "b\n!outputs/\n!.env\n");
  y.write("src/sub/.gitignore", "c\n");
  for (const char* name : {"src/a", "src/b", "src/sub/c", "src/outputs/m", "src/.env"}) y.write(name, "1");
  const auto taken = y.take();
  REQUIRE(taken);
  const auto names = y.names(*taken);
  for (const char* name : {"a", "sub/c", "outputs/m", ".env"}) CHECK(has(names, name));
  CHECK_FALSE(has(names, "b"));
}

TEST_CASE("snapshot: links are kept as links, sockets and FIFOs are not taken") {
  Snapshots y;
  y.write("elsewhere/x", "1");
  fs::create_symlink(y / "elsewhere", y / "src/out");
  fs::create_symlink("nowhere", y / "src/broken");
  REQUIRE(::mkfifo((y / "src/fifo").c_str(), 0600) == 0);
  const auto taken = y.take();
  REQUIRE(taken);
  CHECK(y.names(*taken) == std::vector<std::string>{"broken", "out"});
  CHECK(taken->excluded == "excluded 1 socket, FIFO or device");
  CHECK(fs::read_symlink(y.unpack(*taken) / "out") == y / "elsewhere");
}

TEST_CASE("snapshot: names are bytes, whatever the locale") {
  Snapshots y;
  y.write("src/数据/训练.py", "1");
  y.write("src/bad\xff", "2");
  y.write("src/quote\"back\\new\nline", "3");
  const auto usual = y.take();
  REQUIRE(usual);
  fs::remove_all(y / "snapshots" / usual->digest);
  const std::string locale = std::setlocale(LC_ALL, nullptr);
  std::setlocale(LC_ALL, "C");
  const auto taken = y.take();
  std::setlocale(LC_ALL, locale.c_str());
  REQUIRE(taken);
  CHECK(taken->digest == usual->digest);
  CHECK(y.names(*taken) == std::vector<std::string>{"bad\xff", "quote\"back\\new\nline", "数据", "数据/训练.py"});
  CHECK(*base::read_file(y.unpack(*taken) / "数据/训练.py") == "1");
}

TEST_CASE("snapshot: an empty folder has one") {
  Snapshots y;
  const auto taken = y.take();
  REQUIRE(taken);
  CHECK((taken->files == 0 && taken->excluded.empty()));
  CHECK(fs::is_empty(y.unpack(*taken)));
}
