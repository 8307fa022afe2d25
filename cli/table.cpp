// SPDX-License-Identifier: Apache-2.0
#include "cli/table.h"

#include <wchar.h>

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "cli/words.h"

namespace cli {
namespace {

constexpr std::size_t kGap = 2;
constexpr std::size_t kLeastLastColumn = 8;

/// Removes the first code point of `text`, which is UTF-8, and returns it.
wchar_t pop_code_point(std::string_view& text, std::size_t& bytes) {
  const auto first = static_cast<unsigned char>(text[0]);
  bytes = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  bytes = std::min(bytes, text.size());
  unsigned code = bytes == 1 ? first : first & (0xFFu >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i) code = code << 6 | (static_cast<unsigned char>(text[i]) & 0x3Fu);
  text.remove_prefix(bytes);
  return static_cast<wchar_t>(code);
}

std::size_t width_of(wchar_t c) {
  const int width = ::wcwidth(c);
  return width < 0 ? 1 : static_cast<std::size_t>(width);
}

}  // namespace

std::size_t display_width(std::string_view text) {
  const std::string utf8 = base::to_utf8(text);
  std::size_t width = 0, bytes = 0;
  for (std::string_view rest = utf8; !rest.empty();) width += width_of(pop_code_point(rest, bytes));
  return width;
}

std::string fit(std::string_view text, std::size_t columns) {
  if (display_width(text) <= columns) return std::string(text);
  if (columns == 0) return "";
  const std::string utf8 = base::to_utf8(text);
  std::size_t used = 0, kept = 0;
  for (std::string_view rest = utf8; !rest.empty();) {
    std::size_t bytes = 0;
    const std::size_t width = width_of(pop_code_point(rest, bytes));
    if (used + width > columns - 1) break;
    used += width;
    kept += bytes;
  }
  return utf8.substr(0, kept) + "…";
}

void Table::add(std::vector<Cell> row) {
  row.resize(columns_.size(), Cell(""));
  for (Cell& cell : row) cell.text = printable(cell.text);
  rows_.push_back(std::move(row));
}

std::vector<std::size_t> Table::widths() const {
  std::vector<std::size_t> widths;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    std::size_t widest = display_width(columns_[i].title);
    for (const auto& row : rows_) widest = std::max(widest, display_width(row[i].text));
    widths.push_back(widest);
  }
  return widths;
}

std::string Table::line(const std::vector<Cell>& row, const std::vector<std::size_t>& widths, bool color,
                        std::size_t width) const {
  std::string out;
  std::size_t used = 0;
  for (std::size_t i = 0; i < row.size(); ++i) {
    const bool last = i + 1 == row.size();
    std::string text = row[i].text;
    if (last && width > 0) text = fit(text, std::max(width > used ? width - used : 0, kLeastLastColumn));
    const std::size_t taken = display_width(text);
    const std::string padding(widths[i] > taken ? widths[i] - taken : 0, ' ');
    const bool right = columns_[i].align == Align::kRight;
    if (right) out += padding;
    out += color && !row[i].color.empty() ? std::string(row[i].color) + text + "\033[0m" : text;
    if (!right && !last) out += padding;
    if (!last) out.append(kGap, ' ');
    used += widths[i] + kGap;
  }
  out.erase(out.find_last_not_of(' ') + 1);
  return out + "\n";
}

std::string Table::text(bool color, std::size_t width) const {
  const auto sizes = widths();
  std::vector<Cell> titles;
  for (const auto& column : columns_) titles.emplace_back(column.title, "\033[1m");
  std::string out = line(titles, sizes, color, width);
  for (const auto& row : rows_) out += line(row, sizes, color, width);
  return out;
}

}  // namespace cli
