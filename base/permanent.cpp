// SPDX-License-Identifier: Apache-2.0
#include "base/permanent.h"

#include <algorithm>
#include <array>

namespace base {

namespace {

constexpr std::array kPermanent = {
    std::errc::no_such_file_or_directory, std::errc::not_a_directory,       std::errc::is_a_directory,
    std::errc::permission_denied,         std::errc::read_only_file_system, std::errc::too_many_symbolic_link_levels,
    std::errc::operation_not_permitted,   std::errc::no_such_device,        std::errc::no_such_device_or_address,
    std::errc::filename_too_long,         std::errc::invalid_argument};

}  // namespace

bool is_permanent(const std::error_code& cause) {
  return std::any_of(kPermanent.begin(), kPermanent.end(), [&](std::errc permanent) { return cause == permanent; });
}

}  // namespace base
