// SPDX-License-Identifier: Apache-2.0
// Prepares the start of the child: the working directory, the environment, the interpreter's check and the inputs. A
// process of its own does this, because unpacking and an interpreter's start cannot be interrupted from within: the
// worker goes on reading stop requests and can end it at any moment.
#pragma once

#include <optional>

#include "base/process.h"
#include "launcher/facts.h"
#include "launcher/report_slot.h"

namespace launcher {

/// Runs beside the worker, as its child.
struct Preparing {
  base::Fd pidfd;  ///< readable when it is done
  ReportSlot report;
};

struct Prepared {
  std::string stage;        ///< that it reached: unpack, environment, interpreter, inputs, start
  std::string error;        ///< empty: all is well
  std::string interpreter;  ///< the binary to execute
  std::string environment;  ///< digest of the one that was built for it; empty: none
  bool mounts = false;      ///< the program sees the mounts of its inputs
};

base::Result<Preparing> start_preparing(const Attempt& attempt, FactWriter& facts);
/// Once the process is gone.
Prepared outcome_of(const Preparing& preparing);
/// Drops the half-done build of an attempt that is over. Builds that go on are not disturbed.
void drop_half_built(const Attempt& attempt);

}  // namespace launcher
