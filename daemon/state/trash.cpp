// SPDX-License-Identifier: Apache-2.0
#include "daemon/state/trash.h"

#include <string_view>
#include <utility>

#include "base/copy.h"

namespace state {

using base::Path;
using base::Result;

namespace {

void add(std::vector<Path>& paths, const Path& folder, std::string_view prefix, std::string_view suffix = "") {
  std::error_code code;
  for (std::filesystem::directory_iterator entry(folder, code), end; !code && entry != end; entry.increment(code)) {
    const std::string name = entry->path().filename();
    if (name.starts_with(prefix) && name.ends_with(suffix)) paths.push_back(entry->path());
  }
}

}  // namespace

Result<void> put_away(const protocol::StateDir& state, const Path& path) {
  return base::move_into(state.trash(), path);
}

std::vector<Path> half_made(const protocol::StateDir& state) {
  std::vector<Path> paths;
  add(paths, state.runs(), ".new-");
  add(paths, state.snapshots(), ".tmp-");
  add(paths, state.blobs(), ".upload-");
  add(paths, state.uploads(), "");
  add(paths, state.root, ".", ".tmp");
  return paths;
}

}  // namespace state
