// SPDX-License-Identifier: Apache-2.0
// Small helpers for text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace base {

bool is_utf8(std::string_view bytes);
/// Bytes that are not UTF-8 become U+FFFD.
std::string to_utf8(std::string_view bytes);
/// Code points; `text` is UTF-8.
std::size_t length_utf8(std::string_view text);
/// Control characters, C0, DEL and C1.
bool has_control(std::string_view text);
/// A relative path that stays below its root: no empty, "." or ".." component, no leading '/', no NUL.
bool is_safe_relative(std::string_view path);
/// ASCII letters in lower case; every other byte as it is.
std::string lower(std::string_view text);
std::vector<std::string> split(std::string_view text, char separator);
/// The words with the separator between them.
std::string join(const std::vector<std::string>& words, std::string_view separator);
/// Without the blanks at both ends. A view of `text`: the text must outlive it.
std::string_view trim(std::string_view text, std::string_view blanks = " \t\r\n");
/// Decodes %XX once; false when an escape is broken or gives NUL.
bool percent_decode(std::string_view text, std::string& decoded);
/// Everything but unreserved characters and `keep` as %XX.
std::string percent_encode(std::string_view text, std::string_view keep = "");
/// "12 GB", "340 kB", "17 bytes" (powers of 1000).
std::string format_bytes(std::uint64_t bytes);
std::string html_escape(std::string_view text);

}  // namespace base
