// SPDX-License-Identifier: Apache-2.0
#include "daemon/labels.h"

#include <algorithm>

#include "protocol/names.h"

namespace yard {

using base::Result;
using nlohmann::json;

Result<json> labels_from_json(const json& body, const char* key, bool null_allowed) {
  const auto it = body.find(key);
  if (it == body.end() || it->is_null()) return json::object();
  if (!it->is_object()) return base::error("'" + std::string(key) + "' is not an object");
  for (const auto& [name, value] : it->items()) {
    TRY(protocol::check_name(key, name));
    if (!value.is_string() && !(null_allowed && value.is_null())) return base::error("'" + name + "' in '" + key + "' is not a string");
  }
  return *it;
}

Result<json> names_from_json(const json& body, const char* key) {
  const auto it = body.find(key);
  if (it == body.end() || it->is_null()) return json::array();
  if (!it->is_array() || !std::all_of(it->begin(), it->end(), [](const json& name) { return name.is_string(); }))
    return base::error("'" + std::string(key) + "' is not an array of strings");
  return *it;
}

}  // namespace yard
