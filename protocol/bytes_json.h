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
/// Refuses a NUL byte.
base::Result<std::string> bytes_from_json(const nlohmann::json& value);

using StringMap = std::map<std::string, std::string>;
/// Skips variables whose names are not UTF-8: no API can ask for them.
nlohmann::json map_to_json(const StringMap& map);
/// Null is an empty map, as it is an empty list below.
base::Result<StringMap> map_from_json(const nlohmann::json& object);
nlohmann::json list_to_json(const std::vector<std::string>& list);
base::Result<std::vector<std::string>> list_from_json(const nlohmann::json& array);

/// Parses one JSON document of at most 200 levels. The error names the document as `what` ("record/spec.json") and says
/// where the text is wrong.
base::Result<nlohmann::json> parse_json(std::string_view text, std::string_view what);

}  // namespace protocol
