// SPDX-License-Identifier: Apache-2.0
#include "env/tool_variables.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/digest.h"
#include "base/text.h"
#include "env/pip_settings.h"
#include "env/variables.h"

namespace env {
namespace {

constexpr std::uint64_t kLongestSettings = 16 << 20;

constexpr std::array<std::string_view, 14> kNotOfTools = {
    "PYTHONPATH",   "PYTHONHOME", "PYTHONSTARTUP",    "PYTHONUNBUFFERED", "VIRTUAL_ENV",
    "CONDA_PREFIX", "PIP_TARGET", "PIP_PREFIX",       "PIP_USER",         "PIP_REQUIRE_VIRTUALENV",
    "UV_PYTHON",    "UV_PROJECT", "UV_SYSTEM_PYTHON", "UV_WORKING_DIR"};

/// Beginnings of the variables of uv that change how it works and not what it installs. Any other one counts, also one
/// of a later uv.
constexpr std::array<std::string_view, 24> kWithoutEffect = {
    "UV_CACHE_",    "UV_COMPILE_BYTECODE", "UV_CONCURRENT_", "UV_HTTP_",    "UV_INSECURE_HOST", "UV_INSTALL",
    "UV_INTERNAL_", "UV_KEYRING_PROVIDER", "UV_LINK_MODE",   "UV_LOCK_",    "UV_LOG_",          "UV_NATIVE_TLS",
    "UV_NO_CACHE",  "UV_NO_CONFIG",        "UV_NO_PROGRESS", "UV_NO_WRAP",  "UV_OFFLINE",       "UV_PREVIEW",
    "UV_PUBLISH_",  "UV_PYTHON_",          "UV_RUN_",        "UV_REQUEST_", "UV_SYSTEM_CERTS",  "UV_TOOL_"};

/// Their values are names of files.
constexpr std::array<std::string_view, 5> kNameFiles = {"UV_BUILD_CONSTRAINT", "UV_CONFIG_FILE", "UV_CONSTRAINT",
                                                        "UV_EXCLUDE", "UV_OVERRIDE"};

/// What builds packages that are not ready built.
constexpr std::array<std::string_view, 8> kOfCompilers = {"CC",       "CFLAGS", "CPPFLAGS", "CXX",
                                                          "CXXFLAGS", "FC",     "FFLAGS",   "LDFLAGS"};

/// Of CONDA_: the others say which environment of the shell is active.
constexpr std::array<std::string_view, 8> kOfConda = {
    "CONDA_CHANNELS",        "CONDA_CHANNEL_ALIAS", "CONDA_CHANNEL_PRIORITY", "CONDA_DEFAULT_CHANNELS",
    "CONDA_PINNED_PACKAGES", "CONDA_SOLVER",        "CONDA_SUBDIR",           "CONDA_TRACK_FEATURES"};

template <class List>
bool holds(const List& list, std::string_view name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

std::string_view name_in(std::string_view entry) { return entry.substr(0, entry.find('=')); }

bool has_effect(std::string_view name) {
  if (name.ends_with("_USERNAME") || name.ends_with("_PASSWORD")) return false;  // of an index, for its address
  return std::none_of(kWithoutEffect.begin(), kWithoutEffect.end(),
                      [&](std::string_view start) { return name.starts_with(start); });
}

bool is_setting(std::string_view name, bool by_conda) {
  if (name.starts_with("UV_")) return has_effect(name);
  if (by_conda && (holds(kOfConda, name) || name.starts_with("CONDA_OVERRIDE_"))) return true;
  return holds(kOfCompilers, name);
}

/// Where the file lies does not matter. Its name if it cannot be read, as an address.
std::string digest_of_file(const base::Path& file) {
  const auto text = base::read_file(file, kLongestSettings);
  return text ? base::sha256_hex(*text) : file.string();
}

std::string digests_of(const std::string& files, const base::Path& directory) {
  std::string digests;
  for (const auto& file : base::split(files, ' '))
    if (!file.empty()) digests += " " + digest_of_file(directory / file);
  return digests;
}

/// The user's file of settings, else that of the machine; empty: there is none.
base::Path uv_settings_file(const std::vector<std::string>& variables) {
  const std::string xdg = value_of(variables, "XDG_CONFIG_HOME");
  const base::Path own = xdg.empty() ? base::Path(value_of(variables, "HOME")) / ".config" : base::Path(xdg);
  for (const auto& file : {own / "uv" / "uv.toml", base::Path("/etc/xdg/uv/uv.toml"), base::Path("/etc/uv/uv.toml")})
    if (base::exists(file)) return file;
  return {};
}

/// uv would also read uv.toml and pyproject.toml in the folder where it runs and above: the source of the run, which
/// may differ with each run. So one file is named, or none.
void name_uv_settings(std::vector<std::string>& variables) {
  if (!value_of(variables, "UV_CONFIG_FILE").empty() || !value_of(variables, "UV_NO_CONFIG").empty()) return;
  const base::Path file = uv_settings_file(variables);
  variables.push_back(file.empty() ? "UV_NO_CONFIG=1" : "UV_CONFIG_FILE=" + file.string());
}

void set(std::vector<std::string>& variables, const std::string& name, const std::string& value) {
  std::erase_if(variables, [&](const std::string& entry) { return name_in(entry) == name; });
  variables.push_back(name + "=" + value);
}

}  // namespace

std::vector<std::string> variables_of_tools(std::vector<std::string> of_run, const std::string& before) {
  std::vector<std::string> variables = std::move(of_run);
  std::erase_if(variables, [](const std::string& entry) { return holds(kNotOfTools, name_in(entry)); });
  name_uv_settings(variables);
  const auto of_pip = pip_settings_for_uv(variables);
  variables.insert(variables.end(), of_pip.begin(), of_pip.end());
  set(variables, "PYTHONUNBUFFERED", "1");
  set(variables, "PIP_DISABLE_PIP_VERSION_CHECK", "1");
  set(variables, "UV_PYTHON_INSTALL_BIN", "0");
  if (!before.empty()) set(variables, "UV_EXCLUDE_NEWER", before + "T00:00:00Z");
  return variables;
}

std::vector<std::string> settings_in(const std::vector<std::string>& variables, const base::Path& directory,
                                     bool by_conda) {
  std::vector<std::string> settings;
  for (const auto& entry : variables) {
    const std::string_view name = name_in(entry);
    if (!is_setting(name, by_conda)) continue;
    const std::string value = entry.substr(std::min(entry.size(), name.size() + 1));
    settings.push_back(std::string(name) + "=" + (holds(kNameFiles, name) ? digests_of(value, directory) : value));
  }
  const base::Path home = value_of(variables, "HOME");
  if (by_conda)
    for (const auto& file : {base::Path(value_of(variables, "CONDARC")), home / ".condarc", home / ".mambarc"})
      if (base::exists(file)) settings.push_back("condarc=" + digest_of_file(file));
  std::sort(settings.begin(), settings.end());
  return settings;
}

}  // namespace env
