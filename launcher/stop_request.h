// SPDX-License-Identifier: Apache-2.0
// Requests to stop the run while it goes on: record/wishes.jsonl.
#pragma once

#include <optional>

#include "launcher/attempt.h"
#include "protocol/exit_record.h"

namespace launcher {

/// The first request decides; later ones change nothing.
std::optional<protocol::StopRequest> read_stop_request(const Attempt& attempt);

}  // namespace launcher
