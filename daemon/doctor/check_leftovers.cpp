// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>

#include "daemon/doctor/finding.h"
#include "daemon/state/trash.h"

namespace doctor {

using base::Path;
using base::Result;

namespace {

template <class Take>
void each_entry(const Path& folder, Take take) {
  std::error_code code;
  for (std::filesystem::directory_iterator entry(folder, code), end; !code && entry != end; entry.increment(code))
    take(entry->path());
}

/// Whether others than the owner may do anything with it.
bool is_open(const Path& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0 && !S_ISLNK(status.st_mode) && (status.st_mode & 0077) != 0;
}

/// The state directory itself keeps others out of all below it: these are what must stay closed even when it is opened
/// or copied.
std::vector<Path> open_to_others(const protocol::StateDir& state) {
  std::vector<Path> paths;
  const auto look = [&](const Path& path) {
    if (is_open(path)) paths.push_back(path);
  };
  look(state.root);
  each_entry(state.root, [&](const Path& path) {
    if (path.filename() != "hooks") look(path);
  });
  each_entry(state.runs(), [&](const Path& run) {
    look(run);
    const Path record = protocol::RunDir{run}.record();
    look(record);
    each_entry(record, look);
  });
  return paths;
}

Result<void> close_to_others(const std::vector<Path>& paths) {
  for (const Path& path : paths) {
    struct stat status {};
    if (::lstat(path.c_str(), &status) != 0) continue;
    if (::chmod(path.c_str(), status.st_mode & 0700) != 0)
      return base::os_error("cannot close '" + path.string() + "' to others");
  }
  return {};
}

}  // namespace

Result<std::string> check_leftovers(const CheckContext& context, std::vector<Finding>& found) {
  const auto halves =
      context.alive ? std::vector<Path>() : state::half_made(context.state);  // a daemon may be making them
  for (const Path& path : halves)
    found.push_back({"'" + path.string() + "'", "was left half-made by a process that was killed", "moved to the trash",
                     [state = context.state, path] { return state::put_away(state, path); }});
  const auto open = open_to_others(context.state);
  if (!open.empty())
    found.push_back({"'" + open.front().string() + "'" +
                         (open.size() == 1 ? "" : " and " + std::to_string(open.size() - 1) + " more"),
                     "can be read by other users", "closed to others", [open] { return close_to_others(open); }});
  return "state: " + context.state.root.string();
}

}  // namespace doctor
