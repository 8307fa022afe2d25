// SPDX-License-Identifier: Apache-2.0
#include "cli/options.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <cmath>
#include <sstream>

#include "base/text.h"
#include "cli/words.h"

namespace cli {
namespace {

constexpr const char* kJsonHelp = "print what the API answers, as JSON";

base::Error usage(const std::string& why) { return base::error(why); }

// Words are sorted here, before CLI11 sees them: all that follows a script is the script's, byte for byte, and `-0.5` is a value.

bool is_positional(const Option& option) { return !option.names.starts_with('-'); }
bool is_flag(const Option& option) { return std::holds_alternative<bool*>(option.into); }

bool is_negative_number(const std::string& word) {
  if (word.size() < 2 || word[0] != '-') return false;
  if ((word[1] >= '0' && word[1] <= '9') || word[1] == '.') return true;
  return word == "-inf" || word == "-infinity" || word == "-Infinity" || word == "-nan";
}

/// The option that `word` names, with "=value" or an attached short value cut off. Null: unknown.
const Option* option_of(const Command& command, const std::string& word) {
  const bool is_long = word.starts_with("--");
  const std::string name = is_long ? word.substr(0, word.find('=')) : word.substr(0, 2);
  for (const Option& option : command.options)
    for (const auto& known : base::split(option.names, ','))
      if (known == name) return &option;
  return nullptr;
}

/// Whether the value of the option that `word` names is the next word.
bool takes_next(const Command& command, const std::string& word) {
  const Option* option = option_of(command, word);
  if (!option || is_flag(*option)) return false;
  return word.starts_with("--") ? word.find('=') == std::string::npos : word.size() == 2;
}

template <class T>
base::Result<void> number_into(const std::string& name, const std::string& word, std::optional<T>& into) {
  T value{};
  const auto [end, code] = std::from_chars(word.data(), word.data() + word.size(), value);
  bool good = code == std::errc{} && end == word.data() + word.size();
  if constexpr (std::is_floating_point_v<T>) good = good && std::isfinite(value);
  if (!good) return usage("cannot use '" + printable(word) + "' as " + name + ": not a number");
  into = value;
  return {};
}

/// Puts the words that the parser found for one option where they belong.
struct Store {
  const Option& option;
  const std::vector<std::string>& words;

