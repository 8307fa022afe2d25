// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/log_index.h"

#include <algorithm>
#include <cstring>

namespace api {

namespace {

constexpr std::size_t kRecord = 16, kMost = 1000;
constexpr std::size_t kLargest = 256 << 20;

}  // namespace

base::Result<LogIndex> read_log_index(const base::Path& path) {
  LogIndex index;
  const auto text = base::read_file(path, kLargest);
  if (!text && text.error().code == std::errc::no_such_file_or_directory) return index;
  if (!text) return text.error();
  std::uint64_t begin = 0;
  for (std::size_t at = 0; at + kRecord <= text->size(); at += kRecord) {
    std::uint64_t time = 0, length = 0;
    std::memcpy(&time, text->data() + at, sizeof time);
    std::memcpy(&length, text->data() + at + sizeof time, sizeof length);
    index.emplace_back(static_cast<base::Micros>(time), begin);
    begin = length;
  }
  return index;
}

LogIndex record_at(const LogIndex& index, base::Micros time) {
  const auto after =
      std::partition_point(index.begin(), index.end(), [&](const auto& record) { return record.first <= time; });
  if (after == index.begin()) return {};
  return {*std::prev(after)};
}

LogIndex records_between(const LogIndex& index, std::uint64_t from, std::uint64_t to) {
  const auto first =
      std::partition_point(index.begin(), index.end(), [&](const auto& record) { return record.second < from; });
  const auto last = std::partition_point(first, index.end(), [&](const auto& record) { return record.second <= to; });
  const auto count = static_cast<std::size_t>(last - first);
  LogIndex chosen;
  for (std::size_t i = 0; i < std::min(count, kMost); ++i)
    chosen.push_back(first[static_cast<std::ptrdiff_t>(count <= kMost ? i : i * count / kMost)]);
  return chosen;
}

}  // namespace api
