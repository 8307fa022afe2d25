// SPDX-License-Identifier: Apache-2.0
// The identity of a process. A bare pid proves nothing: it is always used with the start time and the boot it belongs
// to.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/fd.h"
#include "base/result.h"

namespace base {

struct ProcessId {
  pid_t pid = 0;
  std::uint64_t start_time = 0;  ///< clock ticks since boot, field 22 of /proc/PID/stat
  bool operator==(const ProcessId&) const = default;
};

/// One line of /proc/PID/stat.
struct ProcessStat {
  pid_t pid = 0;
  char state = '?';
  pid_t parent = 0;
  pid_t group = 0;
  pid_t session = 0;
  int terminal = 0;  ///< of control; 0: none
  std::uint64_t start_time = 0;

  /// Its parent may not have reaped it yet.
  bool is_dead() const { return state == 'Z' || state == 'X'; }
};

/// Nothing when there is no such process.
std::optional<ProcessStat> process_stat(pid_t pid);
/// Everything that /proc shows at this moment.
std::vector<ProcessStat> all_processes();
ProcessId this_process();
/// /proc/sys/kernel/random/boot_id, without the newline.
std::string boot_id();
/// A descriptor that is readable once that very process has ended; `no_such_process` when it is another, gone, or dead
/// and not reaped.
Result<Fd> open_process(const ProcessId& who);
/// The same for a child of this process that has not been waited for; it may be dead.
Result<Fd> open_child(pid_t pid);
/// Sends through the descriptor, so never to a stranger.
Result<void> signal_process(const Fd& pidfd, int signal);

/// "SIGSEGV"; "signal 42" for one without a name.
std::string signal_name(int signal);

}  // namespace base
