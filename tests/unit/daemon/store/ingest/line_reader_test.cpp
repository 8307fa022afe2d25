// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/ingest/line_reader.h"

#include <fcntl.h>
#include <unistd.h>

#include <vector>

#include "base/digest.h"
#include "tests/support/catch.h"

namespace {

struct File {
  base::Path path = std::filesystem::temp_directory_path() / ("line_reader_" + base::random_hex(6));
  ~File() { ::unlink(path.c_str()); }
  void write(std::string_view bytes, int flags = O_APPEND) const {
    const auto fd = base::open_file(path, O_WRONLY | O_CREAT | flags);
    REQUIRE(fd);
    REQUIRE(base::write_all(*fd, bytes));
  }
};

struct Taken {
  std::vector<std::string> lines;
  std::vector<std::uint64_t> overlong;
  store::ReadReport report;
};

Taken take(const File& file, store::Position& position, const store::ReadOptions& options = {}) {
  Taken taken;
  const auto line = [&](std::string_view text, std::uint64_t) -> base::Result<void> {
    taken.lines.emplace_back(text);
    return {};
  };
  const auto overlong = [&](std::uint64_t offset) -> base::Result<void> {
    taken.overlong.push_back(offset);
    return {};
  };
  const auto report = store::read_lines(file.path, position, options, line, overlong);
  REQUIRE(report);
  taken.report = *report;
  return taken;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("each whole line is taken once, a torn last line when it is whole", "[line_reader]") {
  const File file;
  store::Position position;
  CHECK(take(file, position).lines.empty());
  file.write("one\ntwo\nthr");
  CHECK(take(file, position).lines == Lines{"one", "two"});
  CHECK(take(file, position).lines.empty());
  file.write("ee\n");
  CHECK(take(file, position).lines == Lines{"three"});
  CHECK(position.offset == 14);
}

TEST_CASE("a file cut at every byte gives each line once over two reads", "[line_reader]") {
  const std::string whole = "a\nbb\n\nccc\ndddd\n";
  for (std::size_t cut = 0; cut <= whole.size(); ++cut) {
    const File file;
    store::Position position;
    file.write(whole.substr(0, cut));
    Lines lines = take(file, position).lines;
    file.write(whole.substr(cut));
    for (auto& line : take(file, position).lines) lines.push_back(line);
    CHECK(lines == Lines{"a", "bb", "ccc", "dddd"});
  }
}

TEST_CASE("a file that is begun again is another generation, read from its start", "[line_reader]") {
  const File file;
  store::Position position;
  file.write("first\nsecond\n");
  take(file, position);
  file.write("other\nlines\n!!\n", O_TRUNC);
  const Taken taken = take(file, position);
  CHECK(taken.report.restarted);
  CHECK(taken.lines == Lines{"other", "lines", "!!"});
  CHECK(position.generation == 1);
}

TEST_CASE("a file that is begun again is noticed at the same length too", "[line_reader]") {
  const File file;
  store::Position position;
  file.write("first\n");
  take(file, position);
  file.write("other\n", O_TRUNC);
  CHECK(take(file, position).lines == Lines{"other"});
}

TEST_CASE("after a restart of the machine a shorter file is cut: reading goes on at its end", "[line_reader]") {
  const File file;
  store::Position position;
  file.write("first\nsecond\n");
  take(file, position);
  REQUIRE(::truncate(file.path.c_str(), 6) == 0);
  store::ReadOptions options;
  options.rebooted = true;
  const Taken taken = take(file, position, options);
  CHECK(taken.report.cut_from == 13);
  CHECK(taken.lines.empty());
  file.write("third\n");
  CHECK(take(file, position, options).lines == Lines{"third"});
}

TEST_CASE("a line that is too long is skipped to its end, whatever the reads", "[line_reader]") {
  const File file;
  store::Position position;
  store::ReadOptions options;
  options.longest_line = 10;
  options.budget = 12;
  file.write("short\n" + std::string(100, 'x'));
  Lines lines;
  std::vector<std::uint64_t> overlong;
  for (int i = 0; i < 20; ++i) {
    const Taken taken = take(file, position, options);
    lines.insert(lines.end(), taken.lines.begin(), taken.lines.end());
    overlong.insert(overlong.end(), taken.overlong.begin(), taken.overlong.end());
    if (i == 10) file.write("xx\nafter\n");
  }
  CHECK(lines == Lines{"short", "after"});
  CHECK(overlong == std::vector<std::uint64_t>{6});
}

TEST_CASE("nothing beyond the seal is read", "[line_reader]") {
  const File file;
  store::Position position;
  store::ReadOptions options;
  options.end = 4;
  file.write("one\ntwo\n");
  CHECK(take(file, position, options).lines == Lines{"one"});
  CHECK(take(file, position, options).lines.empty());
}
