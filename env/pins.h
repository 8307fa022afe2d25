// SPDX-License-Identifier: Apache-2.0
// Requirements for one exact version, and which version to take where that one cannot be had.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace env {

/// "scikit-learn[x] == 0.22.1 ; python_version > '3'" or "numpy==1.19.*".
struct Pin {
  std::string name;     ///< with its extras: "scikit-learn[x]"
  std::string version;  ///< "0.22.1", "1.19.*"
  std::string rest;     ///< after the version
};

/// Nothing when the line does not ask for exactly one version, or names its file by hash.
std::optional<Pin> pin_in(const std::string& line);
/// Whether `version` satisfies the pin.
bool fits(const Pin& pin, const std::string& version);

/// Whether a requirement asks for a version that was built for numpy 1 and does not say so: "torch==2.1.*", "pandas<2".
bool needs_old_numpy(const std::string& line);

struct Loosened {
  std::vector<std::string> lines;      ///< all of them, the pins that cannot be had replaced
  std::vector<std::string> sentences;  ///< which ones: empty when every pin can be had
};

/// Call it only after a build has failed: whether a version exists is asked, not guessed.
/// Asks `nearest` for the version to take for each pin: the pinned one where it can be had; empty: unknown.
Loosened loosen(const std::vector<std::string>& lines, const std::string& python,
                const std::function<std::string(const Pin&)>& nearest);

}  // namespace env
