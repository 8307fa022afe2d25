// SPDX-License-Identifier: Apache-2.0
// What is typed: the same meaning twice, each word of a command somewhere, a sentence where it means nothing.

#include "base/text.h"
#include "cli/commands.h"
#include "cli/report.h"
#include "cli/run_name.h"
#include "launcher/options.h"
#include "protocol/json.h"
#include "tests/fuzz/expect.h"
#include "tests/fuzz/targets.h"

namespace {

std::string meaning_of(const std::vector<std::string>& words) {
  const auto parsed = cli::parse(words, cli::all_commands());
  if (!parsed) {
    EXPECT(!parsed.error().message.empty());
    return "error: " + parsed.error().message;
  }
  if (!parsed->command) return parsed->text;
  std::string meaning = parsed->command->words;
  if (parsed->command->rest)
    for (const auto& word : *parsed->command->rest) meaning += "|" + word;
  return meaning;
}

}  // namespace

/// A word a line.
void fuzz::command_line(std::string_view input) {
  const auto words = base::split(input, '\n');
  for (const auto& word : words) {
    if (word.find('\0') != std::string::npos) return;
    if (const auto name = cli::parse_run_name(word); name && name->kind != cli::RunName::Kind::kLatest)
      EXPECT(!name->text.empty());
    (void)cli::cell_of(word);
  }
  EXPECT(meaning_of(words) == meaning_of(words));
  if (const auto options = launcher::parse_options(words)) EXPECT(options->run_dir.is_absolute());
  for (const auto make : {cli::submit_command, cli::log_command}) {
    const auto command = make();
    const auto arranged = cli::arrange(command, words);
    EXPECT(arranged.options.size() + arranged.positionals.size() + (arranged.dashes ? 1 : 0) == words.size());
  }
}
