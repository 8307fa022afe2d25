// SPDX-License-Identifier: Apache-2.0
#include "cli/harmless.h"

#include <utility>

#include "cli/words.h"

namespace cli {

namespace {

constexpr char kEscape = '\033', kBell = '\a', kCancel = '\x18', kSubstitute = '\x1A';
constexpr std::size_t kLongestColor = 100;

bool is_between(char c, char first, char last) { return c >= first && c <= last; }
bool is_plain(char c) { return is_between(c, ' ', '~') || c == '\r' || c == '\n' || c == '\t'; }

bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

/// Bytes of the character that begins with `first`; 0: none does.
std::size_t character_size(char first) {
  const auto c = static_cast<unsigned char>(first);
  return c < 0xC2 || c > 0xF4 ? 0 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
}

/// The C1 control, which is another way to write ESC and that character; NUL for other characters.
char after_escape(std::string_view character) {
  if (character.size() != 2 || character[0] != '\xC2' || static_cast<unsigned char>(character[1]) >= 0xA0) return '\0';
  return static_cast<char>(static_cast<unsigned char>(character[1]) - 0x40);
}

bool is_color(std::string_view parameters) {
  return parameters.size() <= kLongestColor && parameters.find_first_not_of("0123456789;:") == std::string_view::npos;
}

}  // namespace

std::string Harmless::pass(std::string_view piece) {
  std::string shown;
  shown.reserve(piece.size());
  for (const char c : piece) filter(c, shown);
  return shown;
}

void Harmless::filter(char c, std::string& shown) {
  if (!character_.empty() && continues_character(c)) {
    character_ += c;
    if (character_.size() == character_size(character_[0])) filter_character(std::exchange(character_, {}), shown);
    return;
  }
  if (!character_.empty()) filter_character(std::exchange(character_, {}), shown);  // it was cut short
  if (static_cast<unsigned char>(c) < 0x80) filter_ascii(c, shown);
  else if (character_size(c) > 0) character_ = c;
  else filter_character(std::string(1, c), shown);
}

void Harmless::filter_character(const std::string& character, std::string& shown) {
  const char control = after_escape(character);
  if (control != '\0') {
    if (state_ == State::string && control != '\\') return;
    state_ = State::escape;
    return filter_after_escape(control, shown);
  }
  if (state_ == State::string || state_ == State::string_escape) {
    state_ = State::string;
    return;
  }
  state_ = State::text;
  shown += printable(character);
}

void Harmless::filter_ascii(char c, std::string& shown) {
  switch (state_) {
    case State::csi:
      return filter_csi(c, shown);
    case State::string:
      return skip_string(c, shown);
    case State::escape:
      return filter_after_escape(c, shown);
    case State::escape_rest:
      if (is_between(c, ' ', '/')) return;
      state_ = State::text;
      if (is_between(c, '0', '~')) return;
      break;
    case State::string_escape:  // the end of the string, or of it and the beginning of another sequence
      state_ = State::escape;
      return filter_after_escape(c, shown);
    case State::text:
      break;
  }
  if (c == kEscape) state_ = State::escape;
  else if (is_plain(c)) shown += c;
}

void Harmless::filter_after_escape(char c, std::string& shown) {
  csi_.clear();
  state_ = State::text;
  if (c == '[') state_ = State::csi;
  else if (c == ']' || c == 'P' || c == 'X' || c == '^' || c == '_') state_ = State::string;
  else if (is_between(c, ' ', '/')) state_ = State::escape_rest;
  else if (!is_between(c, '0', '~')) filter_ascii(c, shown);
}

void Harmless::filter_csi(char c, std::string& shown) {
  if (is_between(c, ' ', '?')) {
    if (csi_.size() <= kLongestColor) csi_ += c;
    return;
  }
  state_ = State::text;
  if (is_between(c, '@', '~')) end_csi(c, shown);
  else filter_ascii(c, shown);
}

void Harmless::end_csi(char final, std::string& shown) {
  if (final != 'm' || !is_color(csi_)) return;
  colored_ = !csi_.empty() && csi_ != "0";
  shown.append("\033[").append(csi_).append("m");
}

/// The end of a line ends the string too: the log goes on, even where a terminal would swallow it.
void Harmless::skip_string(char c, std::string& shown) {
  if (c == kEscape) state_ = State::string_escape;
  else if (c == kBell || c == kCancel || c == kSubstitute) state_ = State::text;
  else if (c == '\n') state_ = State::text, shown += c;
}

}  // namespace cli
