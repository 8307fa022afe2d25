// SPDX-License-Identifier: Apache-2.0
// The exception that ended a Python program, read from the end of its log: for processes without the SDK's hook.
#pragma once

#include <optional>
#include <string_view>

#include "protocol/exit_record.h"

namespace launcher {

/// How much of a log's end is searched.
inline constexpr std::size_t kTracebackTail = 64 << 10;

/// The last whole "Traceback (most recent call last):" block with its type and message; nothing when there is none.
std::optional<protocol::ProgramError> last_traceback(std::string_view log_tail);

}  // namespace launcher
