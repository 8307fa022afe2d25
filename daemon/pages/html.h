// SPDX-License-Identifier: Apache-2.0
// Pieces of server-made pages. What a function takes as text it escapes; what it takes as Html is markup that these
// functions made, so nothing that a user named can become markup. No script anywhere.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/http/http.h"

namespace yard::html {

/// Markup. Made by the functions below; joined with +=.
struct Html {
  std::string markup;
  Html& operator+=(const Html& more) {
    markup += more.markup;
    return *this;
  }
  bool empty() const { return markup.empty(); }
};

/// Escaped; bytes that are not UTF-8 and control characters become U+FFFD, direction marks are kept inside <bdi>.
Html text(std::string_view text);
Html element(std::string_view tag, const Html& content, std::string_view css_class = "");
Html element(std::string_view tag, std::string_view content, std::string_view css_class = "");
/// `path` is ours, made with base::percent_encode, and relative to the top of the pages.
Html link(std::string_view path, std::string_view content);
/// A status as a badge with its own colour (and word, so colour is not needed to read it).
Html badge(std::string_view status);
/// "3 min ago" beside the UTC time in a tooltip; `iso` as the API gives it, `now` likewise. Unreadable: shown as it is.
Html time_ago(std::string_view iso, std::int64_t now);
/// "1.25 s", "3 min 20 s".
Html duration(double seconds);

struct Column {
  std::string_view title;
  bool number = false;  ///< right-aligned, digits of one width
};
/// A table that scrolls sideways inside its own box. `rows` have as many cells as there are columns.
Html table(const std::vector<Column>& columns, const std::vector<std::vector<Html>>& rows);
/// Label and value, in a list of two columns.
Html facts(const std::vector<std::pair<std::string_view, Html>>& facts);
/// A titled part of a page; nothing when `content` is empty.
Html section(std::string_view title, const Html& content);
/// A sentence that stands out. Kinds: "bad", "warn", "quiet".
Html notice(std::string_view kind, const Html& content);

/// Where the page is: (path, name) from the top; the last is the page itself.
using Trail = std::vector<std::pair<std::string, std::string>>;
/// A whole document. `top`: where links lead from, relative to the page's own address, so that a proxy may put any prefix
/// before it; empty: not known, and there are no links.
std::string page(std::string_view title, std::string_view top, const Trail& trail, const Html& content);

Response error_page(int status, std::string_view title, std::string_view message);

}  // namespace yard::html
