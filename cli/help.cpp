// SPDX-License-Identifier: Apache-2.0
#include "cli/help.h"

#include <algorithm>

namespace cli {
namespace {

constexpr std::size_t kCommandColumn = 18, kOptionColumn = 28;

/// "  NAME      what it is".
std::string line(const std::string& name, std::size_t column, const std::string& what) {
  return "  " + name + std::string(name.size() < column ? column - name.size() : 1, ' ') + what + "\n";
}

/// "RUN...", "[NAME]".
std::string in_usage(const Option& option) {
  const std::string name = option.names + (option.is_repeatable() ? "..." : "");
  return " " + (option.required ? name : "[" + name + "]");
}

/// "-e,--env NAME=VALUE ...".
std::string in_list(const Option& option) {
  std::string name = option.names;
  if (!option.value.empty()) name += " " + option.value;
  if (option.is_repeatable()) name += " ...";
  return option.required ? name + " REQUIRED" : name;
}

std::string list(const char* title, const std::vector<Option>& options, bool positional) {
  std::string lines;
  for (const Option& option : options)
    if (option.is_positional() == positional) lines += line(in_list(option), kOptionColumn, option.help);
  return lines.empty() ? "" : std::string("\n") + title + ":\n" + lines;
}

}  // namespace

std::string usage_of(const Command& command) {
  std::string text = " [OPTIONS]";
  if (command.rest) text += " " + command.rest_usage;
  for (const Option& option : command.options)
    if (option.is_positional()) text += in_usage(option);
  return text;
}

std::string help_text(const Command& command, const std::vector<Option>& options) {
  std::string text = command.about + "\nUsage: runyard " + command.words + usage_of(command);
  text += "\n" + list("Positionals", options, true) + list("Options", options, false);
  return command.examples.empty() ? text : text + "\nExamples:\n" + command.examples;
}

std::string overview(const std::vector<Maker>& makers) {
  std::string text = std::string("Usage: runyard COMMAND [OPTIONS]\n\n") + kPurpose + "\n\nCommands:\n";
  for (const Maker make : makers) {
    const Command command = make();
    text += line(command.words, kCommandColumn, command.about);
  }
  return text + "\n" + kRunNames +
         "\n'runyard COMMAND --help' shows options and examples. --json prints what the API answers.\n" + kExitCodes +
         "\n";
}

std::string overview_of(const std::string& word, const std::vector<Maker>& makers) {
  std::string text;
  for (const Maker make : makers)
    if (const Command command = make(); command.words.starts_with(word + " "))
      text += line(command.words, kCommandColumn, command.about);
  if (text.empty()) return "";
  return "Usage: runyard " + word + " COMMAND [OPTIONS]\n\nCommands:\n" + text + "\n'runyard " + word +
         " COMMAND --help' shows options and examples.\n";
}

}  // namespace cli
