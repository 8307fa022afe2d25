// SPDX-License-Identifier: Apache-2.0
// What was asked of the run while it goes on: record/wishes.jsonl.
#pragma once

#include <optional>

#include "launcher/facts.h"
#include "protocol/exit_record.h"

namespace launcher {

/// The first wish decides; later ones change nothing.
std::optional<protocol::Wish> read_wish(const Attempt& attempt);

}  // namespace launcher
