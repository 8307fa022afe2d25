// SPDX-License-Identifier: Apache-2.0
// Deletes what lies in state/trash, a little at a time: on ext4, files that are made right after many were deleted come
// ten times slower.
#pragma once

#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>

#include "base/file.h"

namespace state {

/// Owned by serve(); a thread of its own.
class Sweeper {
 public:
  explicit Sweeper(base::Path trash);
  ~Sweeper();

 private:
  void live();
  /// Deletes at most `files` entries; true when nothing is left.
  bool sweep(int files);
  void remove(base::Path path);

  base::Path trash_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::set<base::Path> stuck_;  ///< what could not be deleted: of another user, or forbidden by the file system
  std::thread thread_;
};

}  // namespace state
