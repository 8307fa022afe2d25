// SPDX-License-Identifier: Apache-2.0
// Writing the record of a new run.
#pragma once

#include <vector>

#include "base/file.h"
#include "protocol/facts.h"
#include "protocol/names.h"
#include "protocol/spec.h"

namespace store {

/// The content of a run's directory from its start.
struct NewRecord {
  protocol::RunSpec spec;
  protocol::StringMap environ;
  protocol::Created created;  ///< written when the spec says that the run was submitted
};

/// The first fact of a run. `bad_message` where the record does not begin with it: when the power failed, the name of a
/// directory may have been safe on disk before its files.
base::Result<protocol::Created> read_created(const protocol::RunDir& dir);

/// The directory appears whole, under its name. Returns the paths to sync: before that, it may not survive a power
/// loss.
base::Result<std::vector<base::Path>> write_record(const protocol::StateDir& state, const NewRecord& record);

}  // namespace store
