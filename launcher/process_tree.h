// SPDX-License-Identifier: Apache-2.0
// The processes below this one. The only file that sends signals to them (a cgroup's own kill comes first, where there
// is one).
#pragma once

#include <sys/resource.h>
#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/process.h"
#include "base/result.h"
#include "launcher/cgroup.h"

namespace launcher {

/// How long killing is repeated before the remaining processes count as unkillable.
inline constexpr std::chrono::seconds kKillPatience(30);

/// Orphans below this process become its children from now on.
base::Result<void> become_subreaper();
/// Has this process, just forked, killed when its parent dies; an error when that has happened already.
base::Result<void> die_with(pid_t parent);

/// Of several processes, descendants that they have waited for included.
struct Usage {
  double cpu_seconds = 0;
  std::uint64_t peak_bytes = 0;  ///< of the largest one
};

Usage usage_of(const struct rusage& usage);

/// All descendants of this process. Being a subreaper makes waitpid's ECHILD the proof that none is left.
class ProcessTree {
 public:
  /// `main`: the child whose status is kept. What ended before it, to prepare its start, does not count as its usage.
  void set_main(pid_t main) {
    main_ = main;
    usage_ = {};
  }
  /// Takes the status of every child that has ended; false once there are no children.
  bool reap();
  /// As waitpid gave it; nothing while the main child lives.
  const std::optional<int>& main_status() const { return main_status_; }
  /// Of all that was reaped since set_main.
  const Usage& usage() const { return usage_; }
  /// SIGTERM to the main child's process group.
  void ask_to_end() const;
  /// SIGTERM to every descendant.
  void ask_all_to_end() const;
  /// Kills until no descendant is left; returns those that cannot be killed within `patience`.
  std::vector<std::string> empty(const Cgroup& cgroup, std::chrono::seconds patience = kKillPatience);

 private:
  pid_t main_ = 0;
  std::optional<int> main_status_;
  Usage usage_;
};

/// "pid 4711 (python, state S)" of every living descendant, by its pid.
std::map<pid_t, std::string> names_of_descendants();
/// Kills all of them, and never a stranger that got the number of one.
void kill_each(const std::vector<base::ProcessStat>& processes);
std::vector<std::string> names_of(const std::vector<base::ProcessStat>& processes);

}  // namespace launcher
