// SPDX-License-Identifier: Apache-2.0
#include "protocol/labels.h"

#include <algorithm>

#include "protocol/json.h"
#include "protocol/json_field.h"
#include "protocol/names.h"

namespace protocol {

using base::Result;
using nlohmann::json;

namespace {

/// `"K"` or `"K"=V`; nothing when the text is not of this form.
std::optional<LabelFilter> quoted_filter(std::string_view text) {
  if (!text.starts_with('"')) return std::nullopt;
  LabelFilter filter;
  for (std::size_t at = 1; at < text.size(); ++at) {
    const bool quote = text[at] == '"', doubled = quote && text.substr(at + 1).starts_with('"');
    if (quote && !doubled) {
      const auto rest = text.substr(at + 1);
      if (!rest.empty() && rest[0] != '=') return std::nullopt;
      if (!rest.empty()) filter.value = rest.substr(1);
      return filter;
    }
    if (doubled) ++at;
    filter.name += text[at];
  }
  return std::nullopt;
}

/// Null is a value where Value has one for it.
template <class Value>
Result<std::map<std::string, Value>> labels_at(const json& body, const char* key) {
  std::map<std::string, Value> labels;
  const json& given = member_at(body, key);
  if (given.is_null()) return labels;
  if (!given.is_object()) return base::error("'" + std::string(key) + "' is not an object");
  for (const auto& [name, value] : given.items()) {
    TRY(check_name(key, name));
    if (value.is_string()) labels[name] = value.template get<std::string>();
    else if (value.is_null() && std::is_constructible_v<Value, std::nullopt_t>) labels.try_emplace(name);
    else return base::error("'" + name + "' in '" + key + "' is not a string");
  }
  return labels;
}

}  // namespace

Result<Tags> tags_from_json(const json& body) { return labels_at<std::optional<std::string>>(body, "tags"); }

Result<std::map<std::string, std::string>> properties_from_json(const json& body) {
  return labels_at<std::string>(body, "properties");
}

Result<std::vector<std::string>> names_from_json(const json& body, const char* key) {
  const json& names = member_at(body, key);
  if (names.is_null()) return std::vector<std::string>();
  if (!names.is_array() || !std::all_of(names.begin(), names.end(), [](const json& name) { return name.is_string(); }))
    return base::error("'" + std::string(key) + "' is not an array of strings");
  return names.get<std::vector<std::string>>();
}

LabelFilter label_filter(std::string_view text) {
  if (auto quoted = quoted_filter(text)) return *quoted;
  const auto equals = text.find('=');
  if (equals == std::string_view::npos) return {std::string(text), std::nullopt};
  return {std::string(text.substr(0, equals)), std::string(text.substr(equals + 1))};
}

}  // namespace protocol
