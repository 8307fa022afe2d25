// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>

namespace base {

/// Does something when its scope is left, by whatever way.
template <class Act>
class [[nodiscard]] Finally {
 public:
  explicit Finally(Act act) : act_(std::move(act)) {}
  ~Finally() { act_(); }
  Finally(const Finally&) = delete;
  Finally& operator=(const Finally&) = delete;

 private:
  Act act_;
};

}  // namespace base
