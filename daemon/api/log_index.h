// SPDX-License-Identifier: Apache-2.0
// When which bytes of a log were written (log.index, docs/formats/run-directory.md).
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/file.h"

namespace api {

/// (time, where those bytes begin), in order.
using LogIndex = std::vector<std::pair<base::Micros, std::uint64_t>>;

/// Empty when there is none yet. A record that is not whole at the end is excluded.
base::Result<LogIndex> read_log_index(const base::Path& path);
/// The last record at or before a time; none where the log began later.
LogIndex record_at(const LogIndex& index, base::Micros time);
/// Those whose bytes begin in the range, at most 1,000, evenly.
LogIndex records_between(const LogIndex& index, std::uint64_t from, std::uint64_t to);

}  // namespace api
