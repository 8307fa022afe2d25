// SPDX-License-Identifier: Apache-2.0
// Moves commits from the log of the database into it, on a thread of its own: a busy reader must not make a commit
// wait. It also reads every page once, and reports damage, wherever it was noticed.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "base/file.h"

namespace store {

/// Owned by serve().
class Checkpointer {
 public:
  /// `damaged` is called once, on the thread.
  Checkpointer(base::Path database, std::function<void()> damaged);
  ~Checkpointer();

 private:
  void live();

  base::Path database_;
  std::function<void()> damaged_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace store
