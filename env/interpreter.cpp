// SPDX-License-Identifier: Apache-2.0
#include "env/interpreter.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>

#include "env/cache.h"
#include "env/probe.h"

namespace env {
namespace {

namespace fs = std::filesystem;

base::Error cannot_use(const base::Path& path, const std::string& why, std::errc code = std::errc::invalid_argument) {
  return base::error("cannot use the interpreter " + path.string() + ": " + why, code);
}

base::Result<base::Path> python_in(const base::Path& folder) {
  std::error_code ignored;
  for (const char* name : {"python", "python3"})
    if (const auto path = folder / "bin" / name; fs::exists(fs::symlink_status(path, ignored))) return path;
  return cannot_use(folder, "it is a folder without bin/python, neither a virtual environment nor a conda prefix",
                    std::errc::no_such_file_or_directory);
}

/// A shim of pyenv, asdf and the like chooses the interpreter again at every start, and slowly.
bool is_shim(const base::Path& path) {
  if (path.parent_path().filename() != "shims") return false;
  const auto fd = base::open_file(path, O_RDONLY);
  if (!fd) return false;
  const auto start = base::read_at(*fd, 0, 2);
  return start && *start == "#!";
}

bool before(const std::string& version, int major, int minor) {
  int found[2] = {0, 0};
  if (std::sscanf(version.c_str(), "%d.%d", &found[0], &found[1]) < 1) return true;
  return std::pair(found[0], found[1]) < std::pair(major, minor);
}

base::Result<void> judge(Interpreter& found) {
  if (before(found.version, 3, 0))
    return cannot_use(found.path, "it is Python " + found.version + "; Python 3.7 or later is needed");
  if (before(found.version, 3, 7))
    found.warnings.push_back("the interpreter " + found.path + " is Python " + found.version +
                             ", older than 3.7: the SDK may not work in it");
  if (found.implementation != "cpython")
    return cannot_use(found.path,
                      "it is " + found.implementation + " " + found.version + "; CPython 3.7 or later is needed");
  return {};
}

std::string why_missing(const base::Path& path) {
  std::error_code ignored;
  if (!fs::is_symlink(path, ignored)) return "it does not exist";
  std::string why = "it is a link to a file that does not exist";
  if (!fs::exists(path.parent_path().parent_path() / "pyvenv.cfg", ignored)) return why;
  return why + ": the Python that the virtual environment was made with is gone, so make it again";
}

base::Result<base::Path> behind_shim(const base::Path& shim, const ProbeOptions& options) {
  TRY_ASSIGN(const Probe probe, run_probe(shim, options));
  if (probe.executable.empty()) return cannot_use(shim, "it does not say which interpreter it stands for");
  return base::Path(probe.executable);
}

}  // namespace

base::Result<base::Path> resolve(const base::Path& given) {
  std::error_code ignored;
  if (!given.is_absolute()) return cannot_use(given, "it is not an absolute path");
  base::Path path = given;
  if (fs::is_directory(given, ignored)) {
    TRY_ASSIGN(path, python_in(given));
  }
  if (!fs::exists(path, ignored)) return cannot_use(path, why_missing(path), std::errc::no_such_file_or_directory);
  if (!fs::is_regular_file(path, ignored) || ::access(path.c_str(), X_OK) != 0)
    return cannot_use(path, "it is not executable", std::errc::permission_denied);
  return path;
}

base::Result<Interpreter> describe(const base::Path& given, const ProbeOptions& options) {
  TRY_ASSIGN(base::Path path, resolve(given));
  if (is_shim(path)) {
    TRY_ASSIGN(path, behind_shim(path, options));
  }
  if (auto known = recall(options.cache, path)) return std::move(*known);
  TRY_ASSIGN(Probe probe, run_probe(path, options));
  TRY(judge(probe.interpreter));
  remember(options.cache, probe);
  return std::move(probe.interpreter);
}

}  // namespace env
