// SPDX-License-Identifier: Apache-2.0
// Requests to cancel or to fail a run, and the ending of a run by the process that reports it.
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
  /// run that has ended stays as it is.
  Task<base::Result<void>> request_stop(std::string id, protocol::StopRequest request);
  /// Ends a run that its own process reports. Ended already: nothing happens. `operation_in_progress` for other kinds.
  Task<base::Result<void>> end_interactive(std::string id, protocol::ExitRecord record);

 private:
  protocol::StateDir state_;
  store::Store& store_;
  Runs& runs_;
};

}  // namespace runs
