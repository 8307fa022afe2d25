// SPDX-License-Identifier: Apache-2.0
// How the attempt ended: the record, its seal, and exit.json, created once.
#pragma once

#include <string_view>

#include "launcher/attempt.h"
#include "launcher/outcome.h"
#include "protocol/exit_record.h"

namespace launcher {

/// Reserves space for the record while there is some: this file is renamed to exit.json.
base::Result<void> reserve_ending(const Attempt& attempt, std::string_view who);
/// A stop request on record decides the outcome of an attempt that did not end by itself.
protocol::ExitRecord make_record(const Attempt& attempt, AttemptOutcome outcome);
/// Seals, and makes the reserve of `who` exit.json; false when another process was first.
base::Result<bool> write_ending(const Attempt& attempt, protocol::ExitRecord record, std::string_view who);
bool has_ended(const Attempt& attempt);
/// Removes the reserves that were not used.
void drop_reserves(const Attempt& attempt);

}  // namespace launcher
