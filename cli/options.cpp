// SPDX-License-Identifier: Apache-2.0
#include "cli/options.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>

#include "base/text.h"
#include "cli/help.h"
#include "cli/manual.h"
#include "cli/suggest.h"
#include "cli/words.h"

namespace cli {
namespace {

using Words = std::vector<std::string>;

constexpr std::errc kWrongUsage = std::errc::argument_out_of_domain;  ///< no system call gives it

base::Error cannot_read(const std::string& why, const Command& command) {
  return base::error("cannot read the command line: " + why + " (runyard " + command.words + " --help shows how)");
}

bool is_negative_number(const std::string& word) {
  if (word.size() < 2 || word[0] != '-') return false;
  if ((word[1] >= '0' && word[1] <= '9') || word[1] == '.') return true;
  return word == "-inf" || word == "-infinity" || word == "-Infinity" || word == "-nan";
}

/// Whether the value of the option that `word` names is the next word.
bool takes_next(const Command& command, const std::string& word) {
  const Option* option = find_option(command.options, word);
  if (!option || option->is_flag()) return false;
  return word.starts_with("--") ? word.find('=') == std::string::npos : word.size() == 2;
}

template <class T>
base::Result<void> read_number(const std::string& name, const std::string& word, std::optional<T>& into) {
  T value{};
  const auto [end, code] = std::from_chars(word.data(), word.data() + word.size(), value);
  bool good = code == std::errc{} && end == word.data() + word.size();
  if constexpr (std::is_floating_point_v<T>) good = good && std::isfinite(value);
  if (!good) return base::error("cannot use '" + printable(word) + "' as " + name + ": not a number");
  into = value;
  return {};
}

/// Puts the words that were given for one option where they belong.
struct Store {
  const Option& option;
  const Words& words;

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
  base::Result<void> operator()(Words* into) const {
    *into = words;
    return {};
  }
  template <class T>
  base::Result<void> operator()(std::optional<T>* into) const {
    if (words.empty()) return {};
    return read_number(option.names, words.back(), *into);
  }
};

/// The words given for each option: a flag that was given has an empty one.
class OptionReader {
 public:
  OptionReader(const Command& command, const std::vector<Option>& options, const Words& words)
      : command_(command), options_(options), words_(words) {}

  base::Result<void> read() {
    while (at_ < words_.size()) TRY(read_word(words_[at_++]));
    return {};
  }
  bool has(const Option& option) const { return given_.contains(&option); }
  base::Result<void> store() const {
    for (const Option& option : options_) {
      if (option.is_positional()) continue;
      const auto found = given_.find(&option);
      if (found == given_.end() && option.required) return cannot_read(option.names + " is missing", command_);
      if (found != given_.end() && found->second.size() > 1 && !option.is_flag() && !option.is_repeatable())
        return cannot_read(option.names + " is given more than once", command_);
      TRY(std::visit(Store{option, found == given_.end() ? Words() : found->second}, option.into));
    }
    return {};
  }

 private:
  base::Result<void> read_word(const std::string& word) {
    const Option* option = find_option(options_, word);
    if (!option) return cannot_read("there is no option " + printable(word), command_);
    const bool is_long = word.starts_with("--");
    const std::size_t name_size = is_long ? std::min(word.find('='), word.size()) : 2;
    const bool attached = name_size < word.size();
    if (!option->is_flag())
      return read_value(*option, attached ? std::optional(word.substr(name_size + is_long)) : std::nullopt);
    if (attached && is_long) return cannot_read(option->names + " takes no value", command_);
    given_[option].emplace_back();
    return attached ? read_word("-" + word.substr(name_size)) : base::Result<void>();  // -ab is -a -b
  }

  base::Result<void> read_value(const Option& option, const std::optional<std::string>& attached) {
    if (!attached && at_ == words_.size())
      return cannot_read(option.names + " needs a value, " + option.value, command_);
    given_[&option].push_back(attached ? *attached : words_[at_++]);
    return {};
  }

