// SPDX-License-Identifier: Apache-2.0
// The environments that were built, in state/cache/environments (docs/formats/run-directory.md): which exist, what they
// cost, which run used them last, and their removal. Builders and users of one hold its lock.
// Why nothing is moved into place: docs/decisions/11-environments-stay-where-they-are-built.md.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "base/fd.h"
#include "protocol/managed.h"
#include "protocol/names.h"

namespace env {

struct Environment {
  std::string digest;
  protocol::Managed definition;
  std::string python_path, python_version;  ///< that it was made with
  std::string tool;                         ///< "uv", "micromamba", "conda"
  double created = 0;                       ///< seconds since 1970
  double seconds = 0;                       ///< that the build took
  std::uint64_t bytes = 0;
  std::vector<std::string> replaced;  ///< sentences about versions that could not be had; a strict run fails with them
  std::vector<std::string> warnings;  ///< for every run
  double used = 0;                    ///< seconds since 1970; 0: never
  std::string used_by;                ///< id of the run

  double touched() const { return std::max(used, created); }
};

nlohmann::json to_json(const Environment& environment);

class Environments {
 public:
  explicit Environments(protocol::StateDir state) : state_(std::move(state)) {}

  /// Whole, and its Python can still be executed; else nothing.
  std::optional<Environment> find(const std::string& digest) const;
  /// All that are whole, the one used last first.
  std::vector<Environment> list() const;
  /// Those whose digest or name is `word`, or whose digest begins with it (four digits at least).
  std::vector<Environment> matching(const std::string& word) const;

  /// Makes it whole. The caller holds its lock.
  base::Result<void> keep(const Environment& environment) const;
  /// Notes the run that uses it; a failure is ignored.
  void note_use(const std::string& digest, const std::string& run) const;
  /// While the descriptor lives, it cannot be removed. Waits for a second at most while it is being built or removed.
  base::Result<base::Fd> hold(const std::string& digest) const;

  /// `resource_unavailable_try_again`: it is in use, or being built, or was used after `since` (seconds since 1970).
  base::Result<void> remove(const std::string& digest, std::optional<double> since = std::nullopt) const;
  /// Moves its folder into trash/, which the daemon empties. The caller holds its lock.
  base::Result<void> drop(const std::string& digest) const;
  /// Drops the folders that killed builds left.
  void drop_unfinished() const;

  const protocol::StateDir& state() const { return state_; }

 private:
  std::vector<std::string> digests() const;
  std::optional<Environment> read(const std::string& digest) const;

  protocol::StateDir state_;
};

}  // namespace env
