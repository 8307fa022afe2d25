// SPDX-License-Identifier: Apache-2.0
// The last words of a process of ours to its parent: memory that both hold, so nobody waits and a full disk is no matter.
#pragma once

#include <string>
#include <string_view>

#include "base/fd.h"
#include "base/result.h"

namespace launcher {

/// Made before the fork; written by the child, read by the parent once the child is gone.
class Report {
 public:
  static base::Result<Report> make();
  /// Replaces what was said before.
  base::Result<void> put(std::string_view text) const;
  /// Empty when nothing was said.
  std::string get() const;

 private:
  explicit Report(base::Fd memory) : memory_(std::move(memory)) {}
  base::Fd memory_;
};

}  // namespace launcher
