// SPDX-License-Identifier: Apache-2.0
// --bury: ends an attempt whose guard and worker are both gone.
#pragma once

#include "launcher/facts.h"

namespace launcher {

/// Ends what is left of its processes, collects, seals and records. An attempt that has ended already is left as it is.
/// `std::errc::resource_unavailable_try_again` when its launcher lives.
base::Result<void> bury(const base::Path& run_dir);

}  // namespace launcher
