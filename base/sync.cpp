// SPDX-License-Identifier: Apache-2.0
#include "base/sync.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <thread>

namespace base {

namespace {

Result<void> sync_one(const Path& path) {
  TRY_ASSIGN(const Fd fd, open_file(path, O_RDONLY));
  while (::fsync(fd.get()) != 0)
    if (errno != EINTR) return os_error("cannot sync '" + path.string() + "'");
  return {};
}

}  // namespace

Result<void> sync_together(const std::vector<Path>& paths) {
  std::vector<Result<void>> results(paths.size());
  const auto sync = [&](std::size_t i) { results[i] = sync_one(paths[i]); };
  std::vector<std::thread> threads;
  for (std::size_t i = 1; i < paths.size(); ++i) threads.emplace_back(sync, i);
  if (!paths.empty()) sync(0);
  for (auto& thread : threads) thread.join();
  for (auto& result : results) TRY(std::move(result));
  return {};
}

}  // namespace base
