// SPDX-License-Identifier: Apache-2.0
#include "base/sync.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <system_error>
#include <thread>

namespace base {

namespace {

constexpr std::size_t kMostThreads = 16;  // so many syncs share a write of the file system's journal

Result<void> sync_one(const Path& path) {
  TRY_ASSIGN(const Fd fd, open_file(path, O_RDONLY));
  while (::fsync(fd.get()) != 0)
    if (errno != EINTR) return os_error("cannot sync '" + path.string() + "'");
  return {};
}

}  // namespace

Result<void> sync_together(const std::vector<Path>& paths) {
  std::vector<Result<void>> results(paths.size());
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    for (std::size_t i = next++; i < paths.size(); i = next++) results[i] = sync_one(paths[i]);
  };
  std::vector<std::thread> threads;
  threads.reserve(kMostThreads);
  try {
    while (threads.size() + 1 < std::min(paths.size(), kMostThreads)) threads.emplace_back(work);
  } catch (const std::system_error&) {  // no more processes for this user: as many as there are
  }
  work();
  for (auto& thread : threads) thread.join();
  for (auto& result : results) TRY(std::move(result));
  return {};
}

}  // namespace base
