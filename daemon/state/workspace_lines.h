// SPDX-License-Identifier: Apache-2.0
// The folder of a workspace below datastores/, and its files of JSON lines (docs/formats/run-directory.md), which the
// SDK writes too. Lines are appended under a flock, and never changed.
#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "protocol/names.h"
#include "protocol/spec.h"

namespace state {

using Lines = std::vector<nlohmann::json>;

base::Path folder_of_workspace(const protocol::StateDir& state, const protocol::WorkspaceId& id);

/// The objects of a file, in order; none, when it is absent. What is no JSON object, or not complete, is skipped.
base::Result<Lines> read_lines(const base::Path& file);
/// Appends the line that is made from those in the file, synced; makes the file and its folder. `make` returns nothing:
/// nothing is appended.
base::Result<void> append_line(const base::Path& file,
                               const std::function<base::Result<std::optional<nlohmann::json>>(const Lines&)>& make);

}  // namespace state
