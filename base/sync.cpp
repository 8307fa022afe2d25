// SPDX-License-Identifier: Apache-2.0
#include "base/sync.h"

#include <fcntl.h>
#include <unistd.h>

#include <thread>

namespace base {

Result<void> sync_together(const std::vector<Path>& paths) {
  std::vector<Result<void>> results(paths.size());
  const auto sync = [&](std::size_t i) {
    const auto fd = open_file(paths[i], O_RDONLY);
    if (!fd) results[i] = fd.error();
    else if (::fsync(fd->get()) != 0) results[i] = os_error("cannot sync '" + paths[i].string() + "'");
  };
  std::vector<std::thread> threads;
  for (std::size_t i = 1; i < paths.size(); ++i) threads.emplace_back(sync, i);
  if (!paths.empty()) sync(0);
  for (auto& thread : threads) thread.join();
  for (auto& result : results) TRY(std::move(result));
  return {};
}

}  // namespace base
