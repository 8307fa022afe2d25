// SPDX-License-Identifier: Apache-2.0
// Commands as tables: each noun's file fills one; parse() reads a command line by them.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"

namespace cli {

class Context;

/// Where the value of an option goes. Vectors take one value each time the option is given (positionals: all).
using Into = std::variant<bool*, std::string*, std::optional<std::string>*, std::vector<std::string>*,
                          std::optional<double>*, std::optional<std::int64_t>*>;

struct Option {
  std::string names;  ///< "-x,--experiment", or "RUN" for a positional
  Into into;
  std::string help;
  std::string value = {};  ///< what the help calls the value: "NAME"
  bool required = false;

  bool is_positional() const;
  bool is_flag() const;        ///< takes no value
  bool is_repeatable() const;  ///< several values
};

/// One command. Made for one use: the options point into an object that `run` keeps alive.
struct Command {
  std::string words;     ///< "submit", "target set"
  std::string about;     ///< one line, for the list of commands
  std::string examples;  ///< lines under the help
  std::vector<Option> options;
  /// When set, options end at the first word that is none; that word and all that follow come here untouched: what
  /// follows a script belongs to the script, byte for byte.
  std::vector<std::string>* rest = nullptr;
  bool* rest_after_dashes = nullptr;  ///< whether that word was "--" (which is dropped)
  std::string rest_usage;             ///< "[SCRIPT | -- COMMAND...] [ARGUMENT...]"
  std::function<base::Result<int>(Context&)> run;
};

/// The command that a command line names.
struct Parsed {
  std::optional<Command> command;  ///< nothing: print `text` instead
  std::string text;                ///< help or version
  bool json = false;
};

using Maker = Command (*)();

/// Errors are usage errors, in a sentence. `arguments` is without the program's name.
base::Result<Parsed> parse(const std::vector<std::string>& arguments, const std::vector<Maker>& makers);

/// An error in a command line that could be read: a number out of range, options that exclude each other.
base::Error wrong_usage(std::string message);
bool is_wrong_usage(const base::Error& error);

/// The command that the first words name, and how many words that took.
std::optional<std::pair<Command, std::size_t>> find_command(const std::vector<std::string>& words,
                                                            const std::vector<Maker>& makers);
/// The options of a command, with --help and --json, which every command has.
std::vector<Option> all_options(const Command& command);
/// The option that `word` names; "=value" and an attached short value do not count. Null: there is none.
const Option* find_option(const std::vector<Option>& options, const std::string& word);

/// The words of one command, sorted: options with their values, and the others. A word that begins like a negative
/// number is no option.
struct Arranged {
  std::vector<std::string> options;
  std::vector<std::string> positionals;
  bool dashes = false;  ///< a "--" ended the options
};
Arranged arrange(const Command& command, const std::vector<std::string>& arguments);

}  // namespace cli
