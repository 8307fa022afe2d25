// SPDX-License-Identifier: Apache-2.0
#include "cli/words.h"

#include <array>
#include <chrono>
#include <utility>

#include "base/text.h"
#include "protocol/json_field.h"
#include "protocol/run_state.h"

namespace cli {

using nlohmann::json;
using protocol::list_at;
using protocol::member_at;
using protocol::number_at;
using protocol::text_at;

namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
constexpr std::size_t kIndent = 2;  ///< of a sentence's further lines

/// Bytes of the UTF-8 sequence that begins with `first`.
std::size_t sequence_size(char first) {
  const auto c = static_cast<unsigned char>(first);
  return c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
}

/// U+202A to U+202E and U+2066 to U+2069: they make a line read otherwise than it is.
bool turns_direction(std::string_view sequence) {
  return sequence.starts_with("\xE2\x80")
             ? sequence[2] >= '\xAA' && sequence[2] <= '\xAE'
             : sequence.starts_with("\xE2\x81") && sequence[2] >= '\xA6' && sequence[2] <= '\xA9';
}

std::string cleaned(std::string_view text, std::string_view keep) {
  const std::string utf8 = base::to_utf8(text);
  std::string out;
  for (std::size_t i = 0; i < utf8.size();) {
    const std::string_view sequence = std::string_view(utf8).substr(i, sequence_size(utf8[i]));
    const bool kept = sequence.size() == 1 && keep.find(sequence[0]) != std::string_view::npos;
    out += !kept && (base::has_control(sequence) || turns_direction(sequence)) ? kReplacement : sequence;
    i += sequence.size();
  }
  return out;
}

std::string after(const json& run) {
  const json& seconds = member_at(run, "duration_seconds");
  if (!seconds.is_number()) return "";
  return " after " + base::format_duration(std::chrono::microseconds(base::from_seconds(seconds.get<double>())));
}

std::string word_of_argument(const json& argument) {
  if (!argument.is_string()) return "(bytes)";
  const auto text = argument.get<std::string>();
  const bool plain = !text.empty() && text.find_first_of(" \t\n'\"\\$`;&|<>*?()") == std::string::npos;
  return plain ? text : "'" + text + "'";
}

}  // namespace

std::string printable(std::string_view text) { return cleaned(text, ""); }
std::string printable_block(std::string_view text) { return cleaned(text, "\n\t"); }

std::string printable_lines(std::string_view text, std::size_t indent) {
  std::string lines;
  for (std::string line : base::split(text, '\n')) {
    if (line.ends_with('\r')) line.pop_back();
    lines += (lines.empty() ? "" : "\n" + std::string(indent, ' ')) + printable_block(line);
  }
  lines.erase(lines.find_last_not_of(" \n") + 1);
  return lines;
}

std::string one_line(std::string_view text) {
  std::string line;
  for (const std::string& row : base::split(text, '\n')) {
    const auto words = base::trim(row, " \t\r");
    if (!words.empty()) (line += line.empty() ? "" : " ") += words;
  }
  return line;
}

std::string age(std::string_view iso, base::Micros now) {
  const auto then = base::parse_iso_time(iso);
  if (!then) return "";
  const std::int64_t seconds = (now - *then) / 1'000'000;
  if (seconds < 1) return "just now";
  static constexpr std::array<std::pair<std::int64_t, const char*>, 4> kUnits{
      {{86400, " d ago"}, {3600, " h ago"}, {60, " min ago"}, {1, " s ago"}}};
  for (const auto& [size, words] : kUnits)
    if (seconds >= size) return std::to_string(seconds / size) + words;
  return "";
}

std::string_view color_of(std::string_view status) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kColors{
      {{"Queued", "\033[33m"},
       {"Preparing", "\033[36m"},
       {"Running", "\033[34m"},
       {"Finalizing", "\033[36m"},
       {"CancelRequested", "\033[35m"},
       {"Completed", "\033[32m"},
       {"Failed", "\033[31m"},
       {"Canceled", "\033[35m"}}};
  for (const auto& [word, color] : kColors)
    if (word == status) return color;
  return "";
}

std::string plural(std::uint64_t count, std::string_view noun) {
  return std::to_string(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

bool is_final(const json& run) {
  const auto state = protocol::state_from_string(text_at(run, "status"));
  return state && protocol::is_final(*state);
}

std::string outcome_sentence(const json& run) {
  const std::string status = text_at(run, "status");
  std::string sentence = "run " + printable(text_at(run, "id"));
  if (!is_final(run)) {
    const std::string waiting = text_at(run, "waiting");
    return sentence + " is " + base::lower(status) + (waiting.empty() ? "" : ": " + printable(waiting));
  }
  sentence += (status == "Canceled" ? " was canceled" : " " + base::lower(status)) + after(run);
  const std::string why = text_at(member_at(run, "error"), "message");
  return why.empty() ? sentence : sentence + ": " + printable_lines(why, kIndent);
}

std::string command_line(const json& run) {
  if (text_at(run, "kind") == "interactive") return "interactive";
  const json& command = member_at(run, "command");
  if (command.is_string()) return printable(command.get<std::string>());
  std::string line = text_at(run, "script");
  for (const json* list : {&list_at(run, "command"), &list_at(run, "arguments")})
    for (const json& argument : *list) line += (line.empty() ? "" : " ") + word_of_argument(argument);
  return printable(line);
}

int exit_code_of(const json& run) {
  const std::string status = text_at(run, "status");
  if (status == "Completed") return 0;
  if (status == "Canceled") return kExitCanceled;
  const std::int64_t signal = number_at(run, "signal");
  if (signal > 0 && signal < 128) return static_cast<int>(128 + signal);
  const std::int64_t code = number_at(run, "exit_code");
  return code > 0 && code < 256 ? static_cast<int>(code) : 1;
}

}  // namespace cli
