// SPDX-License-Identifier: Apache-2.0
#include "env/conda.h"

#include <unistd.h>

#include "base/spawn.h"
#include "env/variables.h"
#include "env/version.h"
#include "protocol/names.h"

namespace env {
namespace {

bool can_run(const base::Path& path) {
  std::error_code ignored;
  return std::filesystem::is_regular_file(path, ignored) && ::access(path.c_str(), X_OK) == 0;
}

/// What is asked of conda besides the packages; a Python as near to the run's own as the patch level.
std::string python_for(const protocol::Managed& managed, const std::string& own) {
  if (!managed.python.empty()) return "python=" + managed.python;
  const auto numbers = numbers_of(own);
  return numbers.size() < 2 ? "python" : "python=" + std::to_string(numbers[0]) + "." + std::to_string(numbers[1]);
}

}  // namespace

std::optional<base::Path> find_conda(const std::vector<std::string>& environment) {
  for (const char* name : {"micromamba", "mamba", "conda"})
    if (auto found = base::find_program(name, environment)) return found;
  for (const char* variable : {"MAMBA_EXE", "CONDA_EXE"})
    if (const base::Path named = value_of(environment, variable); can_run(named)) return named;
  const base::Path home = value_of(environment, "HOME");
  for (const char* folder : {"miniforge3", "mambaforge", "miniconda3", "anaconda3"})
    if (const auto usual = home / folder / "bin" / "conda"; can_run(usual)) return usual;
  return {};
}

base::Result<std::optional<Cause>> make_prefix(const Workshop& workshop, const base::Path& conda,
                                               const protocol::Managed& managed) {
  std::vector<std::string> argv = {conda, "create", "--yes", "--prefix",
                                   protocol::EnvironmentDir{workshop.folder}.prefix()};
  for (const auto& channel : managed.channels) argv.insert(argv.end(), {"--channel", channel});
  if (managed.channels.empty()) argv.insert(argv.end(), {"--channel", "conda-forge"});
  argv.insert(argv.end(), {python_for(managed, workshop.python_version), "pip"});
  for (const auto& [package, requirement] : managed.conda) argv.push_back(package);
  return workshop.run(argv);
}

}  // namespace env
