// SPDX-License-Identifier: Apache-2.0
// Why the attempt ended, in a word for programs and a sentence for people.
#pragma once

#include "launcher/ending.h"

namespace launcher {

/// Sets outcome, reason, stage, message and error; code and signal are there already.
void apply_reason(protocol::ExitRecord& record, const Attempt& attempt, const Known& known);

}  // namespace launcher
