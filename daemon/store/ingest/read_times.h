// SPDX-License-Identifier: Apache-2.0
// The times of lines that say none: such a line has the time at which it was read. The daemon keeps these times as
// facts of the kind `read`, so that a rebuild gives the same ones. Pure functions of facts and clock readings.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "base/clock.h"
#include "protocol/facts.h"

namespace store {

/// What the `read` facts say of one file.
class ReadTimes {
 public:
  void add(const protocol::Timed<protocol::LinesRead>& timed);
  /// The fact that was added last was written by this process.
  void mark_last_as_own();

  struct Line {
    std::uint64_t after = 0;  ///< where it ends
    base::Micros now = 0;
    base::Micros age = 0;  ///< for how long this process has read lines without a time in the file
    bool continued =
        false;  ///< an earlier process read a part of the file: facts that are not our own are about that part
  };
  /// The line's time; nothing: a new fact has to say it. Lines are asked for in their order, because earlier facts are
  /// dropped.
  std::optional<base::Micros> find(const Line& line);

 private:
  struct Span {
    std::uint64_t from = 0, upto = 0;
    base::Micros time = 0;
    bool own = false;  ///< written by this process
  };
  std::deque<Span> spans_;  ///< by `from`; of those that cover a place the last one holds
};

}  // namespace store
