// SPDX-License-Identifier: Apache-2.0
#include "env/conda.h"

#include <unistd.h>

#include <algorithm>

#include "base/finally.h"
#include "base/spawn.h"
#include "base/text.h"
#include "env/variables.h"
#include "env/version.h"
#include "protocol/address.h"
#include "protocol/json.h"
#include "protocol/names.h"

namespace env {
namespace {

constexpr const char* kCondaSettings = "condarc.yml";
constexpr const char* kCondaVariable = "CONDARC";  // names a file of settings
constexpr std::uint64_t kLongestCondaSettings = 1 << 20;

/// The Python to ask conda for: the requested one, else the minor version of the run's own.
std::string python_for(const protocol::Managed& managed, const std::string& own) {
  if (!managed.python.empty()) return "python=" + managed.python;
  const auto numbers = numbers_of(own);
  return numbers.size() < 2 ? "python" : "python=" + std::to_string(numbers[0]) + "." + std::to_string(numbers[1]);
}

/// How many lists in brackets are begun and not ended in a line of YAML.
int opened_in(std::string_view line) {
  const auto content = line.substr(0, line.find(" #"));
  return static_cast<int>(std::count(content.begin(), content.end(), '[') -
                          std::count(content.begin(), content.end(), ']'));
}

/// The user's own settings, without the channels among them.
base::Result<std::string> own_settings(const std::vector<std::string>& environment) {
  const base::Path file = value_of(environment, kCondaVariable);
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(file, ignored)) return std::string();
  TRY_ASSIGN(const std::string text, base::read_file(file, kLongestCondaSettings));
  return without_channels(text);
}

/// Channels go through a file, since an address may hold a token, and every user can read a program's arguments. Conda
/// joins them with those of its other files.
base::Result<std::string> settings_with_channels(const BuildContext& context, const protocol::Managed& managed) {
  TRY_ASSIGN(std::string text, own_settings(context.environment));
  std::vector<std::string> channels = managed.channels;
  if (channels.empty()) channels = {"conda-forge"};
  text += "channels:\n";
  for (const auto& channel : channels) {
    text += "  - " + protocol::to_text(nlohmann::json(channel)) + "\n";
    context.say("channel " + protocol::without_passwords(channel));
  }
  return text;
}

}  // namespace

std::string without_channels(std::string_view settings) {
  std::string kept;
  bool channels = false;
  int open = 0;  // lists in brackets, which may go on at the beginning of a line
  for (const auto& line : base::split(settings, '\n')) {
    const bool inside = open > 0 || line.empty() || line.find_first_of(" \t-#") == 0;
    channels = inside ? channels : line.starts_with("channels:");
    if (channels) open += opened_in(line);
    else kept += line + "\n";
  }
  return kept;
}

std::optional<base::Path> find_conda(const std::vector<std::string>& environment) {
  for (const char* name : {"micromamba", "mamba", "conda"})
    if (auto found = base::find_program(name, environment)) return found;
  for (const char* variable : {"MAMBA_EXE", "CONDA_EXE"})
    if (const base::Path named = value_of(environment, variable); base::is_program(named)) return named;
  const base::Path home = value_of(environment, "HOME");
  for (const char* folder : {"miniforge3", "mambaforge", "miniconda3", "anaconda3"})
    if (const auto usual = home / folder / "bin" / "conda"; base::is_program(usual)) return usual;
  return {};
}

base::Result<std::optional<Cause>> make_prefix(const BuildContext& context, const base::Path& conda,
                                               const protocol::Managed& managed) {
  TRY_ASSIGN(const std::string settings, settings_with_channels(context, managed));
  const base::Path file = context.folder / kCondaSettings;
  TRY(base::replace_file(file, settings));
  const base::Finally remove([&] { ::unlink(file.c_str()); });
  BuildContext configured = context;
  const std::string variable = std::string(kCondaVariable) + "=";
  std::erase_if(configured.environment, [&](const std::string& entry) { return entry.starts_with(variable); });
  configured.environment.push_back(variable + file.string());
  std::vector<std::string> argv = {conda,
                                   "create",
                                   "--yes",
                                   "--prefix",
                                   protocol::EnvironmentDir{context.folder}.prefix(),
                                   python_for(managed, context.python_version),
                                   "pip"};
  for (const auto& [package, requirement] : managed.conda) argv.push_back(package);
  return configured.run(argv);
}

}  // namespace env
