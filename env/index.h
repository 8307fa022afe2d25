// SPDX-License-Identifier: Apache-2.0
// The Python package index as uv sees it: installs from it, and asks it which versions there are.
#pragma once

#include <optional>

#include "base/file.h"
#include "base/spawn.h"
#include "env/pins.h"
#include "env/trouble.h"

namespace env {

/// The context of a build. The tools run in `directory`, and print into `log`.
struct BuildContext {
  base::Path python;  ///< that the environment is made with
  std::string python_version;
  base::Path folder;                     ///< of the environment, to be filled
  base::Path directory;                  ///< where relative paths of requirements begin
  std::vector<std::string> environment;  ///< NAME=value
  base::Path uv_folder;                  ///< where uv is installed if the machine has none
  std::vector<base::Path> pythons;       ///< that may have uv, or install it; the preferred one first
  base::Appender* log = nullptr;

  /// Runs a tool to its end; nothing on success, else the cause. Error: it cannot be started.
  base::Result<std::optional<Cause>> run(const std::vector<std::string>& argv) const;
  void say(const std::string& line) const;
};

/// How a tool of the build is started.
base::SpawnOptions options_for(const BuildContext& context, const std::vector<std::string>& argv);

/// uv, at work in the context's prefix.
class Installer {
 public:
  Installer(const BuildContext& context, base::Path uv) : context_(context), uv_(std::move(uv)) {}
  /// An empty virtual environment in the context's prefix.
  base::Result<std::optional<Cause>> make_venv() const;
  /// Into the prefix. `options` and `lines` are those of a requirements file, as pip reads them.
  base::Result<std::optional<Cause>> install(const std::vector<std::string>& options,
                                             const std::vector<std::string>& lines) const;
  /// The version of a pin's package that the index has for this Python, ready built, and that is nearest to the pin;
  /// empty: unknown.
  std::string nearest(const std::vector<std::string>& options, const Pin& pin) const;

 private:
  std::vector<std::string> command(std::vector<std::string> words, const std::vector<std::string>& options) const;

  const BuildContext& context_;
  base::Path uv_;
};

}  // namespace env
