// SPDX-License-Identifier: Apache-2.0
// One attempt as the launcher's parts share it, and launcher.jsonl, where it says what it did.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/file.h"
#include "base/process.h"
#include "base/result.h"
#include "env/interpreter.h"
#include "env/provide.h"
#include "protocol/names.h"
#include "protocol/spec.h"

namespace launcher {

struct Attempt {
  protocol::RunDir run;
  protocol::AttemptDir dir;
  protocol::RunSpec spec;
  std::string nonce;  ///< in the environment of every process of the attempt, and in the lock file

  /// Where the child runs: the source itself, or the unpacked snapshot.
  base::Path work() const { return spec.source.in_place ? base::Path(spec.source.directory) : dir.work(); }
};

/// Its folders alone: enough to claim it and to record how it ended.
Attempt attempt_at(const base::Path& run_dir);
base::Result<void> load_spec(Attempt& attempt);

/// Lines of launcher.jsonl. A line that cannot be written is lost: the ending matters more.
class Facts {
 public:
  static base::Result<Facts> open(const Attempt& attempt);
  void preparing(std::string_view stage);
  /// `name` is the run's for the environment.
  void prepared(const env::Provided& provided, const std::string& name);
  void interpreter(const env::Interpreter& found);
  void started(const base::ProcessId& child);
  void finished();
  /// `changed`: when the file got its content, at the latest; seconds since 1970.
  void collected(const std::string& name, const std::string& path, std::uint64_t size, double changed);
  void skipped(const std::string& name, const std::string& why);
  void warning(const std::string& sentence);
  void sync();

 private:
  explicit Facts(base::Appender appender) : appender_(std::move(appender)) {}
  base::Appender appender_;
};

/// The child as the line `started` names it, for whoever ends an attempt that another began.
struct StartedFact {
  base::ProcessId child;
  double t = 0;  ///< seconds since 1970; 0: it never started
};
StartedFact read_started(const Attempt& attempt);

}  // namespace launcher
