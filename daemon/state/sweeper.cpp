// SPDX-License-Identifier: Apache-2.0
#include "daemon/state/sweeper.h"

#include <filesystem>

#include "base/digest.h"

namespace state {

namespace {

constexpr std::chrono::milliseconds kBetween(250);
constexpr std::chrono::seconds kWhenEmpty(10);
constexpr int kAtATime = 50;
constexpr std::size_t kFar = 2000;  ///< bytes of a path: what lies deeper is moved up, or no call could name it

/// A run may have closed its folders to itself, and so to us.
void open_up(const base::Path& folder) {
  namespace fs = std::filesystem;
  std::error_code ignored;
  const auto mode = fs::symlink_status(folder, ignored).permissions();
  if ((mode & fs::perms::owner_all) != fs::perms::owner_all) fs::permissions(folder, fs::perms::owner_all, ignored);
}

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
  for (fs::recursive_directory_iterator entry(trash_, fs::directory_options::skip_permission_denied, code), end;
       !code && entry != end; entry.increment(code)) {
    const base::Path& path = entry->path();
    std::error_code ignored;
    const bool folder = fs::is_directory(entry->symlink_status(ignored));
    if (folder) open_up(path);
    if (folder && path.native().size() > kFar) {
      far.push_back(path);
      entry.disable_recursion_pending();
      continue;
    }
    if (stuck_.contains(path) || (folder && !fs::is_empty(path, ignored))) continue;
    found.push_back(path);
    if (static_cast<int>(found.size()) == files) break;
  }
  for (auto& path : found) remove(std::move(path));
  for (const auto& path : far) fs::rename(path, trash_ / base::random_hex(8), code);
  return found.empty() && far.empty();
}

/// And the folders above that have become empty.
void Sweeper::remove(base::Path path) {
  std::error_code code;
  if (!std::filesystem::remove(path, code)) stuck_.insert(std::move(path));
  else
    for (path = path.parent_path(); path != trash_ && std::filesystem::remove(path, code);) path = path.parent_path();
}

}  // namespace state
