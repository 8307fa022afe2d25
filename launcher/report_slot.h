// SPDX-License-Identifier: Apache-2.0
// A slot in shared memory through which a forked child reports its result: no waiting, and a full disk does not matter.
#pragma once

#include <string>
#include <string_view>

#include "base/fd.h"
#include "base/result.h"

namespace launcher {

/// Made before the fork; written by the child, read by the parent once the child is gone.
class ReportSlot {
 public:
  static base::Result<ReportSlot> make();
  /// Replaces what was reported before.
  base::Result<void> put(std::string_view text) const;
  /// Empty when nothing was reported.
  std::string get() const;

 private:
  explicit ReportSlot(base::Fd memory) : memory_(std::move(memory)) {}
  base::Fd memory_;
};

}  // namespace launcher
