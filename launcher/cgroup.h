// SPDX-License-Identifier: Apache-2.0
// A cgroup v2 of the run's own, where one can be made: ends all its processes at once, and knows what memory they used.
// It is never needed: the subreaper's ECHILD stays the proof that no process is left.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/fd.h"
#include "base/file.h"

namespace launcher {

/// Made by the guard, shared with the worker by the fork, removed by the process that ends the attempt.
class Cgroup {
 public:
  Cgroup() = default;
  /// Below the cgroup of this process; none where that is not possible.
  static Cgroup make(std::string_view nonce);
  /// One that an earlier process made with that nonce; none when it is gone.
  static Cgroup find(const base::Path& path, std::string_view nonce);

  explicit operator bool() const { return static_cast<bool>(folder_); }
  const base::Path& path() const { return path_; }
  /// For base::SpawnOptions.
  std::optional<int> folder() const;
  void kill() const;
  /// Nothing where there is no memory controller.
  std::optional<std::uint64_t> peak_bytes() const;
  /// The kernel killed a process of it because memory ran out.
  bool ran_out_of_memory() const;
  /// Call once it is empty; a group that cannot be removed within 100 ms stays.
  void remove();

 private:
  Cgroup(base::Path path, base::Fd folder) : path_(std::move(path)), folder_(std::move(folder)) {}
  static Cgroup open(base::Path path);
  std::string read(const char* name) const;

  base::Path path_;
  base::Fd folder_;
};

}  // namespace launcher
