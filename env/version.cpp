// SPDX-License-Identifier: Apache-2.0
#include "env/version.h"

#include <algorithm>
#include <charconv>

namespace env {
namespace {

bool is_final(std::string_view version) { return version.find_first_not_of("0123456789.") == std::string_view::npos; }

/// As numbers_of, with trailing zeros gone: 1.0 is 1.
std::vector<int> key_of(std::string_view version) {
  std::vector<int> numbers = numbers_of(version);
  while (numbers.size() > 1 && numbers.back() == 0) numbers.pop_back();
  return numbers;
}

}  // namespace

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

std::string nearest_version(const std::vector<std::string>& versions, const std::string& wanted) {
  const auto want = key_of(wanted);
  std::string above, below;
  for (const auto& version : versions) {
    if (!is_final(version) && is_final(wanted)) continue;
    const auto key = key_of(version);
    if (key >= want && (above.empty() || key < key_of(above))) above = version;
    if (key < want && (below.empty() || key > key_of(below))) below = version;
  }
  return above.empty() ? below : above;
}

}  // namespace env
