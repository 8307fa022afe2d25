// SPDX-License-Identifier: Apache-2.0
#include "env/base_python.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "base/text.h"
#include "env/variables.h"
#include "env/version.h"

namespace env {
namespace {

namespace fs = std::filesystem;

constexpr int kOldestMinor = 7, kNewestMinor = 15;
constexpr int kFar = 1000;

/// Half a year after a release most libraries had been built for it.
struct PythonWithLibraries {
  std::string_view since, version;
};
constexpr std::array kPythonsWithLibraries = {
    PythonWithLibraries{"2020-04-14", "3.8"},  PythonWithLibraries{"2021-04-05", "3.9"},
    PythonWithLibraries{"2022-04-04", "3.10"}, PythonWithLibraries{"2023-04-24", "3.11"},
    PythonWithLibraries{"2024-04-02", "3.12"}, PythonWithLibraries{"2025-04-07", "3.13"},
    PythonWithLibraries{"2026-04-07", "3.14"}};

/// The entries of a folder in a fixed order; none where it cannot be read.
std::vector<base::Path> entries_of(const base::Path& folder) {
  std::vector<base::Path> found;
  std::error_code code;
  for (fs::directory_iterator entry(folder, code), end; !code && entry != end; entry.increment(code))
    found.push_back(entry->path());
  std::sort(found.begin(), found.end());
  return found;
}

/// bin/python3.9 and its like in one folder. Shims stand for interpreters that are found elsewhere.
void add_programs(std::vector<NamedPython>& found, const base::Path& bin) {
  if (bin.filename() == "shims") return;
  std::error_code ignored;
  for (int minor = kOldestMinor; minor <= kNewestMinor; ++minor) {
    const std::string version = "3." + std::to_string(minor);
    if (const auto path = bin / ("python" + version); fs::exists(path, ignored)) found.push_back({path, version});
  }
}

/// Folders that are named after the version in them, "3.9.18" or "cpython-3.9.18-linux".
void add_versions(std::vector<NamedPython>& found, const base::Path& root) {
  std::error_code ignored;
  for (const auto& folder : entries_of(root)) {
    std::string name = folder.filename();
    if (name.starts_with("cpython-")) name.erase(0, 8);
    const auto path = folder / "bin" / "python3";
    if (numbers_of(name).size() >= 2 && fs::exists(path, ignored))
      found.push_back({path, name.substr(0, name.find('-'))});
  }
}

/// Conda keeps a file for each package, named after it and its version.
void add_conda(std::vector<NamedPython>& found, const base::Path& prefix) {
  constexpr std::string_view kStart = "python-3.";
  for (const auto& file : entries_of(prefix / "conda-meta"))
    if (const std::string name = file.filename(); name.starts_with(kStart)) {
      const std::string version = name.substr(7);
      found.push_back({prefix / "bin" / "python", version.substr(0, version.find('-'))});
    }
}

std::vector<base::Path> conda_roots(const std::vector<std::string>& environment, const base::Path& home) {
  std::vector<base::Path> roots;
  if (const auto program = value_of(environment, "CONDA_EXE"); !program.empty())
    roots.push_back(base::Path(program).parent_path().parent_path());
  if (const auto root = value_of(environment, "MAMBA_ROOT_PREFIX"); !root.empty()) roots.push_back(root);
  for (const char* name : {"miniconda3", "anaconda3", "miniforge3", "mambaforge", "micromamba", ".conda"})
    roots.push_back(home / name);
  roots.push_back("/opt/conda");
  return roots;
}

base::Path or_else(const std::string& given, const base::Path& usual) {
  return given.empty() ? usual : base::Path(given);
}

/// How far a version is from another: other minor versions first, then another patch level.
int distance(const std::string& version, const std::string& requested) {
  const auto have = numbers_of(version), want = numbers_of(requested);
  if (have.size() < 2 || want.empty() || have[0] != want[0]) return kFar * kFar;
  if (want.size() < 2) return 0;
  const int patch = want.size() > 2 && have.size() > 2 ? std::min(std::abs(have[2] - want[2]), kFar - 1) : 0;
  return std::abs(have[1] - want[1]) * kFar + patch;
}

}  // namespace

std::vector<NamedPython> named_pythons(const std::vector<std::string>& environment) {
  const base::Path home = value_of(environment, "HOME");
  std::vector<NamedPython> found;
  for (const auto& bin : base::split(value_of(environment, "PATH"), ':'))
    if (base::Path(bin).is_absolute()) add_programs(found, bin);
  add_versions(found, or_else(value_of(environment, "PYENV_ROOT"), home / ".pyenv") / "versions");
  const base::Path data = or_else(value_of(environment, "XDG_DATA_HOME"), home / ".local/share");
  add_versions(found, or_else(value_of(environment, "UV_PYTHON_INSTALL_DIR"), data / "uv" / "python"));
  for (const auto& root : conda_roots(environment, home)) {
    add_conda(found, root);
    for (const auto& prefix : entries_of(root / "envs")) add_conda(found, prefix);
  }
  for (const char* bin : {"/usr/local/bin", "/usr/bin"}) add_programs(found, bin);
  const std::vector<int> oldest = {3, kOldestMinor};
  std::erase_if(found, [&](const NamedPython& python) { return numbers_of(python.version) < oldest; });
  return found;
}

base::Result<Interpreter> find_python(const std::string& requested, const base::Path& caller,
                                      const ProbeOptions& options) {
  auto own = describe(caller, options);
  if (requested.empty() || (own && distance(own->version, requested) < kFar)) return own;
  auto named = named_pythons(options.environment);
  std::stable_sort(named.begin(), named.end(), [&](const NamedPython& a, const NamedPython& b) {
    return distance(a.version, requested) < distance(b.version, requested);
  });
  for (const auto& candidate : named) {
    if (own && distance(own->version, requested) <= distance(candidate.version, requested)) break;
    if (distance(candidate.version, requested) >= kFar * kFar) break;
    if (auto found = describe(candidate.path, options)) return found;
  }
  return own;
}

std::string python_of_day(std::string_view day) {
  std::string newest = "3." + std::to_string(kOldestMinor);
  for (const auto& [since, version] : kPythonsWithLibraries)
    if (since <= day) newest = version;
  return newest;
}

base::Result<Interpreter> find_python_of_day(const std::string& day, const base::Path& caller,
                                             const ProbeOptions& options) {
  const std::string newest = python_of_day(day);
  if (auto own = describe(caller, options); own && !is_newer(own->version, newest)) return own;
  for (int minor = numbers_of(newest)[1]; minor >= kOldestMinor; --minor) {
    const std::string series = "3." + std::to_string(minor);
    if (auto found = find_python(series, caller, options); found && begins_with(found->version, series)) return found;
  }
  return find_python(newest, caller, options);
}

}  // namespace env
