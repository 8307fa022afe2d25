// SPDX-License-Identifier: Apache-2.0
// Tables for people: columns as wide as their widest cell, counted in the columns of a terminal.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace cli {

/// Columns that `text` (UTF-8) takes on a terminal: East Asian wide characters take two, combining ones none.
std::size_t display_width(std::string_view text);
/// The beginning of `text` that fits, ended by "…" when something was cut.
std::string fit(std::string_view text, std::size_t columns);

/// Holds cells in printable form: control characters never come out. Prints nothing itself.
class Table {
 public:
  enum class Align { kLeft, kRight };
  struct Column {
    std::string title;
    Align align = Align::kLeft;
  };
  struct Cell {
    std::string text;
    std::string_view color;  ///< escape sequence, used when the table is printed in color
    Cell(std::string t, std::string_view c = "") : text(std::move(t)), color(c) {}
    Cell(const char* t) : text(t) {}
  };

  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}
  void add(std::vector<Cell> row);
  bool empty() const { return rows_.empty(); }
  /// Lines with '\n'. `width`: the last column is cut to fit into so many terminal columns; 0: never.
  std::string text(bool color, std::size_t width) const;

 private:
  std::string line(const std::vector<Cell>& row, const std::vector<std::size_t>& widths, bool color,
                   std::size_t width) const;
  std::vector<std::size_t> widths() const;

  std::vector<Column> columns_;
  std::vector<std::vector<Cell>> rows_;
};

}  // namespace cli
