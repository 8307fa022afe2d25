// SPDX-License-Identifier: Apache-2.0
#include "launcher/activation.h"

#include <algorithm>
#include <filesystem>

#include "base/spawn.h"

namespace launcher {
namespace {

namespace fs = std::filesystem;

/// $1: how many names of variables follow, which keep their values; then the command. A script may leave anything in
/// the positional parameters.
constexpr const char* kScript = R"sh(
_runyard_kept=()
for _runyard_name in "${@:2:$1}"; do _runyard_kept+=("$_runyard_name=${!_runyard_name}"); done
_runyard_argv=("${@:$1+2}")
set --
for _runyard_script in "$CONDA_PREFIX"/etc/conda/activate.d/*.sh; do . "$_runyard_script"; done
[ ${#_runyard_kept[@]} = 0 ] || export "${_runyard_kept[@]}"
exec "${_runyard_argv[@]}"
)sh";

bool has_scripts(const base::Path& prefix) {
  std::error_code code;
  for (fs::directory_iterator entry(prefix / "etc/conda/activate.d", code), end; !code && entry != end;
       entry.increment(code))
    if (entry->path().extension() == ".sh") return true;
  return false;
}

bool is_name(const std::string& text) {
  const auto is_word = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  return !text.empty() && is_word(text[0]) &&
         std::all_of(text.begin(), text.end(), [&](char c) { return is_word(c) || (c >= '0' && c <= '9'); });
}

}  // namespace

std::vector<std::string> with_activation(std::vector<std::string> argv, const protocol::RunSpec& spec,
                                         const std::vector<std::string>& environment) {
  if (spec.interpreter.empty() || !has_scripts(base::Path(spec.interpreter).parent_path().parent_path())) return argv;
  const auto bash = base::find_program("bash", environment);
  if (!bash) return argv;
  std::vector<std::string> names;
  for (const auto& [name, value] : spec.environment)
    if (is_name(name)) names.push_back(name);
  std::vector<std::string> whole = {
      *bash, "--norc", "--noprofile", "-c", kScript, "bash", std::to_string(names.size())};
  whole.insert(whole.end(), names.begin(), names.end());
  whole.insert(whole.end(), argv.begin(), argv.end());
  return whole;
}

}  // namespace launcher
