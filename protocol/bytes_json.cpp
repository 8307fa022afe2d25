// SPDX-License-Identifier: Apache-2.0
#include "protocol/bytes_json.h"

#include <algorithm>
#include <array>

#include "base/digest.h"
#include "base/text.h"
#include "protocol/json.h"

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
    return base::error("expected a string or {\"base64\": ...}, not " + to_text(value).substr(0, 80));
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

namespace {

// The JSON library copies and writes by recursion: a body of brackets would overflow the stack. parse_json is the only
// way in.
constexpr int kDeepest = 200;  // no real file has as many levels

bool is_too_deep(std::string_view text) {
  int depth = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"') quoted = !quoted;
    else if (quoted) i += c == '\\';
    else if (c == '[' || c == '{') ++depth;
    else if (c == ']' || c == '}') --depth;
    if (depth > kDeepest) return true;
  }
  return false;
}

}  // namespace

base::Result<json> parse_json(std::string_view text, std::string_view what) {
  constexpr std::size_t kShown = 300;  // the parser's words hold what it read last, of any length
  if (is_too_deep(text))
    return base::error("cannot read " + std::string(what) + ": it is nested more than " + std::to_string(kDeepest) +
                       " deep");
  try {
    return json::parse(text);
  } catch (const json::exception& e) {
    return base::error("cannot read " + std::string(what) + ": " +
                       base::to_utf8(std::string_view(e.what()).substr(0, kShown)));
  }
}

}  // namespace protocol
