// SPDX-License-Identifier: Apache-2.0
// Why the attempt ended: a word for programs and a sentence for people.
#pragma once

#include "launcher/attempt.h"
#include "launcher/outcome.h"

namespace launcher {

/// Sets outcome, reason, stage, message and error; code and signal are set already.
void apply_reason(protocol::ExitRecord& record, const Attempt& attempt, const AttemptOutcome& outcome);

}  // namespace launcher
