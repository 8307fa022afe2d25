// SPDX-License-Identifier: Apache-2.0
// Finds the entries that make a source folder too large, and the ignore line that excludes each.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace source {

/// An item of `details.largest` in the API's answer 422 `limit`.
struct LargeEntry {
  std::string path;  ///< UTF-8; a folder ends with '/'
  std::uint64_t bytes = 0, files = 0, folders = 0;
  std::string ignore_line;
};

/// Sums sizes by folder, and by large file, near the top of the tree only: its memory does not grow with the tree.
/// Filled by a scan.
class SizeTally {
 public:
  void add(std::string_view path, std::uint64_t bytes);
  void add_folder(std::string_view path);
  /// The `count` largest entries at the top, largest first. The size of an entry is its share of a limit: `bytes`,
  /// `files` files or as many folders. An entry that makes up nearly all of its folder stands in place of the folder.
  std::vector<LargeEntry> largest(std::size_t count, std::uint64_t bytes, std::uint64_t files) const;

 private:
  struct Size {
    std::uint64_t bytes = 0, files = 0, folders = 0;
  };
  using Sizes = std::map<std::string, Size, std::less<>>;  // folders end with '/'
  struct Share {
    std::uint64_t bytes, files;
    double of(const Size& size) const;
  };
  void add(std::string_view path, const Size& size);
  Sizes::const_iterator narrowed(Sizes::const_iterator entry, const Share& share) const;
  Sizes sizes_;
};

}  // namespace source