  const Command& command_;
  const std::vector<Option>& options_;
  const Words& words_;
  std::size_t at_ = 0;
  std::map<const Option*, Words> given_;
};

std::vector<Option> with_common(const Command& command, bool& help, bool& json) {
  std::vector<Option> options = {{"-h,--help", &help, "show this help"}};
  options.insert(options.end(), command.options.begin(), command.options.end());
  options.push_back({"--json", &json, "print what the API answers, as JSON"});
  return options;
}

/// Parses the options of one command; help text in `parsed` when that was asked for.
base::Result<void> parse_options(const Command& command, const Words& words, Parsed& parsed) {
  bool help = false, json = false;
  const std::vector<Option> options = with_common(command, help, json);
  OptionReader reader(command, options, words);
  TRY(reader.read());
  if (reader.has(options.front())) {
    parsed.text = help_text(command, options);
    return {};
  }
  TRY(reader.store());
  parsed.json = parsed.json || json;
  return {};
}

/// Gives the other words to the positionals in their order: one each, a vector takes all that are left.
base::Result<void> store_positionals(const Command& command, const Words& words) {
  std::size_t next = 0;
  for (const Option& option : command.options) {
    if (!option.is_positional()) continue;
    const std::size_t left = words.size() - next,
                      count = option.is_repeatable() ? left : std::min<std::size_t>(1, left);
    if (count == 0 && option.required) return cannot_read(option.names + " is missing", command);
    const auto first = words.begin() + static_cast<std::ptrdiff_t>(next);
    const Words taken(first, first + static_cast<std::ptrdiff_t>(count));
    TRY(std::visit(Store{option, taken}, option.into));
    next += count;
  }
  if (next < words.size()) return cannot_read("'" + printable(words[next]) + "' is one word too many", command);
  return {};
}

/// The words of the subcommands of `word`: "set, list"; empty when it has none.
std::string subcommands(const std::string& word, const std::vector<Maker>& makers) {
  Words list;
  for (const Maker make : makers)
    if (const std::string words = make().words; words.starts_with(word + " "))
      list.push_back(words.substr(word.size() + 1));
  return base::join(list, ", ");
}

/// What may stand first on a command line: "submit", "env".
Words first_words(const std::vector<Maker>& makers) {
  Words list;
  for (const Maker make : makers) list.push_back(base::split(make().words, ' ').front());
  return list;
}

base::Error no_command(const std::string& word, const std::vector<Maker>& makers) {
  const std::string known = subcommands(word, makers);
  if (!known.empty()) return base::error("'" + word + "' needs one of: " + known);
  const std::string meant = suggest(word, first_words(makers));
  return base::error("there is no command '" + printable(word) + "'" +
                     (meant.empty() ? "" : ": did you mean '" + meant + "'?") + " (runyard --help lists them)");
}

/// What `runyard help WORD...` prints.
base::Result<Parsed> help_on(const Words& words, const std::vector<Maker>& makers) {
  Parsed parsed;
  if (words.empty()) {
    parsed.text = overview(makers);
    return parsed;
  }
  if (words == Words{"--man"}) {
    parsed.text = manual(makers);
    return parsed;
  }
  if (const auto found = find_command(words, makers); found && found->second == words.size()) {
    TRY(parse_options(found->first, {"--help"}, parsed));
    return parsed;
  }
  parsed.text = overview_of(base::join(words, " "), makers);
  if (parsed.text.empty()) return no_command(base::join(words, " "), makers);
  return parsed;
}

bool asks_for_help(const std::string& word) { return word == "--help" || word == "-h"; }

base::Result<void> store_rest(const Command& command, const Arranged& arranged) {
  if (!command.rest) return store_positionals(command, arranged.positionals);
  *command.rest = arranged.positionals;
  if (command.rest_after_dashes) *command.rest_after_dashes = arranged.dashes;
  return {};
}

}  // namespace

bool Option::is_positional() const { return !names.starts_with('-'); }
bool Option::is_flag() const { return std::holds_alternative<bool*>(into); }
bool Option::is_repeatable() const { return std::holds_alternative<Words*>(into); }

base::Error wrong_usage(std::string message) { return base::error(std::move(message), kWrongUsage); }
bool is_wrong_usage(const base::Error& error) { return error.code == kWrongUsage; }

std::optional<std::pair<Command, std::size_t>> find_command(const Words& words, const std::vector<Maker>& makers) {
  for (const std::size_t count : {std::size_t{2}, std::size_t{1}}) {
    if (words.size() < count) continue;
    const std::string name = count == 2 ? words[0] + " " + words[1] : words[0];
    for (const Maker make : makers)
      if (Command command = make(); command.words == name) return std::pair{std::move(command), count};
  }
  return std::nullopt;
}

std::vector<Option> all_options(const Command& command) {
  static bool unused = false;  // nothing is parsed into it
  return with_common(command, unused, unused);
}

const Option* find_option(const std::vector<Option>& options, const std::string& word) {
  const bool is_long = word.starts_with("--");
  const std::string name = is_long ? word.substr(0, word.find('=')) : word.substr(0, 2);
  for (const Option& option : options)
    for (const auto& known : base::split(option.names, ','))
      if (known == name) return &option;
  return nullptr;
}

Arranged arrange(const Command& command, const Words& arguments) {
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

base::Result<Parsed> parse(const Words& arguments, const std::vector<Maker>& makers) {
  Parsed parsed;
  Words words = arguments;
  if (!words.empty() && words[0] == "--json") {
    parsed.json = true;
    words.erase(words.begin());
  }
  if (words.empty()) return help_on({}, makers);
  if (asks_for_help(words[0]) || words[0] == "help") return help_on({words.begin() + 1, words.end()}, makers);
  if (words[0] == "--version") {
    parsed.text = "runyard " RUNYARD_VERSION "\n";
    return parsed;
  }
  auto found = find_command(words, makers);
  if (!found && words.size() == 2 && asks_for_help(words[1])) return help_on({words[0]}, makers);
  if (!found) return no_command(words[0], makers);
  Command& command = found->first;
  words.erase(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(found->second));
  const Arranged arranged = arrange(command, words);
  TRY(parse_options(command, arranged.options, parsed));
  if (!parsed.text.empty()) return parsed;
  TRY(store_rest(command, arranged));
  parsed.command = std::move(command);
  return parsed;
}

}  // namespace cli
