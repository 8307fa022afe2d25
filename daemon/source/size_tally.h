// SPDX-License-Identifier: Apache-2.0
// Which entries make a source folder too large, and the ignore line that leaves each out.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace source {

/// What the API shows as `details.largest` of a 422.
struct LargeEntry {
  std::string path;  ///< UTF-8; a folder ends with '/'
  std::uint64_t bytes = 0, files = 0, folders = 0;
  std::string ignore_line;
};

/// Sums by file and folder, near the top only: bounded by the shape of the tree, not by its size.
class SizeTally {
 public:
  void add(std::string_view path, std::uint64_t bytes);
  void add_folder(std::string_view path);
  /// The `count` entries with the largest share of `bytes`, or of `files` files or as many folders, largest first. A
  /// folder of which one entry makes up nearly all is replaced by that entry.
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
