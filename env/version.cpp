// SPDX-License-Identifier: Apache-2.0
#include "env/version.h"

#include <algorithm>
#include <charconv>

namespace env {

std::vector<int> numbers_of(std::string_view text) {
  std::vector<int> numbers;
  const char* at = text.data();
  const char* const end = at + text.size();
  while (at < end) {
    int number = 0;
    const auto [next, code] = std::from_chars(at, end, number);
    if (code != std::errc{} || number < 0) break;
    numbers.push_back(number);
    if (next == end || *next != '.') break;
    at = next + 1;
  }
  return numbers;
}

bool begins_with(std::string_view version, std::string_view prefix) {
  const auto have = numbers_of(version);
  auto want = numbers_of(prefix);
  while (want.size() > have.size() && want.back() == 0) want.pop_back();
  return want.size() <= have.size() && std::equal(want.begin(), want.end(), have.begin());
}

bool is_newer(std::string_view version, std::string_view series) {
  return !begins_with(version, series) && numbers_of(version) > numbers_of(series);
}

}  // namespace env
