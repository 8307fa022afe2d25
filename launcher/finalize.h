// SPDX-License-Identifier: Apache-2.0
// --finalize: ends an attempt whose guard and worker are both gone.
#pragma once

#include "launcher/attempt.h"

namespace launcher {

/// Ends the processes that are left, collects, seals and records. Does nothing for an attempt that has ended already.
/// `std::errc::resource_unavailable_try_again` when its launcher lives.
base::Result<void> finalize(const base::Path& run_dir);

}  // namespace launcher
