// SPDX-License-Identifier: Apache-2.0
// Starts programs: the only place that forks and executes. The child goes through a fixed list of stages between fork
// and exec; the error names the stage that failed, and the reason.
// Why no library does this: docs/decisions/10-spawn-instead-of-boost-process.md.
#pragma once

#include <sys/resource.h>
#include <sys/types.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/fd.h"
#include "base/file.h"
#include "base/mounts.h"
#include "base/process.h"
#include "base/result.h"

namespace base {

struct SpawnOptions {
  std::vector<std::string> argv;         ///< argv[0] is executed; without a '/' it is looked up on `environment`'s PATH
  std::optional<int> program_fd;         ///< execute this descriptor instead of argv[0]
  std::vector<std::string> environment;  ///< all of it, as NAME=value; nothing is inherited
  Path directory;                        ///< working directory; empty: the caller's
  /// (own number, number in the child). All others are closed; 0 to 2 are /dev/null unless they are listed.
  std::vector<std::pair<int, int>> descriptors;
  bool new_session = false;
  bool new_group = false;
  bool block_signals = false;  ///< start with every signal blocked (handlers are always reset)
  std::optional<mode_t> umask;
  std::vector<std::pair<int, struct rlimit>> limits;
  std::optional<int> parent_death_signal;
  std::optional<int> oom_score_adj;
  std::vector<Mount> mounts;  ///< only the program and its children see them
  /// The open folder of a cgroup v2. The program starts in it where the kernel allows that, else in the caller's.
  std::optional<int> cgroup;
};

struct Spawned {
  ProcessId id;
  Fd pidfd;
};

/// Returns once the program executes. The error names the stage ("cannot start 'x': exec: no such file or directory").
Result<Spawned> spawn(const SpawnOptions& options);

/// Forks without exec, for the launcher's guard and worker. Returns 0 in the child.
Result<pid_t> fork_process();

struct Finished {
  int code = 0;        ///< exit status, or 128 + signal
  std::string output;  ///< stdout and stderr together, at most `output_limit` bytes
};
/// Runs a short-lived helper to its end and captures its output. After `timeout_ms` its process group is killed, and
/// the error is `timed_out`.
Result<Finished> run_to_end(SpawnOptions options, int timeout_ms, std::size_t output_limit = 1 << 20);

/// Runs a program to its end, without a time limit; its stdout and stderr are `output`. Returns its exit status, or
/// 128 + signal.
Result<int> run_into(SpawnOptions options, const Fd& output);
/// The same with the stdout and stderr of this process.
Result<int> run_attached(SpawnOptions options);

/// The environment of this process as NAME=value.
std::vector<std::string> current_environment();
/// Whether `path` is a regular file that this user may execute.
bool is_program(const Path& path);
/// The first executable `name` on the PATH in `environment`; nothing when there is none. Without a PATH in it, the
/// default is /usr/local/bin:/usr/bin:/bin.
std::optional<Path> find_program(const std::string& name, const std::vector<std::string>& environment);

}  // namespace base
