// SPDX-License-Identifier: Apache-2.0
#include "cli/suggest.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <string_view>
#include <utility>

namespace cli {
namespace {

constexpr std::size_t kMostDifferences = 2;

constexpr std::array<std::pair<std::string_view, std::string_view>, 14> kOtherNames{{{"delete", "rm"},
                                                                                     {"get", "download"},
                                                                                     {"history", "runs"},
                                                                                     {"info", "show"},
                                                                                     {"kill", "cancel"},
                                                                                     {"list", "runs"},
                                                                                     {"ls", "runs"},
                                                                                     {"ps", "runs"},
                                                                                     {"queue", "target"},
                                                                                     {"remove", "rm"},
                                                                                     {"run", "submit"},
                                                                                     {"start", "up"},
                                                                                     {"stop", "cancel"},
                                                                                     {"tail", "logs"}}};

/// How many letters must be inserted, removed or replaced to turn one word into the other.
std::size_t differences(std::string_view one, std::string_view other) {
  std::vector<std::size_t> row(other.size() + 1);
  std::iota(row.begin(), row.end(), 0u);
  for (std::size_t i = 1; i <= one.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= other.size(); ++j) {
      const std::size_t replaced = diagonal + (one[i - 1] != other[j - 1]);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row.back();
}

}  // namespace

std::string suggest(const std::string& word, const std::vector<std::string>& commands) {
  for (const auto& [other, own] : kOtherNames)
    if (word == other) return std::string(own);
  std::string nearest;
  std::size_t least = std::min(kMostDifferences + 1, word.size());  // all letters differ: another word
  for (const auto& command : commands)
    if (const std::size_t count = differences(word, command); count < least) {
      least = count;
      nearest = command;
    }
  return nearest;
}

}  // namespace cli
