// SPDX-License-Identifier: Apache-2.0
#include "cli/fields.h"

#include <cmath>

#include "protocol/json.h"

namespace cli {

using nlohmann::json;

const json& member(const json& object, const char* key) {
  static const json kNull;
  if (!object.is_object()) return kNull;
  const auto found = object.find(key);
  return found == object.end() ? kNull : *found;
}

const json& list_of(const json& object, const char* key) {
  static const json kEmpty = json::array();
  const json& value = member(object, key);
  return value.is_array() ? value : kEmpty;
}

std::string text_of(const json& object, const char* key) {
  const json& value = member(object, key);
  return value.is_string() ? value.get<std::string>() : std::string();
}

std::int64_t number_of(const json& object, const char* key, std::int64_t otherwise) {
  const json& value = member(object, key);
  if (value.is_number_integer()) return value.get<std::int64_t>();
  if (!value.is_number_float()) return otherwise;
  const double real = value.get<double>();
  return std::isfinite(real) && std::fabs(real) < 9e18 ? static_cast<std::int64_t>(real) : otherwise;
}

double real_of(const json& object, const char* key, double otherwise) {
  const json& value = member(object, key);
  return value.is_number() ? value.get<double>() : otherwise;
}

bool is_true(const json& object, const char* key) {
  const json& value = member(object, key);
  return value.is_boolean() && value.get<bool>();
}

}  // namespace cli
