// SPDX-License-Identifier: Apache-2.0
// Reading a growing file of lines from where one left off: whole lines only, each once, and what to do when the file
// is not the one that was read before.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "base/file.h"
#include "base/result.h"

namespace store {

/// How far a file has been taken in. Stored in the same transaction as what was read.
struct Position {
  std::int64_t generation = 0;  ///< counts the times that somebody began the file anew
  std::uint64_t offset = 0;
  std::uint64_t tail_hash = 0;  ///< of the 64 bytes before `offset`
  bool skipping = false;        ///< in the middle of a line that is too long
  std::uint64_t rejected = 0;   ///< lines that meant nothing
};

struct ReadOptions {
  std::optional<std::uint64_t> end;      ///< go no further (the seal)
  std::size_t longest_line = 1 << 20;    ///< without '\n'
  std::size_t budget = 4 << 20;          ///< bytes at most, this time
  std::function<bool()> enough;          ///< asked after each line: the rest is for another time
  bool rebooted = false;                 ///< the machine has started anew since `position` was stored
};

struct ReadReport {
  std::uint64_t bytes = 0;  ///< taken in
  bool more = false;        ///< the budget is used up, or it was enough: call again
  bool restarted = false;   ///< the file was begun anew: reading from its start, as another generation
  std::optional<std::uint64_t> cut_from;  ///< power loss took the file's end; the offset that had been reached
};

/// Called with a line without its '\n' and the offset after it; an error stops the reading there.
using TakeLine = std::function<base::Result<void>(std::string_view line, std::uint64_t after)>;
/// Called with the offset of a line that was too long.
using TakeOverlong = std::function<base::Result<void>(std::uint64_t offset)>;

/// Reads on; a file that is not there has no lines. `position` moves with what was taken.
base::Result<ReadReport> read_lines(const base::Path& path, Position& position, const ReadOptions& options,
                                    const TakeLine& line, const TakeOverlong& overlong);

}  // namespace store
