// SPDX-License-Identifier: Apache-2.0
// Reporting from a shell: values and tags as lines of the metric protocol.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/file.h"
#include "base/result.h"
#include "protocol/metric_line.h"

namespace cli {

/// The value that a word of a shell stands for: 64-bit integer, number (nan and inf too), true, false, else text.
protocol::Cell cell_of(std::string_view word);
/// Appends one line to a run's shared journal file, in one write. Refuses a line that is too long for it.
base::Result<void> append_line(const base::Path& file, const std::string& line);

}  // namespace cli
