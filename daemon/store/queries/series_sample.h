// SPDX-License-Identifier: Apache-2.0
// Which points of a metric stand for all of them, where whole points are shown. Pure.
#pragma once

#include <cstddef>
#include <vector>

namespace store {

inline constexpr std::size_t kLeastSample = 4;

/// The places of at most `most` values, in order; `most` is at least kLeastSample. With no more values than that, all
/// of them; else the first, the last, the lowest and the highest of parts of equal length. Lowest and highest are of
/// the finite values.
std::vector<std::size_t> sample_of(const std::vector<double>& values, std::size_t most);

}  // namespace store
