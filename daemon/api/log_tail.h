// SPDX-License-Identifier: Apache-2.0
// Where the end of a log begins.
#pragma once

#include <cstdint>

#include "base/fd.h"
#include "base/result.h"

namespace api {

/// The offset at which the last `lines` lines begin, read backwards; 0 when there are not more. A line without its
/// newline at the end counts.
base::Result<std::uint64_t> tail_offset(const base::Fd& file, std::uint64_t lines);

}  // namespace api
