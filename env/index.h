// SPDX-License-Identifier: Apache-2.0
// The Python package index as uv or pip see it: installs from it, and asks it which versions there are.
#pragma once

#include <optional>

#include "base/file.h"
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
  base::Appender* log = nullptr;

  /// Runs a tool to its end; nothing on success, else the cause. Error: it cannot be started.
  base::Result<std::optional<Cause>> run(const std::vector<std::string>& argv) const;
  void say(const std::string& line) const;
};

/// One of the two programs that install.
class Installer {
 public:
  /// `uv` empty: venv and pip.
  Installer(const BuildContext& context, base::Path uv) : context_(context), uv_(std::move(uv)) {}
  std::string name() const;
  /// An empty virtual environment in the context's prefix.
  base::Result<std::optional<Cause>> make_venv() const;
  /// Into the prefix. `lines` are those of a requirements file.
  base::Result<std::optional<Cause>> install(const std::vector<std::string>& options,
                                             const std::vector<std::string>& lines) const;
  /// The version of a pin's package that the index has for this Python, ready built, and that is nearest to the pin;
  /// empty: unknown.
  std::string nearest(const std::vector<std::string>& options, const Pin& pin) const;

 private:
  std::string nearest_by_uv(const std::string& options, const Pin& pin) const;
  std::string nearest_by_pip(const std::string& options, const Pin& pin) const;

  const BuildContext& context_;
  base::Path uv_;
};

}  // namespace env
