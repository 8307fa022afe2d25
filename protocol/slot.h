// SPDX-License-Identifier: Apache-2.0
// How a run that builds its environment yields its slot and gets one back: the launcher writes stages of the fact
// `preparing`, the daemon answers by a file (docs/decisions/05-waiting-runs-yield-their-slot.md).
#pragma once

#include <string_view>

#include "protocol/names.h"

namespace protocol {

/// A build begins: the run needs no slot until it is done.
inline constexpr std::string_view kBuildStage = "build";
/// It is done: the run waits for a slot.
inline constexpr std::string_view kSlotStage = "slot";

/// Made by the daemon: the run has a slot again.
inline base::Path slot_file(const AttemptDir& attempt) { return attempt.root / "slot"; }

}  // namespace protocol
