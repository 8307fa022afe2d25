// SPDX-License-Identifier: Apache-2.0
#include "daemon/pages/html.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "base/clock.h"
#include "base/text.h"
#include "daemon/pages/style.h"

namespace yard::html {

namespace {

struct BadgeKind {
  std::string_view status;
  std::string_view kind;
};
constexpr std::array kBadges = {
    BadgeKind{"Completed", "ok"},  BadgeKind{"Failed", "bad"},     BadgeKind{"Running", "run"},
    BadgeKind{"Preparing", "run"}, BadgeKind{"Finalizing", "run"}, BadgeKind{"Queued", "wait"},
    BadgeKind{"CancelRequested", "wait"},
};

/// What a browser would not show, or take for markup, as U+FFFD; a tab and a line end are kept.
std::string visible(std::string_view text) {
  std::string result;
  for (const char c : base::to_utf8(text)) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && c != '\n' && c != '\t') || byte == 0x7f)
      result += "\xEF\xBF\xBD";
    else
      result += c;
  }
  return result;
}

std::string attribute(std::string_view name, std::string_view value) {
  return " " + std::string(name) + "=\"" + base::html_escape(visible(value)) + "\"";
}

std::string words_of_age(std::int64_t micros) {
  const auto seconds = micros / 1'000'000;
  if (seconds < 5) return "just now";
  if (seconds < 60) return std::to_string(seconds) + " s ago";
  if (seconds < 3600) return std::to_string(seconds / 60) + " min ago";
  if (seconds < 86400) return std::to_string(seconds / 3600) + " h ago";
  if (seconds < 14 * 86400) return std::to_string(seconds / 86400) + (seconds < 2 * 86400 ? " day ago" : " days ago");
  return {};
}

std::string row_of(std::string_view tag, const std::vector<Column>& columns, const std::vector<Html>& cells) {
  std::string row = "<tr>";
  for (std::size_t i = 0; i < columns.size(); ++i) {
    row += "<" + std::string(tag) + (columns[i].number ? " class=\"n\">" : ">");
    row += i < cells.size() ? cells[i].markup : "";
    row += "</" + std::string(tag) + ">";
  }
  return row + "</tr>\n";
}

std::string trail_of(std::string_view top, const Trail& trail) {
  std::string nav = "<header><nav>";
  nav += top.empty() ? R"(<span class="brand">Runyard</span>)" : R"(<a class="brand" href=".">Runyard</a>)";
  for (std::size_t i = 0; i < trail.size(); ++i) {
    nav += "<span class=\"sep\">/</span>";
    const auto& [path, name] = trail[i];
    nav += i + 1 < trail.size() ? link(path, name).markup : element("span", name, "here").markup;
  }
  return nav + "</nav></header>\n";
}

}  // namespace

Html text(std::string_view text) { return {base::html_escape(visible(text))}; }

Html element(std::string_view tag, const Html& content, std::string_view css_class) {
  const std::string name(tag);
  return {"<" + name + (css_class.empty() ? "" : attribute("class", css_class)) + ">" + content.markup + "</" + name + ">"};
}

Html element(std::string_view tag, std::string_view content, std::string_view css_class) {
  return element(tag, Html{"<bdi>" + text(content).markup + "</bdi>"}, css_class);
}

Html link(std::string_view path, std::string_view content) {
  return {"<a" + attribute("href", path) + "><bdi>" + text(content).markup + "</bdi></a>"};
}

Html badge(std::string_view status) {
  std::string kind = "badge";
  for (const auto& known : kBadges)
    if (known.status == status) kind += " " + std::string(known.kind);
  return element("span", text(status), kind);
}

Html time_ago(std::string_view iso, std::int64_t now) {
  const auto then = base::parse_iso_time(iso);
  if (!then) return text(iso);
  const auto utc = base::iso_time(*then);
  auto words = words_of_age(now - *then);
  if (words.empty()) words = utc.substr(0, 10);
  return {"<time" + attribute("datetime", utc) + attribute("title", utc.substr(0, 10) + " " + utc.substr(11, 8) + " UTC") + ">" +
          text(words).markup + "</time>"};
}

Html duration(double seconds) {
  if (!(seconds >= 0 && seconds < 1e12)) return text("");
  return text(base::words_of(std::chrono::microseconds(static_cast<std::int64_t>(seconds * 1e6))));
}

Html table(const std::vector<Column>& columns, const std::vector<std::vector<Html>>& rows) {
  std::vector<Html> titles;
  for (const auto& column : columns) titles.push_back(text(column.title));
  Html result{"<div class=\"card\"><div class=\"scroll\"><table><thead>" + row_of("th", columns, titles) + "</thead><tbody>\n"};
  for (const auto& row : rows) result.markup += row_of("td", columns, row);
  result.markup += "</tbody></table></div></div>\n";
  return result;
}

Html facts(const std::vector<std::pair<std::string_view, Html>>& facts) {
  Html list;
  for (const auto& [label, value] : facts) {
    if (value.empty()) continue;
    list += element("dt", text(label));
    list += element("dd", value);
  }
  if (list.empty()) return list;
  return element("div", element("dl", list), "card");
}

Html section(std::string_view title, const Html& content) {
  if (content.empty()) return {};
  Html inside = element("h2", text(title));
  inside += content;
  return element("section", inside);
}

Html notice(std::string_view kind, const Html& content) { return element("div", content, "notice " + std::string(kind)); }

std::string page(std::string_view title, std::string_view top, const Trail& trail, const Html& content) {
  std::string document = "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">";
  if (!top.empty()) document += "<base" + attribute("href", top) + ">";
  document += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>";
  document += text(title).markup + " - Runyard</title><style>" + std::string(kStyle) + "</style></head>\n<body>";
  document += trail_of(top, trail) + "<main>" + content.markup + "</main></body></html>\n";
  return document;
}

Response error_page(int status, std::string_view title, std::string_view message) {
  Html content = element("h1", title);
  content += notice(status >= 500 ? "bad" : "quiet", element("p", message));
  return Response::html(page(title, "", {}, content), status);
}

}  // namespace yard::html
