// SPDX-License-Identifier: Apache-2.0
// Routes of a run's files: artifacts, captured logs, and the working directory.
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "base/text.h"
#include "daemon/api/api.h"
#include "daemon/api/archive_stream.h"
#include "daemon/store/queries/artifact_names.h"
#include "daemon/store/queries/artifacts.h"
#include "protocol/json.h"

namespace api {

using base::Path;
using nlohmann::json;

namespace {

constexpr std::size_t kMostWorkFiles = 10'000;

struct FoundFile {
  std::string name;
  std::uint64_t size = 0;
};

/// Regular files below `folder`, links not followed, names relative to it; `skip` names folders at the top.
std::vector<FoundFile> files_below(const Path& folder, const std::vector<std::string>& skip) {
  std::vector<FoundFile> files;
  std::error_code code;
  std::filesystem::recursive_directory_iterator entry(folder,
                                                      std::filesystem::directory_options::skip_permission_denied, code),
      end;
  for (; !code && entry != end && files.size() < kMostWorkFiles; entry.increment(code)) {
    struct stat status {};
    if (entry->path().native().size() >= PATH_MAX) entry.disable_recursion_pending();
    if (::lstat(entry->path().c_str(), &status) != 0) continue;
    const std::string name = entry->path().lexically_relative(folder).string();
    if (S_ISDIR(status.st_mode) && std::find(skip.begin(), skip.end(), name) != skip.end())
      entry.disable_recursion_pending();
    if (S_ISREG(status.st_mode)) files.push_back({name, static_cast<std::uint64_t>(status.st_size)});
  }
  std::sort(files.begin(), files.end(), [](const FoundFile& a, const FoundFile& b) { return a.name < b.name; });
  return files;
}

json file_json(std::string_view name, std::uint64_t size, const std::string& sha256, std::string_view kind,
               base::Micros created) {
  return {{"name", name},
          {"size", size},
          {"sha256", sha256.empty() ? json(nullptr) : json(sha256)},
          {"kind", kind},
          {"created", created > 0 ? json(base::iso_time(created)) : json(nullptr)}};
}

void add_log(json& items, std::string_view name, const Path& path, bool even_empty) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode) || (status.st_size == 0 && !even_empty)) return;
  items.push_back(file_json(name, static_cast<std::uint64_t>(status.st_size), "", "log",
                            std::int64_t{status.st_ctim.tv_sec} * 1'000'000));
}

Result<http::FileBody> body_of(base::Fd fd, const std::string& name) {
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0) return base::os_error("cannot read '" + name + "'");
  if (!S_ISREG(status.st_mode))
    return base::error("'" + name + "' is not a file", std::errc::no_such_file_or_directory);
  http::FileBody body;
  body.fd = std::move(fd);
  body.length = static_cast<std::uint64_t>(status.st_size);
  return body;
}

/// Where a file of a run lies, relative to the run directory.
std::string path_in_run(const protocol::RunDir& dir, const std::string& name,
                        const std::optional<store::ArtifactRow>& row) {
  const auto inside = [&](const Path& path) { return path.lexically_relative(dir.root).string(); };
  if (row) return row->path;
  if (name == protocol::kDriverLog) return inside(dir.attempt().log());
  if (name == protocol::kEnvironmentLog) return inside(dir.attempt().env_log());
  if (name.starts_with("logs/") || name.starts_with("outputs/")) return inside(dir.attempt().work() / name);
  return "";
}

/// Opens a file of a run, of which `row` is the artifact, if it is one. Links are not followed.
Result<http::FileBody> open_file_of(const protocol::RunDir& dir, const std::string& name,
                                    const std::optional<store::ArtifactRow>& row) {
  const std::string path = path_in_run(dir, name, row);
  if (path.empty()) return base::error("the run has no file '" + name + "'", std::errc::no_such_file_or_directory);
  // A child run's files may lie in its parent's directory; such a path comes from the database, never from a request.
  const Path inside = (dir.root.filename() / path).lexically_normal();
  auto fd = base::open_beneath(dir.root.parent_path(), inside, O_RDONLY | O_NONBLOCK);
  const auto gone = {std::errc::no_such_file_or_directory, std::errc::too_many_symbolic_link_levels,
                     std::errc::not_a_directory};
  if (!fd && std::any_of(gone.begin(), gone.end(), [&](std::errc cause) { return fd.error().code == cause; }))
    return base::error("the run has no file '" + name + "'", std::errc::no_such_file_or_directory);
  if (!fd) return fd.error();
  return body_of(std::move(*fd), name);
}

