// SPDX-License-Identifier: Apache-2.0
#include "protocol/bytes_json.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "base/digest.h"
#include "base/text.h"

namespace protocol {

using nlohmann::json;

json bytes_to_json(std::string_view bytes) {
  if (base::is_utf8(bytes)) return json(std::string(bytes));
  return json{{"base64", base::base64(bytes)}};
}

base::Result<std::string> bytes_from_json(const json& value) {
  std::string bytes;
  if (value.is_string()) {
    bytes = value.get<std::string>();
  } else if (!value.is_object() || !value.contains("base64") || !value["base64"].is_string() ||
             !base::from_base64(value["base64"].get<std::string>(), bytes)) {
    return base::error("expected a string or {\"base64\": ...}, not " + value.dump().substr(0, 80));
  }
  if (bytes.find('\0') != std::string::npos) return base::error("a string contains a NUL byte");
  return bytes;
}

json map_to_json(const StringMap& map) {
  json object = json::object();
  for (const auto& [name, value] : map)
    if (base::is_utf8(name)) object[name] = bytes_to_json(value);
  return object;
}

base::Result<StringMap> map_from_json(const json& object) {
  StringMap map;
  if (object.is_null()) return map;
  if (!object.is_object()) return base::error("expected an object of names and strings");
  for (const auto& [name, value] : object.items()) {
    TRY_ASSIGN_FOR("'" + name + "'", map[name], bytes_from_json(value));
  }
  return map;
}

json list_to_json(const std::vector<std::string>& list) {
  json array = json::array();
  for (const auto& item : list) array.push_back(bytes_to_json(item));
  return array;
}

base::Result<std::vector<std::string>> list_from_json(const json& array) {
  std::vector<std::string> list;
  if (array.is_null()) return list;
  if (!array.is_array()) return base::error("expected an array of strings");
  for (const auto& item : array) {
    TRY_ASSIGN(std::string text, bytes_from_json(item));
    list.push_back(std::move(text));
  }
  return list;
}

bool looks_secret(std::string_view name) {
  std::string upper(name);
  std::transform(upper.begin(), upper.end(), upper.begin(),
                 [](unsigned char c) { return static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c); });
  constexpr std::array kWords{"TOKEN", "SECRET", "PASSWORD", "PASSWD", "PASSPHRASE", "CREDENTIAL", "APIKEY", "API_KEY",
                              "ACCESS_KEY", "PRIVATE_KEY", "AUTH", "CONNECTION_STRING", "_KEY", "_PWD"};
  if (upper == "SSH_AUTH_SOCK" || upper == "XAUTHORITY") return false;
  return std::any_of(kWords.begin(), kWords.end(),
                     [&](const char* word) { return upper.find(word) != std::string::npos; });
}

namespace {

/// As deep as simdjson goes. Deeper text would overflow the stack of whoever copies or writes it.
constexpr std::size_t kDeepest = 1024;

bool is_too_deep(std::string_view text) {
  std::size_t depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string && c == '\\') ++i;
    else if (c == '"') in_string = !in_string;
    else if (!in_string && (c == '[' || c == '{') && ++depth > kDeepest) return true;
    else if (!in_string && (c == ']' || c == '}') && depth > 0) --depth;
  }
  return false;
}

}  // namespace

base::Result<json> parse_json(std::string_view text, std::string_view what) {
  if (is_too_deep(text))
    return base::error("cannot read " + std::string(what) + ": it is nested deeper than " + std::to_string(kDeepest) +
                       " levels");
  try {
    return json::parse(text);
  } catch (const json::exception& e) {
    return base::error("cannot read " + std::string(what) + ": " + e.what());
  }
}

std::string redacted_environ(std::string_view text) {
  const auto parsed = parse_json(text, "environ.json");
  auto map = parsed ? map_from_json(*parsed) : base::Result<StringMap>(parsed.error());
  if (!map) return "{}\n";
  for (auto& [name, value] : *map)
    if (looks_secret(name)) value = kRedacted;
  return map_to_json(*map).dump() + "\n";
}

}  // namespace protocol
