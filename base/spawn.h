// SPDX-License-Identifier: Apache-2.0
// Starting a program: the one place that forks and executes. Between fork and exec there is a fixed list of
// stages; when one fails, the error names it and the reason.
// Why no library does it: docs/decisions/10-spawn-instead-of-boost-process.md.
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
  std::vector<std::string> argv;         ///< argv[0] is executed; with no '/' it is looked up in `environment`'s PATH
  std::optional<int> program_fd;         ///< execute this descriptor instead of argv[0]
  std::vector<std::string> environment;  ///< NAME=value, whole; nothing is inherited
  Path directory;                        ///< working directory; empty: the caller's
  std::vector<std::pair<int, int>>
      descriptors;  ///< (own number, number in the child); all others are closed; 0 to 2 default to /dev/null
  bool new_session = false;
  bool new_group = false;
  bool block_signals = false;  ///< start with every signal blocked (handlers are always reset)
  std::optional<mode_t> umask;
  std::vector<std::pair<int, struct rlimit>> limits;
  std::optional<int> parent_death_signal;
  std::optional<int> oom_score_adj;
  std::vector<Mount> mounts;  ///< seen by the program and its children alone
  std::optional<int> cgroup;  ///< a cgroup v2's folder, open: the program is in it from birth where the kernel allows
};

struct Spawned {
  ProcessId id;
  Fd pidfd;
};

/// Returns once the program executes; the error names the stage ("cannot start 'x': exec: no such file or directory").
Result<Spawned> spawn(const SpawnOptions& options);

/// Forks without exec (the launcher's guard and worker). 0 in the child.
Result<pid_t> fork_process();

struct Finished {
  int code = 0;        ///< exit status, or 128 + signal
  std::string output;  ///< stdout and stderr together, at most `output_limit` bytes
};
/// Runs a short-lived helper to its end, capturing its output; killed after `timeout_ms`.
Result<Finished> run_to_end(SpawnOptions options, int timeout_ms, std::size_t output_limit = 1 << 20);

/// Runs a program to its end, however long it takes; its output goes to `output` as it comes. Exit status, or 128 +
/// signal.
Result<int> run_into(SpawnOptions options, const Fd& output);
/// The same with this process's standard output and error.
Result<int> run_attached(SpawnOptions options);

/// The environment of this process as NAME=value.
std::vector<std::string> current_environment();
/// Whether it is a file that this user may execute.
bool is_program(const Path& path);
/// First executable `name` on the PATH found in `environment`; nothing when there is none.
std::optional<Path> find_program(const std::string& name, const std::vector<std::string>& environment);

}  // namespace base
