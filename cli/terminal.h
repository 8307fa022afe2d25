// SPDX-License-Identifier: Apache-2.0
// Standard output for results, standard error for remarks.
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "base/result.h"

namespace cli {

/// What the two streams lead to, asked once.
struct Terminal {
  bool output = false;         ///< stdout is a terminal
  bool error = false;          ///< stderr is a terminal
  bool colour = false;         ///< stdout is a terminal and NO_COLOR is not set
  std::size_t width = 0;       ///< columns of stdout, 0 when it is not a terminal
};
Terminal look_at_terminal();

/// To stdout, at once; the error says when that cannot be (a full disk).
base::Result<void> out(std::string_view bytes);
base::Result<void> out_json(const nlohmann::json& document);
/// A line to stderr.
void note(std::string_view line);

/// A line on stderr that is replaced by the next one; nothing unless stderr is a terminal.
class ProgressLine {
 public:
  explicit ProgressLine(bool shown) : shown_(shown) {}
  ~ProgressLine() { clear(); }
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;
  void show(std::string_view text);
  void clear();

 private:
  bool shown_;
  bool dirty_ = false;
};

}  // namespace cli
