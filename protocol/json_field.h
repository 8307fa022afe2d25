// SPDX-License-Identifier: Apache-2.0
// One member of a JSON object that another program wrote. Only read_field refuses: the others return a default for a
// value of another type.
#pragma once

#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>

#include "base/result.h"
#include "protocol/json.h"

namespace protocol {

/// Whether a JSON value can become a T: of its type, and within its range.
template <class T>
bool fits(const nlohmann::json& value) {
  if constexpr (std::is_same_v<T, bool>) return value.is_boolean();
  else if constexpr (std::is_integral_v<T>)
    return value.is_number_unsigned() ? std::in_range<T>(value.get<std::uint64_t>())
                                      : value.is_number_integer() && std::in_range<T>(value.get<std::int64_t>());
  else if constexpr (std::is_arithmetic_v<T>) return value.is_number();
  else return true;
}

/// Reads `object[key]` into `value`. Absent or null leaves it as it is; another type (a fraction for a whole number,
/// too), or a number beyond it, is an error that names the key.
template <class T>
base::Result<void> read_field(const nlohmann::json& object, const char* key, T& value) {
  const auto it = object.find(key);
  if (it == object.end() || it->is_null()) return {};
  try {
    if (fits<T>(*it)) {
      value = it->template get<T>();
      return {};
    }
  } catch (const nlohmann::json::exception&) {}
  const bool whole = std::is_integral_v<T> && !std::is_same_v<T, bool> && it->is_number_integer();
  return base::error("'" + std::string(key) + (whole ? "' is out of range: " : "' has the wrong type: ") +
                     to_text(*it).substr(0, 80));
}

/// The member, or a null that lives for ever.
const nlohmann::json& member_at(const nlohmann::json& object, const char* key);
/// The member when it is an array, else an empty one that lives for ever.
const nlohmann::json& list_at(const nlohmann::json& object, const char* key);
/// The member when it is an object, else {}.
nlohmann::json object_at(const nlohmann::json& object, const char* key);
/// The member when it is a text, else an empty one.
std::string text_at(const nlohmann::json& object, const char* key);
/// The member when it is a whole number, else `otherwise`.
std::int64_t number_at(const nlohmann::json& object, const char* key, std::int64_t otherwise = 0);
/// The text as JSON, an empty one as null.
nlohmann::json text_or_null(const std::string& text);

/// The member when it is a T, else `otherwise`.
template <class T>
T value_at(const nlohmann::json& object, const char* key, T otherwise) {
  T value = otherwise;
  return read_field(object, key, value) ? value : otherwise;
}

}  // namespace protocol
