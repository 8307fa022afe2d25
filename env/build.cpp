// SPDX-License-Identifier: Apache-2.0
#include "env/build.h"

#include <algorithm>

#include "env/conda.h"
#include "env/source_lines.h"
#include "env/uv.h"

namespace env {
namespace {

std::vector<std::string> all_anchored(std::vector<std::string> lines) {
  for (auto& line : lines) line = anchored(line);
  return lines;
}

class Build {
 public:
  Build(const BuildContext& context, Environment& environment)
      : context_(context), environment_(environment), definition_(environment.definition),
        options_(all_anchored(definition_.options)), pip_(all_anchored(definition_.pip)) {}

  base::Result<void> by_conda(const base::Path& conda) {
    environment_.tool = conda.filename();
    TRY_ASSIGN(const auto cause, make_prefix(context_, conda, definition_));
    if (cause) return failed(*cause);
    lines_ = pip_;
    if (lines_.empty()) return {};
    TRY_ASSIGN(const Installer uv, installer());
    return install(uv);
  }

  base::Result<void> from_index() {
    environment_.tool = "uv";
    TRY(add_conda_from_index());
    TRY_ASSIGN(const Installer uv, installer());
    TRY_ASSIGN(const auto cause, uv.make_venv());
    if (cause) return failed(*cause);
    return lines_.empty() ? base::Result<void>() : install(uv);
  }

 private:
  base::Error failed(const Cause& cause) const { return failed(describe(cause)); }
  base::Error failed(const std::string& why) const {
    return base::error("cannot build the environment '" + definition_.name + "': " + why);
  }

  base::Result<Installer> installer() const {
    auto uv = provide_uv(context_);
    if (!uv) return failed(uv.error().message);
    return Installer(context_, std::move(*uv));
  }

  base::Result<void> install(const Installer& uv) {
    TRY_ASSIGN(const auto cause, try_install(uv, lines_, needs_numpy_1()));
    return cause ? install_nearest(uv, *cause) : base::Result<void>();
  }

  /// With numpy 1 if it is `preferred` and possible.
  base::Result<std::optional<Cause>> try_install(const Installer& uv, const std::vector<std::string>& lines,
                                                 bool preferred) const {
    if (preferred) {
      TRY_ASSIGN(const auto cause, uv.install(with_old_numpy(), lines));
      if (!cause || !depends_on_versions(*cause)) return cause;
    }
    return uv.install(options_, lines);
  }

  /// Some packages were built for numpy 1 without declaring it.
  bool needs_numpy_1() const {
    const auto old = std::find_if(lines_.begin(), lines_.end(), needs_old_numpy);
    if (old == lines_.end()) return false;
    context_.say("numpy stays below 2, if possible: " + *old + " was built for numpy 1");
    return true;
  }

  static bool depends_on_versions(const Cause& cause) {
    return cause.trouble != Trouble::kNetwork && cause.trouble != Trouble::kFullDisk && cause.trouble != Trouble::kHash;
  }

  /// After a failure: tries again, with the nearest versions where pinned ones cannot be had.
  base::Result<void> install_nearest(const Installer& uv, const Cause& cause) {
    if (!depends_on_versions(cause)) return failed(cause);
    const auto nearest = [&](const Pin& pin) { return uv.nearest(options_, pin); };
    Loosened loosened = loosen(lines_, context_.python_version, nearest);
    if (loosened.sentences.empty()) return failed(cause);
    for (const auto& sentence : loosened.sentences) context_.say(sentence);
    if (definition_.strict)
      return failed(all_of(loosened.sentences) + ". Nothing else is taken, because 'strict' is set");
    TRY_ASSIGN(const auto again, try_install(uv, loosened.lines, true));
    if (again) return failed(describe(*again) + ". With the nearest versions, because " + all_of(loosened.sentences));
    for (const auto& sentence : loosened.sentences) environment_.replaced.push_back(sentence + ", which is used");
    return {};
  }

  /// Pins that cannot be had are old, too, and packages of that time need numpy 1.
  std::vector<std::string> with_old_numpy() const {
    const auto file = context_.folder / "constraints.txt";
    auto options = options_;
    if (base::replace_file(file, "numpy<2\n")) options.push_back("--constraint " + file.filename().string());
    return options;
  }

  /// The packages of conda as requirements; which ones, and which not, is a warning.
  base::Result<void> add_conda_from_index() {
    lines_ = pip_;
    if (definition_.conda.empty()) return {};
    std::string taken, left;
    for (const auto& [package, requirement] : definition_.conda) {
      std::string& list = requirement.empty() ? left : taken;
      list += (list.empty() ? "" : ", ") + package +
              (requirement.empty() || requirement == package ? "" : " as " + requirement);
      if (!requirement.empty()) lines_.push_back(requirement);
    }
    const bool no_conda = definition_.before.empty();
    std::string sentence = no_conda ? "there is no micromamba, mamba or conda on this machine"
                                    : "conda cannot choose packages from before " + definition_.before;
    if (!definition_.conda_from_index)
      return failed(sentence + ", and packages of conda may not come from the Python index: " + taken +
                    (left.empty() ? "" : ", " + left) + (no_conda ? ". Install micromamba, or unset " : ". Unset ") +
                    "RUNYARD_ENV_CONDA_FROM_INDEX=0");
    if (!taken.empty()) sentence += "; taken from the Python index: " + taken;
    if (!left.empty()) sentence += "; not installed, because it is no Python package: " + left;
    context_.say(sentence);
    environment_.warnings.push_back(std::move(sentence));
    return {};
  }

  const BuildContext& context_;
  Environment& environment_;
  const protocol::Managed& definition_;
  const std::vector<std::string> options_, pip_;
  std::vector<std::string> lines_;
};

}  // namespace

base::Result<void> build(const BuildContext& context, const std::optional<base::Path>& conda,
                         Environment& environment) {
  Build work(context, environment);
  return conda ? work.by_conda(*conda) : work.from_index();
}

}  // namespace env
