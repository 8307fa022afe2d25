// SPDX-License-Identifier: Apache-2.0
// One value out of a JSON object that somebody else wrote.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <type_traits>

#include "base/result.h"

namespace protocol {

/// Reads `object[key]` into `value`. Absent or null leaves it as it is; another type (a fraction for a whole number, too)
/// is an error that names the key.
template <class T>
base::Result<void> read_field(const nlohmann::json& object, const char* key, T& value) {
  const auto it = object.find(key);
  if (it == object.end() || it->is_null()) return {};
  const bool right = std::is_same_v<T, bool>  ? it->is_boolean()
                     : std::is_integral_v<T>  ? (std::is_signed_v<T> ? it->is_number_integer() : it->is_number_unsigned())
                     : std::is_arithmetic_v<T> ? it->is_number()
                                               : true;
  try {
    if (right) {
      value = it->template get<T>();
      return {};
    }
  } catch (const nlohmann::json::exception&) {
  }
  const std::string shown = it->dump(-1, ' ', false, nlohmann::json::error_handler_t::replace).substr(0, 80);
  return base::error("'" + std::string(key) + "' has the wrong type: " + shown);
}

/// The text there; empty where there is none. For what we wrote ourselves, and lines that may say anything.
inline std::string text_at(const nlohmann::json& object, const char* key) {
  const auto it = object.find(key);
  return it != object.end() && it->is_string() ? it->get<std::string>() : std::string();
}

/// The object there; {} where there is none.
inline nlohmann::json object_at(const nlohmann::json& object, const char* key) {
  const auto it = object.find(key);
  return it != object.end() && it->is_object() ? *it : nlohmann::json::object();
}

}  // namespace protocol
