// SPDX-License-Identifier: Apache-2.0
// One value out of a JSON object that somebody else wrote.
#pragma once

#include <string>
#include <type_traits>
#include <utility>

#include "protocol/json.h"

#include "base/result.h"

namespace protocol {

/// Whether a JSON value can become a T: of its type, and within its range.
template <class T>
bool fits(const nlohmann::json& value) {
  if constexpr (std::is_same_v<T, bool>) return value.is_boolean();
  else if constexpr (std::is_integral_v<T>)
    return value.is_number_unsigned() ? std::in_range<T>(value.get<std::uint64_t>()) : value.is_number_integer() && std::in_range<T>(value.get<std::int64_t>());
  else if constexpr (std::is_arithmetic_v<T>) return value.is_number();
  else return true;
}

/// Reads `object[key]` into `value`. Absent or null leaves it as it is; another type (a fraction for a whole number, too), or a
/// number beyond it, is an error that names the key.
template <class T>
base::Result<void> read_field(const nlohmann::json& object, const char* key, T& value) {
  const auto it = object.find(key);
  if (it == object.end() || it->is_null()) return {};
  try {
    if (fits<T>(*it)) {
      value = it->template get<T>();
      return {};
    }
  } catch (const nlohmann::json::exception&) {
  }
  const std::string shown = it->dump(-1, ' ', false, nlohmann::json::error_handler_t::replace).substr(0, 80);
  const bool whole = std::is_integral_v<T> && !std::is_same_v<T, bool> && it->is_number_integer();
  return base::error("'" + std::string(key) + (whole ? "' is out of range: " : "' has the wrong type: ") + shown);
}

/// The text there; empty where there is none. For what we wrote ourselves, and lines that may say anything.
inline std::string text_at(const nlohmann::json& object, const char* key) {
  const auto it = object.find(key);
  return it != object.end() && it->is_string() ? it->get<std::string>() : std::string();
}

/// The value there; `otherwise` where there is none, or one of another type.
template <class T>
T value_at(const nlohmann::json& object, const char* key, T otherwise) {
  T value = otherwise;
  return read_field(object, key, value) ? value : otherwise;
}

/// The object there; {} where there is none.
inline nlohmann::json object_at(const nlohmann::json& object, const char* key) {
  const auto it = object.find(key);
  return it != object.end() && it->is_object() ? *it : nlohmann::json::object();
}

}  // namespace protocol
