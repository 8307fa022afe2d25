// SPDX-License-Identifier: Apache-2.0
// Writing the record of a new run.
#pragma once

#include <vector>

#include "base/file.h"
#include "protocol/json.h"
#include "protocol/names.h"
#include "protocol/spec.h"

namespace store {

/// What a run's directory holds from its start.
struct NewRecord {
  protocol::RunSpec spec;
  protocol::StringMap environ;
  nlohmann::json created;       ///< the first fact
  bool reported = false;        ///< a process that is there already reports it: it needs a place to do that
};

/// Whether the record begins as it should: the name of a directory may have been safe on disk before what it holds, when the
/// power went.
base::Result<void> check_created(const protocol::RunDir& dir);

/// The directory appears whole, under its name. Answers with what has to be synced before it survives a power loss.
base::Result<std::vector<base::Path>> write_record(const protocol::StateDir& state, const NewRecord& record);

}  // namespace store
