// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/ingest/line_reader.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>

#include "base/digest.h"
#include "base/permanent.h"

namespace store {

namespace {

constexpr std::uint64_t kTail = 64;

base::Result<std::uint64_t> tail_hash(const base::Fd& file, std::uint64_t offset) {
  const std::uint64_t size = std::min(kTail, offset);
  TRY_ASSIGN(const std::string tail, base::read_at(file, offset - size, size));
  return base::quick_hash(tail);
}

base::Result<base::Fd> open_lines(const base::Path& path) {
  // O_NONBLOCK: a FIFO put in the file's place must not block us.
  TRY_ASSIGN(base::Fd file, base::open_file(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK));
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return base::os_error("cannot read '" + path.string() + "'");
  if (!S_ISREG(status.st_mode)) return base::error("cannot read '" + path.string() + "': it is not a regular file");
  return file;
}

bool is_missing(const std::error_code& cause) {
  return cause == std::errc::no_such_file_or_directory || cause == std::errc::not_a_directory;
}

/// Whether the bytes that were read before are still there. If not, moves `position` and says in `report` what
/// happened.
base::Result<void> check_continuity(const base::Fd& file, std::uint64_t size, bool rebooted, Position& position,
                                    ReadReport& report) {
  if (position.offset == 0) return {};
  if (size < position.offset && rebooted) {
    report.cut_from = position.offset;
    position.offset = size;
    TRY_ASSIGN(position.tail_hash, tail_hash(file, size));
    return {};
  }
  if (size >= position.offset) {
    TRY_ASSIGN(const std::uint64_t hash, tail_hash(file, position.offset));
    if (hash == position.tail_hash) return {};
  }
  report.restarted = true;
  position = Position{.generation = position.generation + 1, .rejected = position.rejected};
  return {};
}

/// Lines of `bytes`, which begin at `position`; what follows the last '\n' is left for the next time.
/// True when it was enough before their end.
base::Result<bool> read_whole_lines(std::string_view bytes, Position& position, const ReadOptions& options,
                                    const OnLine& on_line, const OnOverlong& on_overlong) {
  while (!bytes.empty()) {
    const auto newline = bytes.find('\n');
    const bool whole = newline != std::string_view::npos;
    const std::size_t length = whole ? newline : bytes.size();
    if (!whole && !position.skipping && length <= options.longest_line) return false;
    const std::uint64_t after = position.offset + length + (whole ? 1 : 0);
    if (!position.skipping && length > options.longest_line) TRY(on_overlong(position.offset));
    else if (!position.skipping && length > 0) TRY(on_line(bytes.substr(0, length), after));
    position.skipping = !whole;
    position.offset = after;
    bytes.remove_prefix(length + (whole ? 1 : 0));
    if (options.enough && options.enough()) return true;
  }
  return false;
}

}  // namespace

base::Result<ReadReport> read_lines(const base::Path& path, Position& position, const ReadOptions& options,
                                    const OnLine& on_line, const OnOverlong& on_overlong) {
  ReadReport report;
  const auto file = open_lines(path);
  if (!file && is_missing(file.error().code)) return report;
  if (!file && base::is_permanent(file.error().code)) {
    report.unreadable = file.error().message;
    return report;
  }
  if (!file) return file.error();
  TRY_ASSIGN(const std::uint64_t size, base::file_size(*file));
  const std::uint64_t end = std::min(size, options.end.value_or(size));
  TRY(check_continuity(*file, size, options.rebooted, position, report));
  if (end <= position.offset) return report;
  const std::uint64_t begin = position.offset;
  const std::uint64_t length = std::min<std::uint64_t>(end - begin, std::max(options.budget, options.longest_line + 2));
  TRY_ASSIGN_FOR("cannot read '" + path.string() + "'", const std::string bytes, base::read_at(*file, begin, length));
  TRY_ASSIGN(const bool enough, read_whole_lines(bytes, position, options, on_line, on_overlong));
  report.bytes = position.offset - begin;
  report.more = enough || (report.bytes > 0 && begin + bytes.size() < end);
  if (report.bytes > 0) {
    const std::string_view lines(bytes.data(), report.bytes);
    if (lines.size() >= kTail) position.tail_hash = base::quick_hash(lines.substr(lines.size() - kTail));
    else {
      TRY_ASSIGN(position.tail_hash, tail_hash(*file, position.offset));
    }
  }
  return report;
}

}  // namespace store
