// SPDX-License-Identifier: Apache-2.0
#include "cli/completion.h"

#include <algorithm>
#include <map>

#include "base/text.h"
#include "cli/words.h"
#include "protocol/run_state.h"

namespace cli {
namespace {

using Words = std::vector<std::string>;
using Paths = Expected::Paths;

bool known(const std::vector<Candidate>& candidates, const std::string& word) {
  return std::any_of(candidates.begin(), candidates.end(), [&](const Candidate& other) { return other.word == word; });
}

/// The next word of each command that begins with `first`; of all commands when that is empty.
std::vector<Candidate> next_words(const std::string& first, const std::vector<Maker>& makers) {
  std::vector<Candidate> candidates;
  const std::string begin = first.empty() ? "" : first + " ";
  for (const Maker make : makers) {
    const Command command = make();
    if (!command.words.starts_with(begin)) continue;
    const std::string rest = command.words.substr(begin.size()), word = rest.substr(0, rest.find(' '));
    if (!known(candidates, word))
      candidates.push_back({word, word == rest ? command.about : "see " + word + " --help"});
  }
  return candidates;
}

std::vector<Candidate> states() {
  std::vector<Candidate> candidates;
  for (std::size_t i = 1; i < protocol::kStateCount; ++i)
    candidates.push_back({std::string(protocol::to_string(static_cast<protocol::RunState>(i))), ""});
  return candidates;
}

/// By the name that the help has for a value.
Expected expected_value(const Option& option) {
  static const std::map<std::string, Paths> kPaths{
      {"DIR", Paths::kFolders}, {"FILE", Paths::kFiles}, {"PATH", Paths::kFiles}};
  static const std::map<std::string, std::vector<Candidate>> kFixed{
      {"GOAL", {{"min", ""}, {"max", ""}}},
      {"STATUS", states()},
      {"TYPE", {{"file", ""}, {"tabular", ""}}},
      {"SHELL", {{"bash", ""}, {"zsh", ""}, {"fish", ""}}}};
  const std::string& name = option.is_positional() ? option.names : option.value;
  if (const auto paths = kPaths.find(name); paths != kPaths.end()) return {{}, "", paths->second, ""};
  if (const auto fixed = kFixed.find(name); fixed != kFixed.end()) return {fixed->second, "", Paths::kNone, ""};
  return {{}, name, Paths::kNone, ""};
}

/// The long name of each option, or its only one.
Expected expected_option(const std::vector<Option>& options) {
  Expected expected;
  for (const Option& option : options)
    if (!option.is_positional()) expected.words.push_back({base::split(option.names, ',').back(), option.help});
  return expected;
}

/// The positional that takes the word number `at`; a repeatable one takes all that follow.
Expected expected_positional(const Command& command, std::size_t at) {
  if (command.rest) return {{}, "", Paths::kFiles, ""};
  for (const Option& option : command.options) {
    if (!option.is_positional()) continue;
    if (at == 0 || option.is_repeatable()) return expected_value(option);
    --at;
  }
  return {};
}

/// After `words` of a command, where `typed` is being typed.
Expected expected_in(const Command& command, const Words& words, const std::string& typed) {
  const std::vector<Option> options = all_options(command);
  const auto equals = typed.find('=');
  Words whole = words;
  whole.emplace_back("word");
  const Arranged before = arrange(command, words), with = arrange(command, whole);
  const Words& named = with.options;
  if (named.size() > before.options.size()) return expected_value(*find_option(options, named[named.size() - 2]));
  const bool may_be_option = !with.dashes && (!command.rest || before.positionals.empty());
  if (!may_be_option || !typed.starts_with('-')) return expected_positional(command, before.positionals.size());
  if (!typed.starts_with("--") || equals == std::string::npos) return expected_option(options);
  const Option* const option = find_option(options, typed);
  if (!option || option->is_flag()) return {};
  Expected expected = expected_value(*option);
  expected.prefix = typed.substr(0, equals + 1);
  return expected;
}

Expected expected_first(const std::string& typed, const std::vector<Maker>& makers) {
  Expected expected;
  if (typed.starts_with('-')) {
    expected.words = {{"--help", "list the commands"}, {"--version", "print the version"}, {"--json", "print JSON"}};
    return expected;
  }
  expected.words = next_words("", makers);
  expected.words.push_back({"help", "show the help of a command"});
  return expected;
}

}  // namespace

Expected expected_at_end(Words words, const std::vector<Maker>& makers) {
  const std::string typed = words.empty() ? "" : words.back();
  if (!words.empty()) words.pop_back();
  if (!words.empty() && words[0] == "--json") words.erase(words.begin());
  if (words.empty()) return expected_first(typed, makers);
  if (words[0] == "help") return {next_words(words.size() == 1 ? "" : words[1], makers), "", Paths::kNone, ""};
  Expected expected;
  const auto found = find_command(words, makers);
  if (found) {
    words.erase(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(found->second));
    expected = expected_in(found->first, words, typed);
  }
  if (!found ? words.size() == 1 : words.empty() && found->second == 1 && !typed.starts_with('-')) {
    const auto next = next_words(found ? found->first.words : words[0], makers);
    expected.words.insert(expected.words.begin(), next.begin(), next.end());
  }
  return expected;
}

std::vector<Candidate> matching(const std::vector<Candidate>& candidates, const std::string& typed) {
  std::vector<Candidate> matches;
  for (const auto& [word, about] : candidates)
    if (word.starts_with(typed) && printable(word) == word) matches.push_back({word, printable(one_line(about))});
  return matches;
}

}  // namespace cli
