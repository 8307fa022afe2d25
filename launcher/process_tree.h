// SPDX-License-Identifier: Apache-2.0
// The processes below this one. The only file that kills: nothing else in the launcher sends a signal to a child.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace launcher {

/// Orphans below this process become its children from now on.
base::Result<void> become_subreaper();

/// All descendants of this process. Being a subreaper makes waitpid's ECHILD the proof that none is left.
class ProcessTree {
 public:
  /// `main`: the child whose status is wanted.
  void set_main(pid_t main) { main_ = main; }
  /// Takes the status of every child that has ended; false once there are no children.
  bool reap();
  /// As waitpid gave it; nothing while the main child lives.
  const std::optional<int>& main_status() const { return main_status_; }
  /// SIGTERM to the main child's process group.
  void ask_to_end() const;
  /// Kills until no descendant is left; answers with what cannot be killed within `patience`.
  std::vector<std::string> empty(std::chrono::seconds patience = std::chrono::seconds(30));

 private:
  pid_t main_ = 0;
  std::optional<int> main_status_;
};

}  // namespace launcher
