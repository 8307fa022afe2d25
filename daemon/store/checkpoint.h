// SPDX-License-Identifier: Apache-2.0
// Moves what was committed from the log of the database into it, on a thread of its own: a reader that is busy must not
// make a commit wait.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "base/file.h"

namespace yard {

/// Owned by serve().
class Checkpointer {
 public:
  explicit Checkpointer(base::Path database);
  ~Checkpointer();

 private:
  void live();

  base::Path database_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace yard
