// SPDX-License-Identifier: Apache-2.0
// Carries out requests to cancel or to fail a run, and ends an interactive run for the process that reports it.
#pragma once

#include <string>

#include "daemon/runs/runs.h"
#include "protocol/exit_record.h"

namespace runs {

/// Owned by serve(); loop thread only.
class Canceler {
 public:
  /// `store` and `runs` outlive it.
  Canceler(protocol::StateDir state, store::Store& store, Runs& runs)
      : state_(std::move(state)), store_(store), runs_(runs) {}

  /// Returns when the request is safe on disk. The run's launcher carries it out; a run that has none ends at once. A
  /// run that has ended stays as it is. Sets the time of the request.
  Task<base::Result<void>> request_stop(std::string id, protocol::StopRequest request);
  /// Ends an interactive run. A run that has ended stays as it is. Fails with `operation_in_progress` for a run that a
  /// launcher ends. Sets the time of the ending.
  Task<base::Result<void>> end_interactive(std::string id, protocol::ExitRecord record);

 private:
  protocol::StateDir state_;
  store::Store& store_;
  Runs& runs_;
};

}  // namespace runs
