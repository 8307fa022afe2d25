// SPDX-License-Identifier: Apache-2.0
// launcher.jsonl, where the launcher writes what it did.
#pragma once

#include "base/process.h"
#include "launcher/attempt.h"
#include "protocol/facts.h"

namespace launcher {

/// Appends lines to launcher.jsonl. A line that cannot be written is lost: the ending matters more.
class FactWriter {
 public:
  static base::Result<FactWriter> open(const Attempt& attempt);
  /// False: it is lost.
  bool write(const protocol::LauncherFact& fact);
  void warn(std::string sentence) { write(protocol::Warning{std::move(sentence)}); }
  void sync();

 private:
  explicit FactWriter(base::Appender appender) : appender_(std::move(appender)) {}
  base::Appender appender_;
};

/// The child as the line `started` names it, for the process that ends an attempt which another one began.
struct StartedFact {
  base::ProcessId child;
  double t = 0;  ///< seconds since 1970; 0: it never started
};
StartedFact read_started(const Attempt& attempt);

}  // namespace launcher
