// SPDX-License-Identifier: Apache-2.0
// Tags and properties as clients send them.
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace protocol {

/// A tag without a value is null in JSON.
using Tags = std::map<std::string, std::optional<std::string>>;

/// The object "tags" of a body; none where it is absent. Errors name what is wrong.
base::Result<Tags> tags_from_json(const nlohmann::json& body);
/// The object "properties", whose values are texts.
base::Result<std::map<std::string, std::string>> properties_from_json(const nlohmann::json& body);
/// The array of texts at `key`; none where it is absent.
base::Result<std::vector<std::string>> names_from_json(const nlohmann::json& body, const char* key);

/// What a list asks of a tag or property: that there is one, or its value too.
struct LabelFilter {
  std::string name;
  std::optional<std::string> value;
};
/// From `K`, `K=V`, `"K"` or `"K"=V`. In quotes, which are doubled inside, K may contain '='; else it ends at the first
/// one.
LabelFilter label_filter(std::string_view text);

}  // namespace protocol
