// SPDX-License-Identifier: Apache-2.0
// Writes and reads a struct as a JSON object by one table of keys and members, so that the two cannot differ.
// A source specializes kTable for its structs:
//
//   template <> constexpr auto kTable<Started> = std::tuple{Field{"pid", &Started::pid}, ...};
//
// Reading is tolerant: an unknown key is ignored, a missing key or one of another type leaves the member as it is.
#pragma once

#include <concepts>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "base/process.h"
#include "protocol/json.h"
#include "protocol/json_field.h"
#include "protocol/spec.h"

namespace protocol {

/// The member is the value of `key`. An empty std::optional is not written.
template <class Member>
struct Field {
  const char* key;
  Member member;
};
template <class Member>
Field(const char*, Member) -> Field<Member>;

/// As Field, but an empty member is written as null.
template <class Member>
struct OrNull {
  const char* key;
  Member member;
};
template <class Member>
OrNull(const char*, Member) -> OrNull<Member>;

/// The member has a table itself, and its keys stand in the same object.
template <class Member>
struct Inlined {
  Member member;
};
template <class Member>
Inlined(Member) -> Inlined<Member>;

/// The table of T; null for a type that has none.
template <class T>
constexpr auto kTable = nullptr;
template <>
inline constexpr auto kTable<base::ProcessId> =
    std::tuple{Field{"pid", &base::ProcessId::pid}, Field{"start_time", &base::ProcessId::start_time}};

template <class T>
concept HasTable = !std::same_as<std::remove_const_t<decltype(kTable<T>)>, std::nullptr_t>;

template <class T>
nlohmann::json encode(const T& value);
/// False when the value is not a T; `into` then stays as it is.
template <class T>
bool decode(const nlohmann::json& value, T& into);

template <HasTable T>
nlohmann::json to_object(const T& from);
template <HasTable T>
T from_object(const nlohmann::json& object);

namespace detail {

template <class T>
inline constexpr bool kIsOptional = false;
template <class T>
inline constexpr bool kIsOptional<std::optional<T>> = true;

template <class T>
bool is_empty(const T& value) {
  if constexpr (kIsOptional<T>) return !value;
  else return value.empty();
}

template <class T, class Member>
void write(nlohmann::json& object, const T& from, const Field<Member>& field) {
  const auto& value = from.*field.member;
  if constexpr (kIsOptional<std::decay_t<decltype(value)>>) {
    if (value) object[field.key] = encode(*value);
  } else {
    object[field.key] = encode(value);
  }
}
template <class T, class Member>
void write(nlohmann::json& object, const T& from, const OrNull<Member>& field) {
  const auto& value = from.*field.member;
  object[field.key] = is_empty(value) ? nlohmann::json(nullptr) : encode(value);
}
template <class T, class Member>
void write(nlohmann::json& object, const T& from, const Inlined<Member>& field) {
  object.update(to_object(from.*field.member));
}

template <class T, class Keyed>
void read(const nlohmann::json& object, T& into, const Keyed& field) {
  if (const auto found = object.find(field.key); found != object.end()) (void)decode(*found, into.*field.member);
}
template <class T, class Member>
void read(const nlohmann::json& object, T& into, const Inlined<Member>& field) {
  auto& member = into.*field.member;
  member = from_object<std::decay_t<decltype(member)>>(object);
}

inline nlohmann::json encode_value(const WorkspaceId& id) { return to_json(id); }
template <class T>
nlohmann::json encode_value(const std::optional<T>& value) {
  return value ? encode(*value) : nlohmann::json(nullptr);
}
template <class T>
nlohmann::json encode_value(const std::vector<T>& list) {
  nlohmann::json array = nlohmann::json::array();
  for (const auto& item : list) array.push_back(encode(item));
  return array;
}
template <class T>
nlohmann::json encode_value(const std::map<std::string, T>& map) {
  nlohmann::json object = nlohmann::json::object();
  for (const auto& [name, value] : map) object[name] = encode(value);
  return object;
}
template <class T>
nlohmann::json encode_value(const T& value) {
  if constexpr (HasTable<T>) return to_object(value);
  else return value;
}

inline bool decode_value(const nlohmann::json& value, WorkspaceId& into) {
  auto id = workspace_from_json(value);
  if (id) into = std::move(*id);
  return id.has_value();
}
inline bool decode_value(const nlohmann::json& value, std::string& into) {
  if (value.is_string()) into = value.get<std::string>();
  return value.is_string();
}
inline bool decode_value(const nlohmann::json& value, nlohmann::json& into) {
  if (value.is_object()) into = value;
  return value.is_object();
}
template <class T>
bool decode_value(const nlohmann::json& value, std::optional<T>& into) {
  T read{};
  if (decode(value, read)) into = std::move(read);
  return true;  // null, or a value of another type, counts as none
}
/// Items of another type are skipped.
template <class T>
bool decode_value(const nlohmann::json& value, std::vector<T>& into) {
  if (!value.is_array()) return false;
  for (const auto& item : value)
    if (T read{}; decode(item, read)) into.push_back(std::move(read));
  return true;
}
template <class T>
bool decode_value(const nlohmann::json& value, std::map<std::string, T>& into) {
  if (!value.is_object()) return false;
  for (const auto& [name, item] : value.items())
    if (T read{}; decode(item, read)) into[name] = std::move(read);
  return true;
}
template <class T>
bool decode_value(const nlohmann::json& value, T& into) {
  if constexpr (HasTable<T>) {
    if (!value.is_object()) return false;
    into = from_object<T>(value);
    return true;
  } else {
    if (!fits<T>(value)) return false;
    into = value.template get<T>();
    return true;
  }
}

}  // namespace detail

template <class T>
nlohmann::json encode(const T& value) {
  return detail::encode_value(value);
}
template <class T>
bool decode(const nlohmann::json& value, T& into) {
  return detail::decode_value(value, into);
}

template <HasTable T>
nlohmann::json to_object(const T& from) {
  nlohmann::json object = nlohmann::json::object();
  std::apply([&](const auto&... field) { (detail::write(object, from, field), ...); }, kTable<T>);
  return object;
}

template <HasTable T>
T from_object(const nlohmann::json& object) {
  T into;
  std::apply([&](const auto&... field) { (detail::read(object, into, field), ...); }, kTable<T>);
  return into;
}

}  // namespace protocol
