// SPDX-License-Identifier: Apache-2.0
// Folders that a program sees at another place, some of them read-only, in a mount namespace of its own: no other
// program sees them, and they are gone with the last process that does. Root needs no user namespace; other users get
// one that maps their own user and group.
#pragma once

#include <vector>

#include "base/file.h"
#include "base/result.h"

namespace base {

struct Mount {
  Path from;  ///< with all that is mounted below it
  Path to;    ///< a folder that exists
  bool read_only = false;
};

/// The mounts of a forked child, made before it executes: async-signal-safe, because the constructor does all that
/// needs memory. Later mounts may lie in earlier ones.
class PrivateMounts {
 public:
  explicit PrivateMounts(const std::vector<Mount>& mounts);

  struct Failure {
    int number = 0;          ///< errno; 0: none
    const char* step = "";   ///< that failed
    const char* place = "";  ///< where; empty: at no place in particular
  };
  /// Leaves the parent's namespace; after a failure the process is good for nothing but its end.
  Failure enter() const noexcept;

 private:
  std::vector<Mount> mounts_;
  std::string user_map_, group_map_;  ///< empty for root
};

/// Whether the kernel allows these mounts: a child process makes them and ends.
Result<void> try_mounts(const std::vector<Mount>& mounts);

}  // namespace base
