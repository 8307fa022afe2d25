// SPDX-License-Identifier: Apache-2.0
#include "env/index.h"

#include <signal.h>

#include <algorithm>
#include <array>

#include "protocol/names.h"

namespace env {
namespace {

constexpr int kAskMilliseconds = 120'000;
constexpr std::size_t kLongestOutput = 4 << 20;
constexpr std::uint64_t kFull = 1 << 20;

/// A program that found no space may have been unable to report it.
bool is_full(const base::Path& folder) {
  std::error_code code;
  const auto space = std::filesystem::space(folder, code);
  return !code && space.available < kFull;
}

std::string as_lines(const std::vector<std::string>& lines) {
  std::string text;
  for (const auto& line : lines) text += line + "\n";
  return text;
}

std::string shown(const std::vector<std::string>& argv) {
  std::string line = "$";
  for (const auto& word : argv) line += " " + (word.find(' ') == std::string::npos ? word : "'" + word + "'");
  return line;
}

std::string in_prefix(const BuildContext& context) { return protocol::EnvironmentDir{context.folder}.interpreter(); }

/// "1.1.3" of the line "scikit-learn==1.1.3".
std::string version_in(const std::string& output) {
  const auto at = output.find("==");
  if (at == std::string::npos) return {};
  return output.substr(at + 2, output.find_first_of(" ;\r\n", at) - at - 2);
}

/// An option that pip reads in a requirements file, and uv only among its arguments.
struct ArgumentOption {
  std::string_view pip, uv;
};
constexpr std::array kArgumentOptions = {ArgumentOption{"--pre", "--prerelease=allow"},
                                         ArgumentOption{"--trusted-host", "--allow-insecure-host"}};

std::string_view name_of(const std::string& option) {
  return std::string_view(option).substr(0, option.find_first_of(" ="));
}

const ArgumentOption* argument_of(const std::string& option) {
  const auto found = std::find_if(kArgumentOptions.begin(), kArgumentOptions.end(),
                                  [&](const ArgumentOption& known) { return known.pip == name_of(option); });
  return found == kArgumentOptions.end() ? nullptr : &*found;
}

/// The lines of a requirements file that uv reads.
std::string lines_for_uv(std::vector<std::string> options, const std::vector<std::string>& lines) {
  std::erase_if(options, argument_of);
  return as_lines(options) + as_lines(lines);
}

}  // namespace

base::SpawnOptions options_for(const BuildContext& context, const std::vector<std::string>& argv) {
  base::SpawnOptions options;
  options.argv = argv;
  options.environment = context.environment;
  options.directory = context.directory;
  options.parent_death_signal = SIGKILL;
  return options;
}

void BuildContext::say(const std::string& line) const { (void)log->append(line); }

base::Result<std::optional<Cause>> BuildContext::run(const std::vector<std::string>& argv) const {
  say(shown(argv));
  TRY_ASSIGN(const std::uint64_t before, base::file_size(log->fd()));
  TRY_ASSIGN(const int code, base::run_into(options_for(*this, argv), log->fd()));
  if (code == 0) return std::optional<Cause>();
  if (is_full(folder))
    return std::optional(Cause{Trouble::kFullDisk, "no space left on the disk of " + folder.string()});
  const auto output = base::read_at(log->fd(), before, kLongestOutput);
  return std::optional(cause_in(output ? *output : ""));
}

std::vector<std::string> Installer::command(std::vector<std::string> words,
                                            const std::vector<std::string>& options) const {
  words.insert(words.begin(), uv_);
  for (const auto& option : options)
    if (const auto* known = argument_of(option)) {
      words.emplace_back(known->uv);
      if (option.size() > known->pip.size()) words.push_back(option.substr(known->pip.size() + 1));
    }
  return words;
}

base::Result<std::optional<Cause>> Installer::make_venv() const {
  return context_.run(command({"venv", "--no-python-downloads", "--no-project", "--python", context_.python,
                               protocol::EnvironmentDir{context_.folder}.prefix()},
                              {}));
}

base::Result<std::optional<Cause>> Installer::install(const std::vector<std::string>& options,
                                                      const std::vector<std::string>& lines) const {
  const auto file = protocol::EnvironmentDir{context_.folder}.requirements();
  TRY(base::replace_file(file, lines_for_uv(options, lines)));
  return context_.run(
      command({"pip", "install", "--index-strategy", "unsafe-best-match", "--python", in_prefix(context_), "-r", file},
              options));
}

/// uv lists no versions; the lowest that is not below the pin is a question that it answers.
std::string Installer::nearest(const std::vector<std::string>& options, const Pin& pin) const {
  const auto file = context_.folder / "question.txt";
  const std::string version = pin.version.substr(0, pin.version.find(".*"));
  for (const auto& [sign, order] : {std::pair(">=", "lowest"), std::pair("<", "highest")}) {
    if (!base::replace_file(file, lines_for_uv(options, {pin.name + sign + version}))) return {};
    const auto question = command({"pip", "compile", "--quiet", "--no-deps", "--no-header", "--no-annotate",
                                   "--only-binary", ":all:", "--index-strategy", "unsafe-best-match", "--resolution",
                                   order, "--python", in_prefix(context_), file},
                                  options);
    const auto done = base::run_to_end(options_for(context_, question), kAskMilliseconds);
    if (done && done->code == 0) return version_in(done->output);
  }
  return {};
}

}  // namespace env
