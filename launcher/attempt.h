// SPDX-License-Identifier: Apache-2.0
// One attempt of a run, as the launcher's parts share it.
#pragma once

#include <string>

#include "base/file.h"
#include "base/result.h"
#include "protocol/names.h"
#include "protocol/spec.h"

namespace launcher {

struct Attempt {
  protocol::RunDir run;
  protocol::AttemptDir dir;
  protocol::RunSpec spec;
  std::string nonce;  ///< in the environment of every process of the attempt, and in the lock file
  /// A daemon gives slots: the attempt yields its own while it builds the environment, and waits for one then.
  bool slots_given = false;

  /// Where the child runs: the source itself, or the unpacked snapshot.
  base::Path work() const { return spec.source.in_place ? base::Path(spec.source.directory) : dir.work(); }
};

/// Its folders alone: enough to claim it and to record how it ended.
Attempt attempt_at(const base::Path& run_dir);
base::Result<void> load_spec(Attempt& attempt);

}  // namespace launcher
