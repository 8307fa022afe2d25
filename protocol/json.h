// SPDX-License-Identifier: Apache-2.0
// nlohmann's JSON, compiled once: a source that includes this instead of <nlohmann/json.hpp> calls the members in
// protocol/json.cpp and does not compile its own copies of them, which takes a fifth off its compile time.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

extern template class nlohmann::basic_json<>;

namespace protocol {

/// As text: on one line, or indented by so many blanks. Bytes that are not UTF-8 become U+FFFD.
std::string to_text(const nlohmann::json& value, int indent = -1);

}  // namespace protocol
