// SPDX-License-Identifier: Apache-2.0
// Standard output for results, standard error for remarks.
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "base/result.h"
#include "cli/harmless.h"

namespace cli {

/// The kind of the two streams, asked once.
struct Terminal {
  bool output = false;    ///< stdout is a terminal
  bool error = false;     ///< stderr is a terminal
  bool color = false;     ///< stdout is a terminal and NO_COLOR is not set
  std::size_t width = 0;  ///< columns of stdout, 0 when it is not a terminal
};
Terminal look_at_terminal();

/// The program's own text to stdout, at once; an error where that fails (a full disk). Harmful characters are replaced
/// on a terminal.
base::Result<void> out(std::string_view text);
base::Result<void> out_json(const nlohmann::json& document);
/// A line to stderr. Harmful characters are replaced on a terminal.
void note(std::string_view line);

/// The output of a run to stdout: byte for byte into files and pipes; harmful characters are replaced on a terminal.
class RunOutput {
 public:
  /// `raw`: byte for byte on a terminal too.
  RunOutput(const Terminal& terminal, bool raw) : filtered_(terminal.output && !raw) {}
  /// Ends colors that the run left on.
  ~RunOutput();
  RunOutput(const RunOutput&) = delete;
  RunOutput& operator=(const RunOutput&) = delete;
  base::Result<void> write(std::string_view piece);

 private:
  bool filtered_;
  Harmless harmless_;
};

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