/// Refuses a name (`file_exists`) that a file, a folder or a log of the run has already, or that lies below one of its
/// files.
Result<void> check_free(store::Database& database, store::RunKey run, const std::string& name) {
  const auto taken = [](const std::string& why) { return base::error(why, std::errc::file_exists); };
  if (store::is_name_of_log(name)) {
    TRY_ASSIGN(const bool logs, store::has_logs(database, run));
    if (logs) return taken("'" + name + "' is the name of a log of the run");
  }
  TRY_ASSIGN(const auto files, store::artifacts(database, run));
  for (const auto& file : files) {
    if (file.name == name) return taken("the run has a file '" + name + "' already");
    if (file.name.starts_with(name + "/"))
      return taken("the run has a folder '" + name + "' already, with the file '" + file.name + "'");
    if (name.starts_with(file.name + "/"))
      return taken("the run has a file '" + file.name + "' already, so that '" + name + "' has no folder");
  }
  return {};
}

bool holds(const Path& path, const state::Blob& content) {
  const auto file = base::open_file(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  const auto digest = file ? state::digest_of(*file) : Result<std::string>(file.error());
  return digest && *digest == content.sha256;
}

/// Keeps what was received under its name.
Result<state::Blob> keep_artifact(state::UploadedFile& file, const Path& target, const std::string& name) {
  const state::Blob blob = file.finish();
  const auto kept = file.keep(target);
  if (kept) return blob;
  if (kept.error().code != std::errc::file_exists) return kept.error();
  // The file may be there although no line tells of it: the daemon died, or the disk was full, between the two. Sent
  // again, it is kept.
  if (holds(target, blob)) return blob;
  return base::error("the run has a file '" + name + "' already", std::errc::file_exists);
}

/// Each file of the list that files_of() made, to be opened when its turn comes.
Result<std::vector<base::ZipSource>> zip_sources(store::Database& database, store::RunKey run,
                                                 const protocol::RunDir& dir, const json& files) {
  std::vector<base::ZipSource> sources;
  for (const auto& file : files["items"]) {
    const std::string name = file["name"];
    TRY_ASSIGN(const auto row, store::artifact(database, run, name));
    sources.push_back({name, [dir, name, row]() -> Result<base::Fd> {
                         TRY_ASSIGN(http::FileBody body, open_file_of(dir, name, row));
                         return std::move(body.fd);
                       }});
  }
  return sources;
}

}  // namespace

Task<Result<json>> files_of(Api& api, store::RunHead run) {
  const auto dir = api.place.state.run(run.id);
  auto ask = [key = run.key, live = !protocol::is_final(run.state), dir](store::Database& database) -> Result<json> {
    TRY_ASSIGN(const auto rows, store::listed_artifacts(database, key));
    json items = json::array();
    for (const auto& row : rows) items.push_back(file_json(row.name, row.size, row.sha256, "artifact", row.time));
    add_log(items, protocol::kDriverLog, dir.attempt().log(), true);
    add_log(items, protocol::kEnvironmentLog, dir.attempt().env_log(), false);
    if (live)
      for (const auto& file : files_below(dir.attempt().work() / "logs", {}))
        items.push_back(file_json("logs/" + file.name, file.size, "", "live", 0));
    std::sort(items.begin(), items.end(), [](const json& a, const json& b) { return a["name"] < b["name"]; });
    return json{{"items", std::move(items)}};
  };
  co_return co_await api.readers.read_long(std::move(ask));
}

Task<Result<Response>> get_files(Api& api, Request& request) {
  AWAIT_TRY_ASSIGN(const store::RunHead run, current_head_of(api, request.parameter("id")));
  AWAIT_TRY_ASSIGN(json list, files_of(api, run));
  co_return co_await long_json(api, std::move(list));
}

