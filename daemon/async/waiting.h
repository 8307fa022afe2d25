// SPDX-License-Identifier: Apache-2.0
// What a coroutine of the loop can wait for besides other coroutines. Each returns at once when the coroutine is
// canceled.
#pragma once

#include <chrono>

#include "base/fd.h"
#include "daemon/async/task.h"

namespace async {

Task<void> pause(std::chrono::milliseconds duration);
/// Returns when the process of this pidfd has ended.
Task<void> until_gone(base::Fd pidfd);

}  // namespace async
