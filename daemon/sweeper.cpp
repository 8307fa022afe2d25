// SPDX-License-Identifier: Apache-2.0
#include "daemon/sweeper.h"

#include <filesystem>

#include "base/digest.h"

namespace yard {

namespace {

constexpr std::chrono::milliseconds kBetween(250);
constexpr std::chrono::seconds kWhenEmpty(10);
constexpr int kAtATime = 50;
constexpr std::size_t kFar = 2000;  ///< bytes of a path: what lies deeper is moved up, or no call could name it

}  // namespace

Sweeper::Sweeper(base::Path trash) : trash_(std::move(trash)), thread_([this] { live(); }) {}

Sweeper::~Sweeper() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void Sweeper::live() {
  std::unique_lock lock(mutex_);
  std::chrono::milliseconds pause = kBetween;
  while (!wake_.wait_for(lock, pause, [&] { return stopping_; })) {
    lock.unlock();
    pause = sweep(kAtATime) ? kWhenEmpty : kBetween;
    lock.lock();
  }
}

bool Sweeper::sweep(int files) {
  namespace fs = std::filesystem;
  std::error_code code;
  // A folder can go once it is empty: the deepest entries first, in as many rounds as it takes.
  std::vector<base::Path> found, far;
  for (fs::recursive_directory_iterator entry(trash_, code), end; !code && entry != end; entry.increment(code)) {
    std::error_code ignored;
    const bool folder = fs::is_directory(entry->symlink_status(ignored));
    if (folder && entry->path().native().size() > kFar) {
      far.push_back(entry->path());
      entry.disable_recursion_pending();
      continue;
    }
    if (folder && !fs::is_empty(entry->path(), ignored)) continue;
    found.push_back(entry->path());
    if (static_cast<int>(found.size()) == files) break;
  }
  for (auto& path : found)  // and the folders above that have become empty
    while (path != trash_ && fs::remove(path, code)) path = path.parent_path();
  for (const auto& path : far) fs::rename(path, trash_ / base::random_hex(8), code);
  return found.empty() && far.empty();
}

}  // namespace yard
