// SPDX-License-Identifier: Apache-2.0
// Reads a growing file of lines on from a stored position: whole lines only, each once. Notices when the file is not
// the one that was read before.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/file.h"
#include "base/result.h"

namespace store {

/// How far a file has been read. Stored in the same transaction as the rows of its lines.
struct Position {
  std::int64_t generation = 0;  ///< counts the times that the file was replaced or truncated
  std::uint64_t offset = 0;
  std::uint64_t tail_hash = 0;  ///< of the 64 bytes before `offset`
  bool skipping = false;        ///< in the middle of a line that is too long
  std::uint64_t rejected = 0;   ///< lines that were refused
};

struct ReadOptions {
  std::optional<std::uint64_t> end;    ///< go no further (the seal)
  std::size_t longest_line = 1 << 20;  ///< without '\n'
  std::size_t budget = 4 << 20;        ///< bytes at most, this time
  std::function<bool()> enough;        ///< asked after each line: true leaves the rest for another time
  bool rebooted = false;               ///< the machine was restarted after `position` was stored
};

struct ReadReport {
  std::uint64_t bytes = 0;  ///< of the lines that were read
  bool more = false;        ///< the budget is used up, or it was enough: call again
  bool restarted = false;   ///< the file was replaced or truncated: reading from its start, as another generation
  std::string unreadable;   ///< why nothing can be read as long as the file stays as it is; empty: it can
  std::optional<std::uint64_t> cut_from;  ///< power loss took the file's end; the offset that had been reached
};

/// Called with a line without its '\n' and the offset after it; an error stops the reading there.
using OnLine = std::function<base::Result<void>(std::string_view line, std::uint64_t after)>;
/// Called with the offset of a line that was too long.
using OnOverlong = std::function<base::Result<void>(std::uint64_t offset)>;

/// Reads on; a file that is not there has no lines. `position` moves past the lines that were read.
base::Result<ReadReport> read_lines(const base::Path& path, Position& position, const ReadOptions& options,
                                    const OnLine& on_line, const OnOverlong& on_overlong);

}  // namespace store
