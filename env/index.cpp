// SPDX-License-Identifier: Apache-2.0
#include "env/index.h"

#include <signal.h>

#include "base/spawn.h"
#include "base/text.h"
#include "env/version.h"
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

base::SpawnOptions options_for(const BuildContext& context, const std::vector<std::string>& argv) {
  base::SpawnOptions options;
  options.argv = argv;
  options.environment = context.environment;
  options.directory = context.directory;
  options.parent_death_signal = SIGKILL;
  return options;
}

std::string in_prefix(const BuildContext& context) { return protocol::EnvironmentDir{context.folder}.interpreter(); }

/// "1.1.3" of the line "scikit-learn==1.1.3".
std::string version_in(const std::string& output) {
  const auto at = output.find("==");
  if (at == std::string::npos) return {};
  return output.substr(at + 2, output.find_first_of(" ;\r\n", at) - at - 2);
}

std::vector<std::string> listed_in(const std::string& output) {
  constexpr std::string_view kMark = "(from versions: ";
  const auto at = output.find(kMark);
  if (at == std::string::npos) return {};
  const auto begin = at + kMark.size();
  std::vector<std::string> versions;
  for (auto& version : base::split(output.substr(begin, output.find(')', begin) - begin), ',')) {
    version.erase(0, version.find_first_not_of(' '));
    if (!numbers_of(version).empty()) versions.push_back(std::move(version));
  }
  return versions;
}

}  // namespace

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

std::string Installer::name() const { return uv_.empty() ? "venv and pip" : "uv"; }

base::Result<std::optional<Cause>> Installer::make_venv() const {
  const std::string prefix = protocol::EnvironmentDir{context_.folder}.prefix();
  if (uv_.empty()) return context_.run({context_.python, "-m", "venv", prefix});
  return context_.run({uv_, "venv", "--no-python-downloads", "--no-project", "--python", context_.python, prefix});
}

base::Result<std::optional<Cause>> Installer::install(const std::vector<std::string>& options,
                                                      const std::vector<std::string>& lines) const {
  const auto file = protocol::EnvironmentDir{context_.folder}.requirements();
  TRY(base::replace_file(file, as_lines(options) + as_lines(lines)));
  const std::string python = in_prefix(context_);
  if (uv_.empty()) return context_.run({python, "-m", "pip", "install", "--no-input", "-r", file});
  return context_.run({uv_, "pip", "install", "--index-strategy", "unsafe-best-match", "--python", python, "-r", file});
}

std::string Installer::nearest(const std::vector<std::string>& options, const Pin& pin) const {
  return uv_.empty() ? nearest_by_pip(as_lines(options), pin) : nearest_by_uv(as_lines(options), pin);
}

/// uv lists no versions; the lowest that is not below the pin is a question that it answers.
std::string Installer::nearest_by_uv(const std::string& options, const Pin& pin) const {
  const auto file = context_.folder / "question.txt";
  const std::string wanted = pin.version.substr(0, pin.version.find(".*"));
  for (const auto& [sign, order] : {std::pair(">=", "lowest"), std::pair("<", "highest")}) {
    if (!base::replace_file(file, options + pin.name + sign + wanted + "\n")) return {};
    const auto done = base::run_to_end(
        options_for(context_, {uv_, "pip", "compile", "--quiet", "--no-deps", "--no-header", "--no-annotate",
                               "--only-binary", ":all:", "--index-strategy", "unsafe-best-match", "--resolution", order,
                               "--python", in_prefix(context_), file}),
        kAskMilliseconds);
    if (done && done->code == 0) return version_in(done->output);
  }
  return {};
}

/// pip lists the existing versions when it is asked for one that cannot exist.
std::string Installer::nearest_by_pip(const std::string& options, const Pin& pin) const {
  const auto file = context_.folder / "question.txt";
  if (!base::replace_file(file, options + pin.name + "==99999.0.99999\n")) return {};
  const auto done =
      base::run_to_end(options_for(context_, {in_prefix(context_), "-m", "pip", "download", "--no-input", "--no-deps",
                                              "--only-binary", ":all:", "--dest", context_.folder, "-r", file}),
                       kAskMilliseconds);
  return done ? nearest_version(listed_in(done->output), pin.version.substr(0, pin.version.find(".*"))) : "";
}

}  // namespace env
