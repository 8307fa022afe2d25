// SPDX-License-Identifier: Apache-2.0
#include "daemon/source/size_tally.h"

#include <algorithm>

#include "base/text.h"
#include "protocol/ignore.h"

namespace source {

namespace {

constexpr int kDepth = 4;
// Below the top a smaller file never explains a folder.
constexpr std::uint64_t kFileOfNote = 10'000'000;
constexpr std::size_t kKept = 200'000;
constexpr double kNearlyAll = 0.8;

bool is_child(std::string_view folder, std::string_view path) {
  const auto rest = path.substr(folder.size());
  return !rest.empty() && rest.find('/') >= rest.size() - 1;
}

}  // namespace

void SizeTally::add(std::string_view path, std::uint64_t bytes) { add(path, Size{bytes, 1, 0}); }

void SizeTally::add_folder(std::string_view path) { add(std::string(path) + "/", Size{0, 0, 1}); }

void SizeTally::add(std::string_view path, const Size& size) {
  const auto count = [&](std::string_view name) {
    auto found = sizes_.find(name);
    if (found == sizes_.end()) {
      if (sizes_.size() >= kKept) return;
      found = sizes_.emplace(std::string(name), Size{}).first;
    }
    found->second.bytes += size.bytes;
    found->second.files += size.files;
    found->second.folders += size.folders;
  };
  int depth = 0;
  for (auto slash = path.find('/'); slash != std::string_view::npos && depth < kDepth;
       slash = path.find('/', slash + 1), ++depth)
    count(path.substr(0, slash + 1));
  if (depth == 0 || (depth < kDepth && size.bytes >= kFileOfNote)) count(path);
}

double SizeTally::Share::of(const Size& size) const {
  return std::max(
      static_cast<double>(size.bytes) / static_cast<double>(std::max<std::uint64_t>(bytes, 1)),
      static_cast<double>(std::max(size.files, size.folders)) / static_cast<double>(std::max<std::uint64_t>(files, 1)));
}

SizeTally::Sizes::const_iterator SizeTally::narrowed(Sizes::const_iterator entry, const Share& share) const {
  for (;;) {
    const std::string& folder = entry->first;
    if (!folder.ends_with('/')) return entry;
    auto best = sizes_.end();
    for (auto it = std::next(entry); it != sizes_.end() && it->first.starts_with(folder); ++it)
      if (is_child(folder, it->first) && (best == sizes_.end() || share.of(it->second) > share.of(best->second)))
        best = it;
    if (best == sizes_.end() || share.of(best->second) < kNearlyAll * share.of(entry->second)) return entry;
    entry = best;
  }
}

std::vector<LargeEntry> SizeTally::largest(std::size_t count, std::uint64_t bytes, std::uint64_t files) const {
  const Share share{bytes, files};
  std::vector<Sizes::const_iterator> tops;
  for (auto it = sizes_.begin(); it != sizes_.end(); ++it)
    if (is_child("", it->first)) tops.push_back(it);
  const auto larger = [&](const auto& a, const auto& b) { return share.of(a->second) > share.of(b->second); };
  std::stable_sort(tops.begin(), tops.end(), larger);
  if (tops.size() > count) tops.resize(count);
  std::vector<LargeEntry> entries;
  for (const auto top : tops) {
    const auto& [path, size] = *narrowed(top, share);
    entries.push_back({base::to_utf8(path), size.bytes, size.files, size.folders, protocol::ignore_line(path)});
  }
  return entries;
}

}  // namespace source
