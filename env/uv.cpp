// SPDX-License-Identifier: Apache-2.0
#include "env/uv.h"

#include <algorithm>

#include "base/lock.h"
#include "base/spawn.h"
#include "base/text.h"
#include "env/version.h"

namespace env {
namespace {

namespace fs = std::filesystem;

constexpr const char* kLowest = "0.6";  // it has a variable for each setting of pip that is passed on
constexpr int kAnswerMilliseconds = 30'000;

/// "uv 0.13.9 (x86_64-unknown-linux-gnu)" as 0.13.9; empty: it is not uv, or cannot run here.
std::string version_of(const BuildContext& context, const base::Path& uv) {
  constexpr std::string_view kStart = "uv ";
  const auto done = base::run_to_end(options_for(context, {uv, "--version"}), kAnswerMilliseconds);
  if (!done || done->code != 0 || !done->output.starts_with(kStart)) return {};
  return done->output.substr(kStart.size(), done->output.find_first_of(" \n", kStart.size()) - kStart.size());
}

bool is_usable(const BuildContext& context, const base::Path& uv) {
  if (!base::is_program(uv)) return false;
  const std::string version = version_of(context, uv);
  if (version.empty()) return false;
  if (numbers_of(version) >= numbers_of(kLowest)) return true;
  context.say("uv " + version + " (" + uv.string() + ") is not used: " + kLowest + " or later is needed");
  return false;
}

/// Where programs are that were installed with this one.
std::vector<base::Path> own_folders() {
  std::error_code code;
  const base::Path own = fs::read_symlink("/proc/self/exe", code).parent_path();
  if (code) return {};
  return {own, own.parent_path().parent_path() / "bin"};  // of PREFIX/lib/runyard
}

/// The program of the module uv; empty: this Python does not have it.
base::Path uv_of(const BuildContext& context, const base::Path& python) {
  const auto done =
      base::run_to_end(options_for(context, {python, "-c", "import uv; print(uv.find_uv_bin())"}), kAnswerMilliseconds);
  return done && done->code == 0 ? base::Path(base::trim(done->output)) : base::Path();
}

std::optional<base::Path> find_uv(const BuildContext& context) {
  std::vector<base::Path> found;
  const auto add = [&](const base::Path& uv) {
    if (std::find(found.begin(), found.end(), uv) == found.end()) found.push_back(uv);
  };
  if (const auto on_path = base::find_program("uv", context.environment)) add(*on_path);
  for (const auto& folder : own_folders()) add(folder / "uv");
  for (const auto& python : context.pythons) add(python.parent_path() / "uv");
  add(context.uv_folder / "uv");
  for (const auto& uv : found)
    if (is_usable(context, uv)) return uv;
  for (const auto& python : context.pythons)
    if (const auto uv = uv_of(context, python); is_usable(context, uv)) return uv;
  return {};
}

/// The program alone is kept: it needs nothing of the package around it.
base::Result<std::optional<Cause>> install_by_pip(const BuildContext& context, const base::Path& python,
                                                  const base::Path& work) {
  return context.run({python, "-m", "pip", "install", "--no-input", "--progress-bar", "off", "--only-binary",
                      ":all:", "--target", work / "uv", std::string("uv>=") + kLowest});
}

/// A Python without pip may be able to make a virtual environment that has one.
base::Result<std::optional<Cause>> install_by(const BuildContext& context, const base::Path& python,
                                              const base::Path& work) {
  TRY_ASSIGN(auto cause, install_by_pip(context, python, work));
  if (!cause || cause->trouble == Trouble::kNetwork || cause->trouble == Trouble::kFullDisk) return cause;
  TRY_ASSIGN(cause, context.run({python, "-m", "venv", "--clear", work / "venv"}));
  if (cause) return cause;
  return install_by_pip(context, work / "venv" / "bin" / "python", work);
}

base::Result<void> bring(const BuildContext& context, const base::Path& work) {
  Cause last{Trouble::kOther, "there is no Python to install it with"};
  for (const auto& python : context.pythons) {
    std::error_code code;
    fs::remove_all(work, code);
    TRY(base::make_directories(work));
    TRY_ASSIGN(const auto cause, install_by(context, python, work));
    if (!cause) {
      fs::rename(work / "uv" / "bin" / "uv", context.uv_folder / "uv", code);
      if (!code) return {};
      last.said = "the package holds no program: " + code.message();
    } else {
      last = *cause;
      if (last.trouble == Trouble::kNetwork || last.trouble == Trouble::kFullDisk) break;
    }
  }
  return base::error(last.said);
}

}  // namespace

base::Result<base::Path> provide_uv(const BuildContext& build) {
  TRY(base::make_directories(build.uv_folder));
  BuildContext context = build;
  context.directory = build.uv_folder;  // modules in the source of the run must not stand in for those of Python
  if (auto uv = find_uv(context)) return std::move(*uv);
  TRY_ASSIGN(const base::Fd lock, base::wait_for_lock(context.uv_folder / "lock"));
  const base::Path brought = context.uv_folder / "uv", work = context.uv_folder / "new";
  if (is_usable(context, brought)) return brought;  // by another build meanwhile
  context.say("there is no uv on this machine: installing it once, into " + context.uv_folder.string());
  const auto done = bring(context, work);
  std::error_code ignored;
  fs::remove_all(work, ignored);
  if (done && is_usable(context, brought)) return brought;
  return base::error(
      "uv is missing and could not be installed: " + (done ? "it does not run on this machine" : done.error().message) +
      "; install it with: pip install uv");
}

}  // namespace env
