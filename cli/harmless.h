// SPDX-License-Identifier: Apache-2.0
// Filters the bytes of a run for a terminal: they may show text, and color it. Pure.
#pragma once

#include <string>
#include <string_view>

namespace cli {

/// Removes escape sequences with their payload, except colors (SGR, "ESC [ digits;... m"), and control characters
/// except CR, LF and tab. Bytes that are not UTF-8, and characters that turn the writing direction, become U+FFFD. A
/// sequence or character may be cut anywhere between two pieces. One for each stream.
class Harmless {
 public:
  /// The next piece, filtered.
  std::string pass(std::string_view piece);
  /// Whether a color was left on.
  bool is_colored() const { return colored_; }

 private:
  enum class State { text, escape, escape_rest, csi, string, string_escape };
  void filter(char c, std::string& shown);
  void filter_character(const std::string& character, std::string& shown);
  void filter_ascii(char c, std::string& shown);
  void filter_after_escape(char c, std::string& shown);
  void filter_csi(char c, std::string& shown);
  void skip_string(char c, std::string& shown);
  void end_csi(char final, std::string& shown);

  State state_ = State::text;
  std::string character_;  // as far as it came
  std::string csi_;        // parameters as far as they came
  bool colored_ = false;
};

}  // namespace cli
