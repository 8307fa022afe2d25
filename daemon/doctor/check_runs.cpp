// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/stat.h>

#include <unordered_set>

#include "base/text.h"
#include "daemon/doctor/finding.h"
#include "daemon/state/blobs.h"
#include "daemon/store/file_digests.h"
#include "daemon/store/queries/artifacts.h"
#include "daemon/store/queries/run_heads.h"
#include "protocol/bytes_json.h"
#include "protocol/exit_record.h"
#include "protocol/json.h"

namespace doctor {

using base::Path;
using base::Result;

namespace {

constexpr const char* kFromElsewhere =
    "put the file back from a backup if there is one; the rest of the run is not touched";

std::string about_run(const std::string& id) { return "run " + id; }

/// Why the folder is no run.
std::string why_unreadable(const protocol::RunDir& run) {
  const auto text = base::read_file(run.spec());
  if (!text) return text.error().message;
  const auto json = protocol::parse_json(*text, "spec.json");
  const auto spec = json ? protocol::spec_from_json(*json) : Result<protocol::RunSpec>(json.error());
  return spec ? "its record cannot be read into the database" : spec.error().message;
}

void find_strangers(const CheckContext& context, const std::unordered_set<std::string>& ids,
                    std::vector<Finding>& found) {
  std::error_code code;
  for (std::filesystem::directory_iterator entry(context.state.runs(), code), end; !code && entry != end;
       entry.increment(code)) {
    const std::string id = entry->path().filename();
    if (id.starts_with('.') || ids.contains(id)) continue;
    const protocol::RunDir run{entry->path()};
    found.push_back({"'" + entry->path().string() + "'",
                     "is among the runs, but is none that can be read: " + why_unreadable(run),
                     "its files are left as they are: restore record/spec.json, or move the folder away", nullptr});
  }
  note_unlisted(context.state.runs(), code, found);
}

/// The bytes that an ending says belong to the run.
void check_seal(const protocol::RunDir& run, const std::string& id, std::vector<Finding>& found) {
  const auto text = base::read_file(run.attempt().exit_record());
  if (!text && !base::exists(run.attempt().exit_record())) return;  // ended by the daemon, which sealed it by a fact
  const auto json = text ? protocol::parse_json(*text, "exit.json") : Result<nlohmann::json>(text.error());
  const auto ending = json ? protocol::exit_record_from_json(*json) : Result<protocol::ExitRecord>(json.error());
  if (!ending) {
    found.push_back({about_run(id), "its ending cannot be read: " + ending.error().message, kFromElsewhere, nullptr});
    return;
  }
  for (const auto& [file, length] : ending->seal) {
    struct stat status {};
    const bool there = ::lstat((run.root / file).c_str(), &status) == 0;
    const auto size = there ? static_cast<std::uint64_t>(status.st_size) : 0;
    if (size < length)
      found.push_back({about_run(id),
                       file + (there ? " was cut: it has " + std::to_string(size) + " of the " +
                                           std::to_string(length) + " bytes of its end"
                                     : " is not there any more; it had " + count_of(length, "byte")),
                       kFromElsewhere, nullptr});
  }
}

/// What is wrong with a file of the record; empty: nothing. `noted`: its digest, empty where none has been noted yet.
std::string artifact_damage(const protocol::StateDir& state, const std::string& id, const store::ArtifactRow& file,
                            const std::string& noted) {
  const Path inside = (Path(id) / file.path).lexically_normal();
  const auto fd = base::open_beneath(state.runs(), inside, O_RDONLY | O_NONBLOCK);
  if (!fd) return "cannot be read: " + fd.error().message;
  const auto size = base::file_size(*fd);
  if (!size || *size != file.size)
    return "has " + (size ? count_of(*size, "byte") : "an unknown length") + ", and had " + std::to_string(file.size);
  const auto digest = noted.empty() ? store::note_digest(state, id, file) : state::digest_of(*fd);
  if (!digest) return "cannot be read: " + digest.error().message;
  return noted.empty() || *digest == noted ? "" : "does not hold what it held (its SHA-256 is another)";
}

Result<std::size_t> check_files(const CheckContext& context, store::RunKey key, const std::string& id,
                                std::vector<Finding>& found) {
  TRY_ASSIGN(const auto files, store::artifacts(*context.index, key));
  const auto noted = store::noted_digests(context.state.run(id));
  const auto digest_of_file = [&](const store::ArtifactRow& file) {
    const auto it = noted.find(file.name);
    return !file.sha256.empty() || it == noted.end() ? file.sha256 : it->second;
  };
  for (const auto& file : files)
    if (const std::string what = artifact_damage(context.state, id, file, digest_of_file(file)); !what.empty())
      found.push_back({about_run(id), "its file '" + file.name + "' " + what, kFromElsewhere, nullptr});
  return files.size();
}

}  // namespace

Result<std::string> check_runs(const CheckContext& context, std::vector<Finding>& found) {
  TRY_ASSIGN(const auto ids, store::run_ids(*context.index));
  find_strangers(context, ids, found);
  std::size_t files = 0;
  TRY_ASSIGN(const auto ended, store::ended_runs(*context.index));
  for (const auto& [key, id] : ended) {
    check_seal(context.state.run(id), id, found);
    TRY_ASSIGN(const std::size_t count, check_files(context, key, id, found));
    files += count;
  }
  return "runs: " + count_of(ids.size(), "run") + " with " + count_of(files, "file");
}

}  // namespace doctor