Task<Result<Response>> get_file(Api& api, Request& request) {
  AWAIT_TRY_ASSIGN(const store::RunHead run, current_head_of(api, request.parameter("id")));
  const std::string& name = request.parameter("name");
  auto open = [key = run.key, name, dir = api.place.state.run(run.id)](
                  store::Database& database) -> Result<std::shared_ptr<http::FileBody>> {
    TRY_ASSIGN(const auto row, store::artifact(database, key, name));
    TRY_ASSIGN(http::FileBody body, open_file_of(dir, name, row));
    return std::make_shared<http::FileBody>(std::move(body));
  };
  AWAIT_TRY_ASSIGN(const auto body, api.readers.read(std::move(open)));
  co_return Response::file(std::move(*body), name);
}

Task<Result<Response>> get_archive(Api& api, Request& request) {
  AWAIT_TRY_ASSIGN(const store::RunHead run, current_head_of(api, request.parameter("id")));
  AWAIT_TRY_ASSIGN(const json files, files_of(api, run));
  auto find = [files, key = run.key, dir = api.place.state.run(run.id)](store::Database& database) {
    return zip_sources(database, key, dir, files);
  };
  AWAIT_TRY_ASSIGN(auto sources, api.readers.read_long(std::move(find)));
  auto open = [sources = std::move(sources)] { return base::zip_of_files(sources); };
  co_return co_await answer_zip(api.threads.archives, run.id + ".zip", std::move(open));
}

Task<Result<Response>> put_file(Api& api, Request& request) {
  AWAIT_TRY_ASSIGN(const store::RunHead run, current_head_of(api, request.parameter("id")));
  const std::string name = request.parameter("name");
  CO_TRY(protocol::check_artifact_name(name));
  AWAIT_TRY(
      api.readers.read([key = run.key, name](store::Database& database) { return check_free(database, key, name); }));
  const auto dir = api.place.state.run(run.id);
  const auto received = co_await receive(api, request, dir.root);
  if (!received) co_return received.error().with("cannot keep '" + name + "'");
  auto keep = [file = *received, target = dir.artifacts() / name, name] { return keep_artifact(*file, target, name); };
  AWAIT_TRY_ASSIGN(const state::Blob kept, async::run_on(api.threads.quick, std::move(keep)));
  const json line = {{"k", "file"},
                     {"n", name},
                     {"p", "artifacts/" + name},
                     {"size", kept.size},
                     {"sha256", kept.sha256},
                     {"t", base::to_seconds(base::now())}};
  AWAIT_TRY(api.store.add_lines(run.key, line.dump()));
  co_return Response::json(file_json(name, kept.size, kept.sha256, "artifact", base::now()), 201);
}

Task<Result<Response>> get_work(Api& api, Request& request) {
  AWAIT_TRY_ASSIGN(const store::RunHead run, head_of(api, request.parameter("id")));
  auto scan = [work = api.place.state.run(run.id).attempt().work()](const std::atomic<bool>&) -> Result<json> {
    json items = json::array();
    for (const auto& file : files_below(work, {"outputs", "logs"}))
      items.push_back({{"name", base::to_utf8(file.name)}, {"size", file.size}});
    return json{{"items", std::move(items)}};
  };
  AWAIT_TRY_ASSIGN(json list, api.threads.long_answers.run(std::move(scan)));
  co_return co_await long_json(api, std::move(list));
}

Task<Result<Response>> get_work_file(Api& api, Request& request) {
  AWAIT_TRY_ASSIGN(const store::RunHead run, head_of(api, request.parameter("id")));
  const std::string& name = request.parameter("name");
  auto open = [work = api.place.state.run(run.id).attempt().work(), name]() -> Result<std::shared_ptr<http::FileBody>> {
    TRY_ASSIGN(base::Fd fd, base::open_beneath(work, name, O_RDONLY | O_NONBLOCK));
    TRY_ASSIGN(http::FileBody body, body_of(std::move(fd), name));
    return std::make_shared<http::FileBody>(std::move(body));
  };
  AWAIT_TRY_ASSIGN(const auto body, async::run_on(api.threads.quick, std::move(open)));
  co_return Response::file(std::move(*body), name);
}

}  // namespace api
