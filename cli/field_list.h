// SPDX-License-Identifier: Apache-2.0
// What is known about one thing, for the terminal.
#pragma once

#include <string>
#include <string_view>

#include "cli/words.h"

namespace cli {

/// Lines of "name  value"; empty values are skipped. A sentence keeps its line ends.
class FieldList {
 public:
  explicit FieldList(bool color) : color_(color) {}
  void add(const std::string& name, const std::string& value, std::string_view color = "") {
    add_shown(name, printable(value), color);
  }
  void sentence(const std::string& name, const std::string& value, std::string_view color = "") {
    add_shown(name, printable_lines(value, kWidth), color);
  }
  void block(const std::string& text) { text_ += "\n" + printable_block(text) + (text.ends_with('\n') ? "" : "\n"); }
  const std::string& text() const { return text_; }

 private:
  static constexpr std::size_t kWidth = 14;
  void add_shown(const std::string& name, const std::string& shown, std::string_view color) {
    if (shown.empty()) return;
    text_ += name + std::string(name.size() < kWidth ? kWidth - name.size() : 1, ' ');
    text_ += color_ && !color.empty() ? std::string(color) + shown + "\033[0m" : shown;
    text_ += '\n';
  }
  bool color_;
  std::string text_;
};

}  // namespace cli
