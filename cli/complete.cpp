// SPDX-License-Identifier: Apache-2.0
// runyard completion: the scripts for shells, and the answers to what they ask.
#include <memory>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/completion.h"
#include "cli/context.h"
#include "cli/live_names.h"
#include "cli/words.h"

namespace cli {
namespace {

struct CompletionOptions {
  std::string shell;
  std::vector<std::string> words;
};

std::string_view first_line(Expected::Paths paths) {
  return paths == Expected::Paths::kFiles ? "files\n" : paths == Expected::Paths::kFolders ? "folders\n" : "words\n";
}

/// Says nothing of what fails: the user is typing, and has asked for nothing.
base::Result<int> print_candidates(const Context& context, const std::vector<std::string>& words) {
  Expected expected = expected_at_end(words, all_commands());
  const std::string typed = (words.empty() ? "" : words.back()).substr(expected.prefix.size());
  if (!expected.named.empty())
    if (const auto names = live_names(context, expected.named, typed))
      expected.words.insert(expected.words.end(), names->begin(), names->end());
  std::string text(first_line(expected.paths));
  for (const auto& [word, about] : matching(expected.words, typed))
    if (!base::has_control(word))
      text += expected.prefix + word + (about.empty() ? "" : "\t" + printable(about)) + "\n";
  TRY(out(text));
  return 0;
}

base::Result<int> completion(const Context& context, const CompletionOptions& options) {
  if (options.shell == "candidates") return print_candidates(context, options.words);
  const std::string script = completion_script(options.shell);
  if (script.empty() || !options.words.empty())
    return wrong_usage("cannot complete for '" + options.shell + "': name one shell, bash, zsh or fish");
  TRY(out(script));
  return 0;
}

}  // namespace

Command completion_command() {
  const auto o = std::make_shared<CompletionOptions>();
  return {"completion",
          "a script that lets a shell complete commands, runs and other names",
          "  source <(runyard completion bash)        in ~/.bashrc; for zsh alike, in ~/.zshrc\n"
          "  runyard completion fish | source         in ~/.config/fish/config.fish\n"
          "  runyard completion candidates -- runs --st\n",
          {{"SHELL", &o->shell, "bash, zsh or fish; candidates: what may stand for the last WORD", "", true},
           {"WORD", &o->words, "with candidates, after --: the command line so far"}},
          nullptr,
          nullptr,
          "",
          [o](Context& context) { return completion(context, *o); }};
}

}  // namespace cli
