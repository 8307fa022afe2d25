// SPDX-License-Identifier: Apache-2.0
// The worker: prepares, starts the child, watches it to its end, and records how it ended.
#pragma once

#include "base/process.h"
#include "launcher/capture.h"
#include "launcher/cgroup.h"
#include "launcher/report_slot.h"

namespace launcher {

/// All signals that the launcher reads are blocked from here on.
base::Result<void> block_signals();
/// A descriptor to read them from.
base::Result<base::Fd> open_signals();

/// How long the end of a log waits for a full disk.
inline constexpr std::chrono::seconds kFullDiskPatience(10);

/// Shared by guard and worker; made by the guard before it forks.
struct Common {
  Pipe pipe;
  CaptureBuffer buffer;
  ReportSlot report;  ///< an exit record that the worker could not write: the guard writes it
  Cgroup cgroup;
};

/// An error means that no ending was written; it has been reported then.
base::Result<void> run_worker(const Attempt& attempt, const base::ProcessId& guard, Common common);

}  // namespace launcher
