// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"

namespace base {

/// An error where the kernel, or the filter of a container, refuses a call that the programs cannot do without. It
/// names the call and the version of Linux that has it.
Result<void> check_kernel();

}  // namespace base
