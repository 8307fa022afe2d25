// SPDX-License-Identifier: Apache-2.0
// Text from argv and the environment in JSON: a string, or {"base64": "..."} where the bytes are not UTF-8.
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace protocol {

nlohmann::json bytes_to_json(std::string_view bytes);
base::Result<std::string> bytes_from_json(const nlohmann::json& value);

using StringMap = std::map<std::string, std::string>;
/// Names of environment variables that are not UTF-8 are left out: nobody can ask for them.
nlohmann::json map_to_json(const StringMap& map);
base::Result<StringMap> map_from_json(const nlohmann::json& object);
nlohmann::json list_to_json(const std::vector<std::string>& list);
base::Result<std::vector<std::string>> list_from_json(const nlohmann::json& array);

/// Whether a variable's name says that its value is secret (TOKEN, SECRET, PASSWORD, KEY, CREDENTIAL, ...).
bool looks_secret(std::string_view name);

inline constexpr std::string_view kRedacted = "(redacted)";
/// record/environ.json as it is kept after the run: what looks secret is replaced by kRedacted. Text that is no such
/// file becomes "{}".
std::string redacted_environ(std::string_view text);

/// Parses one JSON document; the error says what and where. `what` names it ("record/spec.json").
base::Result<nlohmann::json> parse_json(std::string_view text, std::string_view what);

}  // namespace protocol