  base::Result<void> operator()(bool* into) const {
    *into = !words.empty();
    return {};
  }
  base::Result<void> operator()(std::string* into) const {
    if (!words.empty()) *into = words.back();
    return {};
  }
  base::Result<void> operator()(std::optional<std::string>* into) const {
    if (!words.empty()) *into = words.back();
    return {};
  }
  base::Result<void> operator()(std::vector<std::string>* into) const {
    *into = words;
    return {};
  }
  template <class T>
  base::Result<void> operator()(std::optional<T>* into) const {
    if (words.empty()) return {};
    return number_into(option.names, words.back(), *into);
  }
};

CLI::Option* add_to(CLI::App& app, const Option& option) {
  if (is_flag(option)) return app.add_flag(option.names, option.help);
  auto* added = app.add_option(option.names, [](const CLI::results_t&) { return true; }, option.help);
  if (std::holds_alternative<std::vector<std::string>*>(option.into))
    added->expected(1, CLI::detail::expected_max_vector_size)->allow_extra_args(false);
  if (!option.value.empty()) added->type_name(option.value);
  return added->required(option.required);
}

/// CLI11 says what is wrong in its own words: made into our kind of sentence.
std::string sentence_of(const std::string& said, const Command& command) {
  std::string why = printable(said);
  const auto is_capital = [](char c) { return c >= 'A' && c <= 'Z'; };
  if (why.size() > 1 && is_capital(why[0]) && !is_capital(why[1])) why[0] = static_cast<char>(why[0] + 32);
  return "cannot read the command line: " + why + " (runyard " + command.words + " --help shows how)";
}

/// CLI11 does not know what follows the options of such a command.
std::string with_rest(std::string help, const Command& command) {
  constexpr std::string_view kOptions = "[OPTIONS]";
  const auto place = help.find(kOptions);
  if (command.rest && place != std::string::npos) help.insert(place + kOptions.size(), " " + command.rest_usage);
  return help;
}

using Added = std::vector<std::pair<const Option*, CLI::Option*>>;

/// A parser of the command's options; with its positionals too when it is to show help.
Added fill(CLI::App& app, const Command& command, bool& json, bool positionals) {
  Added added;
  app.set_help_flag("-h,--help", "show this help");
  if (!command.examples.empty()) app.footer("Examples:\n" + command.examples);
  for (const Option& option : command.options)
    if (positionals || !is_positional(option)) added.emplace_back(&option, add_to(app, option));
  app.add_flag("--json", json, kJsonHelp);
  return added;
}

std::string help_text(const Command& command) {
  CLI::App app(command.about, "runyard " + command.words);
  bool json = false;
  fill(app, command, json, true);
  return with_rest(app.help(), command);
}

/// Parses the options of one command; help text in `parsed` when that was asked for.
base::Result<void> parse_options(const Command& command, std::vector<std::string> words, Parsed& parsed) {
  CLI::App app;
  const Added added = fill(app, command, parsed.json, false);
  std::reverse(words.begin(), words.end());
  try {
    app.parse(words);
  } catch (const CLI::CallForHelp&) {
    parsed.text = help_text(command);
    return {};
  } catch (const CLI::ParseError& error) {
    return usage(sentence_of(error.what(), command));
  }
  for (const auto& [option, found] : added) TRY(std::visit(Store{*option, found->results()}, option->into));
  return {};
}

/// Gives the other words to the positionals in their order: one each, a vector takes all that are left.
base::Result<void> store_positionals(const Command& command, const std::vector<std::string>& words) {
  std::size_t next = 0;
  for (const Option& option : command.options) {
    if (!is_positional(option)) continue;
    const bool many = std::holds_alternative<std::vector<std::string>*>(option.into);
    const std::size_t count = many ? words.size() - next : std::min<std::size_t>(1, words.size() - next);
    if (count == 0 && option.required) return usage(sentence_of(option.names + " is missing", command));
    const auto first = words.begin() + static_cast<std::ptrdiff_t>(next);
    const std::vector<std::string> taken(first, first + static_cast<std::ptrdiff_t>(count));
    TRY(std::visit(Store{option, taken}, option.into));
    next += count;
  }
  if (next < words.size()) return usage(sentence_of("'" + words[next] + "' is one word too many", command));
  return {};
}

std::string overview(const std::vector<Maker>& makers) {
  std::ostringstream text;
  text << "Usage: runyard COMMAND [OPTIONS]\n\nRuns scripts on this machine: snapshotted, queued, watched live.\n\nCommands:\n";
  for (const Maker make : makers) {
    const Command command = make();
    text << "  " << command.words << std::string(command.words.size() < 16 ? 16 - command.words.size() : 1, ' ')
         << command.about << "\n";
  }
  text << "\nA RUN is an id, the beginning of one, EXPERIMENT/NUMBER, or 'latest'.\n"
          "'runyard COMMAND --help' shows options and examples. --json prints what the API answers.\n"
          "Exit codes: 0 done, 1 cannot, 2 wrong command line; 'wait' and 'submit --follow' give the run's.\n";
  return text.str();
}

/// The words of the subcommands of `word`: "set, list"; empty when it has none.
std::string subcommands(const std::string& word, const std::vector<Maker>& makers) {
  std::string list;
  for (const Maker make : makers)
    if (const std::string words = make().words; words.starts_with(word + " "))
      list += (list.empty() ? "" : ", ") + words.substr(word.size() + 1);
  return list;
}

/// The command that the first words name, and how many words that took.
std::optional<std::pair<Command, std::size_t>> find_command(const std::vector<std::string>& words,
                                                            const std::vector<Maker>& makers) {
  for (const std::size_t count : {std::size_t{2}, std::size_t{1}}) {
    if (words.size() < count) continue;
    const std::string name = count == 2 ? words[0] + " " + words[1] : words[0];
    for (const Maker make : makers)
      if (Command command = make(); command.words == name) return std::pair{std::move(command), count};
  }
  return std::nullopt;
}

base::Error no_command(const std::string& word, const std::vector<Maker>& makers) {
  const std::string known = subcommands(word, makers);
  if (!known.empty()) return usage("'" + word + "' needs one of: " + known);
  return usage("there is no command '" + printable(word) + "' (runyard --help lists them)");
}

base::Result<void> take_rest(const Command& command, const Arranged& arranged) {
  if (!command.rest) return store_positionals(command, arranged.positionals);
  *command.rest = arranged.positionals;
  if (command.rest_after_dashes) *command.rest_after_dashes = arranged.dashes;
  return {};
}

}  // namespace

Arranged arrange(const Command& command, const std::vector<std::string>& arguments) {
  Arranged arranged;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& word = arguments[i];
    const bool is_option = word.size() > 1 && word[0] == '-' && !is_negative_number(word);
    arranged.dashes = word == "--";
    if (arranged.dashes || (!is_option && command.rest)) {
      const auto first = static_cast<std::ptrdiff_t>(arranged.dashes ? i + 1 : i);
      arranged.positionals.insert(arranged.positionals.end(), arguments.begin() + first, arguments.end());
      return arranged;
    }
    (is_option ? arranged.options : arranged.positionals).push_back(word);
    if (is_option && takes_next(command, word) && i + 1 < arguments.size()) arranged.options.push_back(arguments[++i]);
  }
  return arranged;
}

base::Result<Parsed> parse(const std::vector<std::string>& arguments, const std::vector<Maker>& makers) {
  Parsed parsed;
  std::vector<std::string> words = arguments;
  if (!words.empty() && words[0] == "--json") {
    parsed.json = true;
    words.erase(words.begin());
  }
  if (words.empty()) return usage("a command is missing (runyard --help lists them)");
  if (words[0] == "--help" || words[0] == "-h" || words[0] == "help") {
    parsed.text = overview(makers);
    return parsed;
  }
  if (words[0] == "--version") {
    parsed.text = "runyard " RUNYARD_VERSION "\n";
    return parsed;
  }
  auto found = find_command(words, makers);
  if (!found) return no_command(words[0], makers);
  Command& command = found->first;
  words.erase(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(found->second));
  const Arranged arranged = arrange(command, words);
  const bool json_asked = parsed.json;
  TRY(parse_options(command, arranged.options, parsed));
  parsed.json = parsed.json || json_asked;
  if (!parsed.text.empty()) return parsed;
  TRY(take_rest(command, arranged));
  parsed.command = std::move(command);
  return parsed;
}

}  // namespace cli
