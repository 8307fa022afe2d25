// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/queries/series_sample.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace store {

namespace {

/// Adds the places that stand for values[begin, end), which is not empty.
void add_part(const std::vector<double>& values, std::size_t begin, std::size_t end, std::vector<std::size_t>& places) {
  std::size_t low = begin, high = begin;
  for (std::size_t i = begin; i < end; ++i) {
    if (!std::isfinite(values[i])) continue;
    if (!std::isfinite(values[low]) || values[i] < values[low]) low = i;
    if (!std::isfinite(values[high]) || values[i] > values[high]) high = i;
  }
  std::array<std::size_t, kLeastSample> chosen{begin, low, high, end - 1};
  std::sort(chosen.begin(), chosen.end());
  places.insert(places.end(), chosen.begin(), std::unique(chosen.begin(), chosen.end()));
}

}  // namespace

std::vector<std::size_t> sample_of(const std::vector<double>& values, std::size_t most) {
  const std::size_t count = values.size(), parts = most / kLeastSample;
  std::vector<std::size_t> places;
  if (count <= most) {
    places.resize(count);
    std::iota(places.begin(), places.end(), std::size_t{0});
    return places;
  }
  for (std::size_t part = 0; part < parts; ++part)
    add_part(values, part * count / parts, (part + 1) * count / parts, places);
  return places;
}

}  // namespace store
