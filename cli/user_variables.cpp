// SPDX-License-Identifier: Apache-2.0
#include "cli/user_variables.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace cli {

namespace {

constexpr std::string_view kParent =
    "JPY_PARENT_PID=";  ///< Jupyter sets it for every kernel; what it starts has it too

/// A user's own value differs.
constexpr std::array<std::string_view, 10> kOfKernel = {
    "MPLBACKEND=module://matplotlib_inline.backend_inline",
    "MPLBACKEND=module://ipykernel.pylab.backend_inline",
    "CLICOLOR=1",
    "CLICOLOR_FORCE=1",
    "FORCE_COLOR=1",
    "GIT_PAGER=cat",
    "PAGER=cat",
    "PYDEVD_DISABLE_FILE_VALIDATION=1",
    "PYDEVD_USE_FRAME_EVAL=NO",
    "TERM=xterm-color",
};

bool is_for_kernel(std::string_view entry) {
  return entry.starts_with("JPY_") || entry.starts_with("IPY_INTERRUPT_EVENT") ||
         std::find(kOfKernel.begin(), kOfKernel.end(), entry) != kOfKernel.end();
}

}  // namespace

std::vector<std::string> user_variables(std::vector<std::string> environment) {
  const bool below_kernel = std::any_of(environment.begin(), environment.end(),
                                        [](const std::string& entry) { return entry.starts_with(kParent); });
  if (below_kernel) std::erase_if(environment, is_for_kernel);
  return environment;
}

}  // namespace cli
