// SPDX-License-Identifier: Apache-2.0
#include "daemon/pages/page_values.h"

#include <array>
#include <cstdio>

#include "base/digest.h"
#include "base/text.h"
#include "protocol/json.h"

namespace yard::pages {

using Json = nlohmann::json;

namespace {

const Json kNull;
const Json kNone = Json::array();

/// {"$":"nan"} and its like, as people write them.
std::string special(const Json& value) {
  const auto word = string_of(value, "$");
  if (word == "nan") return "NaN";
  if (word == "inf") return "∞";
  if (word == "-inf") return "−∞";
  return {};
}

std::string six_digits(double number) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.6g", number);
  return text.data();
}

}  // namespace

const Json& at(const Json& value, std::string_view name) {
  if (!value.is_object()) return kNull;
  const auto found = value.find(name);
  return found == value.end() ? kNull : *found;
}

std::string string_of(const Json& value, std::string_view name) {
  const auto& member = at(value, name);
  return member.is_string() ? member.get<std::string>() : std::string();
}

const Json& elements_of(const Json& value) { return value.is_array() ? value : kNone; }

const Json& items_of(const Json& value) { return value.is_array() ? value : elements_of(at(value, "items")); }

std::string plain_text(const Json& value) {
  if (value.is_null()) return {};
  if (value.is_string()) return value.get<std::string>();
  if (value.is_object() && !special(value).empty()) return special(value);
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

html::Html cell_of(const Json& value) {
  const auto whole = plain_text(value);
  if (whole.empty()) return {};
  if (value.is_string()) return html::element("span", shortened(whole, 120), "name");
  if (!value.is_number_float()) return html::text(shortened(whole, 120));
  const auto rounded = six_digits(value.get<double>());
  if (rounded == whole) return html::text(whole);
  return {"<span title=\"" + base::html_escape(whole) + "\">" + base::html_escape(rounded) + "</span>"};
}

std::string size_words(const Json& bytes) {
  if (!bytes.is_number()) return {};
  const auto size = bytes.get<double>();
  return size >= 0 && size < 9e18 ? base::words_of_bytes(static_cast<std::uint64_t>(size)) : std::string();
}

std::string argument_text(const Json& argument) {
  if (argument.is_string()) return argument.get<std::string>();
  std::string bytes;
  if (base::from_base64(string_of(argument, "base64"), bytes)) return bytes;
  return {};
}

std::string quoted_word(const std::string& word) {
  static constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=./:,@%^";
  if (!word.empty() && word.find_first_not_of(kPlain) == std::string::npos) return word;
  std::string quoted = "'";
  for (const char c : word) quoted += c == '\'' ? "'\\''" : std::string(1, c);
  return quoted + "'";
}

std::string shortened(std::string_view text, std::size_t most) {
  const auto utf8 = base::to_utf8(text);
  std::size_t characters = 0;
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    const bool begins = (static_cast<unsigned char>(utf8[i]) & 0xc0) != 0x80;
    if (begins && characters++ == most) return utf8.substr(0, i) + "…";
  }
  return utf8;
}

}  // namespace yard::pages
