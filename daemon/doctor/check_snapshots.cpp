// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <algorithm>

#include "base/archive_files.h"
#include "base/text.h"
#include "daemon/doctor/finding.h"
#include "daemon/source/snapshot_reader.h"
#include "daemon/state/trash.h"
#include "daemon/store/queries/run_heads.h"

namespace doctor {

using base::Path;
using base::Result;

namespace {

constexpr std::string_view kBroken = ".broken";

/// What its archive holds, held against its manifest. Empty: it is as it was taken.
std::string snapshot_damage(const protocol::SnapshotDir& snapshot) {
  const auto entries = source::list_snapshot(snapshot);
  if (!entries) return entries.error().message;
  const auto digests = base::digests_of_tar_zst(snapshot.archive());
  if (!digests) return digests.error().message;
  for (const auto& entry : *entries) {
    if (entry.type != source::ManifestEntry::Type::file) continue;
    const auto it = digests->find(entry.path);
    if (it == digests->end()) return "its archive has no '" + base::to_utf8(entry.path) + "'";
    if (it->second != entry.sha256)
      return "its archive holds another '" + base::to_utf8(entry.path) + "' than was taken";
  }
  return "";
}

std::string words_of_runs(const std::vector<std::string>& runs) {
  if (runs.empty()) return "no run uses it";
  return runs.size() == 1 ? "run " + runs.front() + " uses it"
                          : "used by " + std::to_string(runs.size()) + " runs, " + runs.back() + " the last";
}

/// So that the next submission of the same folder takes it again.
Finding to_set_aside(const Path& folder, const std::string& what, const std::vector<std::string>& runs) {
  return {"snapshot " + folder.filename().string(), what + " (" + words_of_runs(runs) + ")",
          "it is set aside as '" + folder.filename().string() + std::string(kBroken) +
              "'; the next submission of the same files takes it again",
          [folder]() -> Result<void> {
            const Path aside = folder.string() + std::string(kBroken);
            return ::rename(folder.c_str(), aside.c_str()) == 0
                       ? Result<void>()
                       : base::os_error("cannot set aside '" + folder.string() + "'");
          }};
}

Finding unused(const protocol::StateDir& state, const std::vector<Path>& folders) {
  std::uint64_t bytes = 0;
  for (const Path& folder : folders) bytes += base::disk_usage(folder);
  return {"snapshots", count_of(folders.size(), "snapshot is used by no run") + " (" + base::format_bytes(bytes) + ")",
          "moved to the trash", [state, folders]() -> Result<void> {
            for (const Path& folder : folders) TRY(state::put_away(state, folder));
            return {};
          }};
}

bool is_digest(const std::string& name) {
  return name.size() == 64 && name.find_first_not_of("0123456789abcdef") == std::string::npos;
}

}  // namespace

Result<std::string> check_snapshots(const CheckContext& context, std::vector<Finding>& found) {
  TRY_ASSIGN(auto used, store::runs_by_snapshot(*context.index));
  std::vector<Path> strays;
  std::size_t count = 0;
  std::error_code code;
  for (std::filesystem::directory_iterator entry(context.state.snapshots(), code), end; !code && entry != end;
       entry.increment(code)) {
    const std::string digest = entry->path().filename();
    if (!is_digest(digest)) continue;
    ++count;
    const auto runs = used.find(digest);
    if (const std::string what = snapshot_damage({entry->path()}); !what.empty())
      found.push_back(
          to_set_aside(entry->path(), what, runs == used.end() ? std::vector<std::string>() : runs->second));
    else if (runs == used.end()) strays.push_back(entry->path());
    if (runs != used.end()) used.erase(runs);
  }
  note_unlisted(context.state.snapshots(), code, found);
  if (!strays.empty() && !context.alive)
    found.push_back(unused(context.state, strays));  // a living daemon may be about to use one
  for (const auto& [digest, runs] : used)
    found.push_back({"snapshot " + digest, "is not there (" + words_of_runs(runs) + ")",
                     "submit the same files again, and it is there again", nullptr});
  return "snapshots: " + count_of(count, "snapshot") + ", each file held against its digest";
}

}  // namespace doctor
