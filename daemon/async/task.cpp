// SPDX-License-Identifier: Apache-2.0
#include "daemon/async/task.h"

namespace async {

void or_end_daemon(const std::exception_ptr& thrown) noexcept {
  if (thrown) std::rethrow_exception(thrown);  // leaves a noexcept function: std::terminate()
}

}  // namespace async
