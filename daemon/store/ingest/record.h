// SPDX-License-Identifier: Apache-2.0
// Writing the record of a new run.
#pragma once

#include <vector>

#include "base/file.h"
#include "protocol/json.h"
#include "protocol/names.h"
#include "protocol/spec.h"

namespace store {

/// The content of a run's directory from its start.
struct NewRecord {
  protocol::RunSpec spec;
  protocol::StringMap environ;
  nlohmann::json created;  ///< the first fact
  bool reported = false;   ///< by a process that is there already: the attempt has a place for its report
};

/// Whether the record begins with the fact `created`: when the power failed, the name of a directory may have been safe
/// on disk before its files.
base::Result<void> check_created(const protocol::RunDir& dir);

/// The directory appears whole, under its name. Returns the paths to sync: before that, it may not survive a power
/// loss.
base::Result<std::vector<base::Path>> write_record(const protocol::StateDir& state, const NewRecord& record);

}  // namespace store
