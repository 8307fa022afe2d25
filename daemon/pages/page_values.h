// SPDX-License-Identifier: Apache-2.0
// Reading the API's JSON for a page, believing nothing, and showing single values.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "daemon/pages/html.h"

namespace yard::pages {

/// The member, or null when `value` is no object or lacks it.
const nlohmann::json& at(const nlohmann::json& value, std::string_view name);
/// "" unless it is a string.
std::string string_of(const nlohmann::json& value, std::string_view name);
/// `value` if it is an array, else an empty one.
const nlohmann::json& elements_of(const nlohmann::json& value);
/// `value["items"]` likewise; a bare array is its own items.
const nlohmann::json& items_of(const nlohmann::json& value);

/// A metric's cell: numbers with up to six digits and the whole value in a tooltip, NaN and infinities as words.
html::Html cell_of(const nlohmann::json& value);
/// The same as text, whole.
std::string plain_text(const nlohmann::json& value);
/// "34.6 kB"; "" unless it is a number.
std::string size_words(const nlohmann::json& bytes);
/// A string, or the bytes of {"base64": ...}.
std::string argument_text(const nlohmann::json& argument);
/// As a shell would need it.
std::string quoted_word(const std::string& word);
/// At most `most` characters, with "..." at the end of what was longer.
std::string shortened(std::string_view text, std::size_t most);

}  // namespace yard::pages
