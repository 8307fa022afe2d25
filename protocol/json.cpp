// SPDX-License-Identifier: Apache-2.0
#include "protocol/json.h"

template class nlohmann::basic_json<>;

namespace protocol {

std::string to_text(const nlohmann::json& value, int indent) {
  return value.dump(indent, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace protocol
