// SPDX-License-Identifier: Apache-2.0
#include "protocol/run_state.h"

namespace protocol {

std::optional<RunState> state_from_string(std::string_view text) {
  for (std::size_t s = 0; s < kStateCount; ++s)
    if (to_string(static_cast<RunState>(s)) == text) return static_cast<RunState>(s);
  return std::nullopt;
}

}  // namespace protocol
