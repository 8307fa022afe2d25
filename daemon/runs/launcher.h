// SPDX-License-Identifier: Apache-2.0
// Starting runyard-launcher, which does all that touches users' processes.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <string>
#include <vector>

#include "base/fd.h"
#include "base/process.h"
#include "base/result.h"
#include "base/spawn.h"
#include "daemon/async/task.h"
#include "protocol/names.h"

namespace runs {

using async::Task;

/// The program, opened once: an upgrade does not change the runs of this daemon. Owned by serve(); loop thread only.
class Launcher {
 public:
  /// `starts` is the thread that forks.
  static base::Result<Launcher> open(const base::Path& program, boost::asio::any_io_executor starts);

  /// Starts the launcher of an attempt, which inherits the attempt's lock.
  Task<base::Result<base::Spawned>> run(protocol::RunDir dir, base::Fd lock);
  /// Starts one that writes the ending of a run whose launcher is gone.
  Task<base::Result<base::Spawned>> finalize(protocol::RunDir dir);

 private:
  Launcher(base::Fd program, boost::asio::any_io_executor starts)
      : program_(std::move(program)), starts_(std::move(starts)) {}
  base::SpawnOptions options(std::vector<std::string> arguments) const;

  base::Fd program_;
  boost::asio::any_io_executor starts_;
};

/// Waits until a child of ours has ended, and reaps it.
Task<void> until_ended(base::Spawned child);

}  // namespace runs
