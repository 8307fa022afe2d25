// SPDX-License-Identifier: Apache-2.0
#include "protocol/json_field.h"

namespace protocol {

using nlohmann::json;

const json& member_at(const json& object, const char* key) {
  static const json kNull;
  const auto found = object.find(key);
  return found == object.end() ? kNull : *found;
}

const json& list_at(const json& object, const char* key) {
  static const json kEmpty = json::array();
  const json& value = member_at(object, key);
  return value.is_array() ? value : kEmpty;
}

json object_at(const json& object, const char* key) {
  const json& value = member_at(object, key);
  return value.is_object() ? value : json::object();
}

std::string text_at(const json& object, const char* key) {
  const json& value = member_at(object, key);
  return value.is_string() ? value.get<std::string>() : std::string();
}

std::int64_t number_at(const json& object, const char* key, std::int64_t otherwise) {
  return value_at(object, key, otherwise);
}

json text_or_null(const std::string& text) { return text.empty() ? json(nullptr) : json(text); }

}  // namespace protocol
