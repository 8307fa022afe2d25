// SPDX-License-Identifier: Apache-2.0
// Relative links that lead out of a source. In the unpacked snapshot they would lead nowhere, so their targets take
// their place, as in SDK v1 (merkle_tree.py of azureml-core lists and reads through links).
#pragma once

#include <sys/stat.h>

#include <optional>
#include <set>
#include <string>

#include "base/fd.h"

namespace base {

/// Belongs to one walk over a source, whose open folder it borrows.
class OutsideLinks {
 public:
  explicit OutsideLinks(const Fd& root);

  /// The file or folder that takes the place of the link `name` of the folder `parent`, at `path` in the source.
  /// Nothing: it stays a link, because it is absolute, stays inside, leads nowhere, or to a folder that contains it.
  std::optional<struct stat> follow(int parent, const char* name, const std::string& path);

  /// The links of the source that were followed, as relative paths; of links below them the first one only.
  const std::set<std::string>& followed() const { return followed_; }
  bool has(const std::string& path) const { return followed_.contains(path) || deeper_.contains(path); }

 private:
  bool is_below_followed(const std::string& path) const;
  bool contains(const struct stat& folder, const std::string& path) const;

  const Fd& root_;
  std::string root_path_;
  std::set<std::string> followed_, deeper_;
};

}  // namespace base
