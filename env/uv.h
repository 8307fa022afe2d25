// SPDX-License-Identifier: Apache-2.0
// The program uv, which makes virtual environments and installs packages: the one of this machine, or one that is
// brought once from the package index.
#pragma once

#include "env/index.h"

namespace env {

/// Looked for on PATH, beside this program, beside the context's Pythons, among their modules, and in the context's
/// `uv_folder`; if there is none (or only one that is too old), it is installed into that folder. Error: "uv is missing
/// and could not be installed: ...".
base::Result<base::Path> provide_uv(const BuildContext& context);

}  // namespace env
