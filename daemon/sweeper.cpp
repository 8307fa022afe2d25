// SPDX-License-Identifier: Apache-2.0
#include "daemon/sweeper.h"

#include <filesystem>

namespace yard {

namespace {

constexpr std::chrono::milliseconds kBetween(250);
constexpr std::chrono::seconds kWhenEmpty(10);
constexpr int kAtATime = 50;

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
  std::vector<base::Path> found;
  for (fs::recursive_directory_iterator entry(trash_, code), end; !code && entry != end; entry.increment(code)) {
    std::error_code ignored;
    const bool folder = fs::is_directory(entry->symlink_status(ignored));
    if (folder && !fs::is_empty(entry->path(), ignored)) continue;
    found.push_back(entry->path());
    if (static_cast<int>(found.size()) == files) break;
  }
  for (const auto& path : found) fs::remove(path, code);
  return found.empty();
}

}  // namespace yard
