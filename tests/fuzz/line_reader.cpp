// SPDX-License-Identifier: Apache-2.0
// A growing file of lines: read in pieces or at once, each line is given once, with the same offsets.
#include "daemon/store/ingest/line_reader.h"

#include <algorithm>
#include <utility>

#include "tests/fuzz/expect.h"
#include "tests/fuzz/targets.h"

namespace {

using store::Position;
using store::ReadOptions;

struct Given {
  std::vector<std::pair<std::string, std::uint64_t>> lines;
  std::vector<std::uint64_t> overlong;
  bool restarted = false;
  std::optional<std::uint64_t> cut_from;
};

void read_all(const base::Path& path, Position& position, const ReadOptions& options, Given& given) {
  const auto line = [&](std::string_view text, std::uint64_t after) -> base::Result<void> {
    EXPECT(!text.empty() && text.size() <= options.longest_line && text.find('\n') == std::string_view::npos);
    given.lines.emplace_back(text, after);
    return {};
  };
  const auto overlong = [&](std::uint64_t offset) -> base::Result<void> {
    given.overlong.push_back(offset);
    return {};
  };
  for (bool more = true; more;) {
    const auto report = store::read_lines(path, position, options, line, overlong);
    EXPECT(report);
    given.restarted |= report->restarted;
    if (report->cut_from) given.cut_from = report->cut_from;
    more = report->more;
  }
}

void expect_same(const Given& one, const Given& other) {
  EXPECT(one.lines == other.lines);
  EXPECT(one.overlong == other.overlong);
}

}  // namespace

/// The first byte says where the file is cut, the second how long a line may be, the third the budget.
void fuzz::line_reader(std::string_view input) {
  static const Scratch scratch;
  if (input.size() < 3) return;
  const auto byte = [&](std::size_t i) { return static_cast<std::size_t>(static_cast<unsigned char>(input[i])); };
  const std::string_view text = input.substr(3);
  const std::size_t cut = text.size() * byte(0) / 255;
  ReadOptions options;
  options.longest_line = byte(1) + 1;
  options.budget = byte(2) + 1;
  const base::Path path = scratch.path / "lines";

  Position whole, pieces;
  Given at_once, by_and_by;
  write(path, text.substr(0, cut));
  read_all(path, pieces, options, by_and_by);
  write(path, text);
  read_all(path, pieces, options, by_and_by);
  read_all(path, whole, options, at_once);
  expect_same(at_once, by_and_by);
  EXPECT(whole.offset == pieces.offset && whole.tail_hash == pieces.tail_hash && whole.skipping == pieces.skipping);
  EXPECT(!by_and_by.restarted && !by_and_by.cut_from);
  EXPECT(whole.offset <= text.size());

  Position cut_off = whole;
  Given after_power_loss;
  options.rebooted = true;
  write(path, text.substr(0, cut));
  read_all(path, cut_off, options, after_power_loss);
  EXPECT(after_power_loss.lines.empty());
  EXPECT(after_power_loss.cut_from.has_value() == (cut < whole.offset));

  Position again = whole;
  Given restarted;
  options.rebooted = false;
  read_all(path, again, options, restarted);
  EXPECT(restarted.restarted == (cut < whole.offset));
}
