// SPDX-License-Identifier: Apache-2.0
// Whether it makes sense to try again after an error.
#pragma once

#include <system_error>

namespace base {

/// Whether what a file call failed for holds until the file is changed: it is gone, it is forbidden, or something else
/// has its name. A full disk, a fault of the disk, and a lack of descriptors or memory may pass.
bool is_permanent(const std::error_code& cause);

}  // namespace base
