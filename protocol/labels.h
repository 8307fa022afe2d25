// SPDX-License-Identifier: Apache-2.0
// Tags and properties as clients send them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "protocol/json.h"

namespace protocol {

/// The object at `key`, names to texts (or null, where that is allowed); {} where it is absent. Errors name what is
/// wrong.
base::Result<nlohmann::json> labels_from_json(const nlohmann::json& body, const char* key, bool null_allowed);
/// The array of texts at `key`; [] where it is absent.
base::Result<nlohmann::json> names_from_json(const nlohmann::json& body, const char* key);

/// What a list asks of a tag or property: that there is one, or its value too.
struct LabelFilter {
  std::string name;
  std::optional<std::string> value;
};
/// From `K`, `K=V`, `"K"` or `"K"=V`. In quotes, which are doubled inside, K may contain '='; else it ends at the first
/// one.
LabelFilter label_filter(std::string_view text);

}  // namespace protocol
