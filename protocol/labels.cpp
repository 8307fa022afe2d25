// SPDX-License-Identifier: Apache-2.0
#include "protocol/labels.h"

#include <algorithm>

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

}  // namespace

Result<json> labels_from_json(const json& body, const char* key, bool null_allowed) {
  const auto it = body.find(key);
  if (it == body.end() || it->is_null()) return json::object();
  if (!it->is_object()) return base::error("'" + std::string(key) + "' is not an object");
  for (const auto& [name, value] : it->items()) {
    TRY(protocol::check_name(key, name));
    if (!value.is_string() && !(null_allowed && value.is_null()))
      return base::error("'" + name + "' in '" + key + "' is not a string");
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

LabelFilter label_filter(std::string_view text) {
  if (auto quoted = quoted_filter(text)) return *quoted;
  const auto equals = text.find('=');
  if (equals == std::string_view::npos) return {std::string(text), std::nullopt};
  return {std::string(text.substr(0, equals)), std::string(text.substr(equals + 1))};
}

}  // namespace protocol
