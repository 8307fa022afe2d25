// SPDX-License-Identifier: Apache-2.0
// Routes of files: artifacts, captured logs, what lies in the working directory, uploads.
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "base/text.h"
#include "daemon/api/api.h"
#include "daemon/api/archive_stream.h"
#include "daemon/store/queries/artifact_names.h"
#include "protocol/json.h"

namespace api {

using base::Path;
using base::Result;
using nlohmann::json;

namespace {

constexpr std::size_t kMostWorkFiles = 10'000;

struct Found {
  std::string name;
  std::uint64_t size = 0;
};

/// Regular files below `folder`, links not followed, names relative to it; `skip` names folders at the top.
std::vector<Found> files_below(const Path& folder, const std::vector<std::string>& skip) {
  std::vector<Found> files;
  std::error_code code;
  std::filesystem::recursive_directory_iterator entry(folder, std::filesystem::directory_options::skip_permission_denied, code), end;
  for (; !code && entry != end && files.size() < kMostWorkFiles; entry.increment(code)) {
    struct stat status {};
    if (entry->path().native().size() >= PATH_MAX) entry.disable_recursion_pending();
    if (::lstat(entry->path().c_str(), &status) != 0) continue;
    const std::string name = entry->path().lexically_relative(folder).string();
    if (S_ISDIR(status.st_mode) && std::find(skip.begin(), skip.end(), name) != skip.end()) entry.disable_recursion_pending();
    if (S_ISREG(status.st_mode)) files.push_back({name, static_cast<std::uint64_t>(status.st_size)});
  }
  std::sort(files.begin(), files.end(), [](const Found& a, const Found& b) { return a.name < b.name; });
  return files;
}

json file_json(std::string_view name, std::uint64_t size, const std::string& sha256, std::string_view kind, base::Micros created) {
  return {{"name", name}, {"size", size}, {"sha256", sha256.empty() ? json(nullptr) : json(sha256)}, {"kind", kind},
          {"created", created > 0 ? json(base::iso_time(created)) : json(nullptr)}};
}

void add_log(json& items, std::string_view name, const Path& path, bool even_empty) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode) || (status.st_size == 0 && !even_empty)) return;
  items.push_back(file_json(name, static_cast<std::uint64_t>(status.st_size), "", "log", std::int64_t{status.st_ctim.tv_sec} * 1'000'000));
}

Result<http::FileBody> body_of(base::Fd fd, const std::string& name) {
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0) return base::os_error("cannot read '" + name + "'");
  if (!S_ISREG(status.st_mode)) return base::error("'" + name + "' is not a file", std::errc::no_such_file_or_directory);
  http::FileBody body;
  body.fd = std::move(fd);
  body.length = static_cast<std::uint64_t>(status.st_size);
  return body;
}

/// Where a file of a run lies, relative to the run directory.
std::string place_of(const protocol::RunDir& dir, const std::string& name, const std::optional<store::ArtifactRow>& row) {
  const auto inside = [&](const Path& path) { return path.lexically_relative(dir.root).string(); };
  if (row) return row->path;
  if (name == protocol::kDriverLog) return inside(dir.attempt().log());
  if (name == protocol::kEnvironmentLog) return inside(dir.attempt().env_log());
  if (name.starts_with("logs/") || name.starts_with("outputs/")) return inside(dir.attempt().work() / name);
  return "";
}

/// A file of the run's own folder that is written while the run goes on; only then another run's eyes may see it.
Result<http::FileBody> open_file_of(const protocol::RunDir& dir, const std::string& name, const std::optional<store::ArtifactRow>& row) {
  const std::string place = place_of(dir, name, row);
  if (place.empty()) return base::error("the run has no file '" + name + "'", std::errc::no_such_file_or_directory);
  // What was made inside of another run lies in that one's folder: the way there is ours, not a name's.
  const Path inside = (dir.root.filename() / place).lexically_normal();
  auto fd = base::open_beneath(dir.root.parent_path(), inside, O_RDONLY | O_NONBLOCK);
  const auto gone = {std::errc::no_such_file_or_directory, std::errc::too_many_symbolic_link_levels, std::errc::not_a_directory};
  if (!fd && std::any_of(gone.begin(), gone.end(), [&](std::errc each) { return fd.error().code == each; }))
    return base::error("the run has no file '" + name + "'", std::errc::no_such_file_or_directory);
  if (!fd) return fd.error();
  return body_of(std::move(*fd), name);
}

/// Why a run can get no file of that name; empty: it can.
Result<std::string> why_taken(store::Database& database, store::RunKey run, const std::string& name) {
  if (store::is_name_of_log(name)) {
    TRY_ASSIGN(const bool logs, store::has_logs(database, run));
    if (logs) return "'" + name + "' is the name of a log of the run";
  }
  TRY_ASSIGN(const auto files, store::artifacts(database, run));
  for (const auto& file : files) {
    if (file.name == name) return "the run has a file '" + name + "' already";
    if (file.name.starts_with(name + "/")) return "the run has a folder '" + name + "' already, with the file '" + file.name + "'";
    if (name.starts_with(file.name + "/")) return "the run has a file '" + file.name + "' already, so that '" + name + "' has no folder";
  }
  return std::string();
}

bool holds(const Path& path, const state::Content& content) {
  const auto file = base::open_file(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  const auto digest = file ? state::digest_of(*file) : Result<std::string>(file.error());
  return digest && *digest == content.sha256;
}

}  // namespace

Task<Result<std::shared_ptr<state::Incoming>>> receive(Api& api, Request& request, const Path& folder) {
  auto begin = [folder] { return state::Incoming::begin(folder); };
  auto begun = co_await async::run_on(api.threads.quick, std::move(begin));
  if (!begun) co_return begun.error();
  auto incoming = *begun;
  for (;;) {
    auto piece = co_await request.stream->read_some();
    if (!piece) co_return piece.error();
    if (piece->empty()) co_return incoming;
    auto write = [incoming, bytes = std::move(*piece)] { return incoming->write(bytes); };
    auto written = co_await async::run_on(api.threads.quick, std::move(write));
    if (!written) co_return written.error();
  }
}

Task<Result<json>> files_of(Api& api, store::RunHead run) {
  const auto dir = api.place.state.run(run.id);
  auto ask = [key = run.key, live = !protocol::is_final(run.state), dir](store::Database& database) -> Result<json> {
    TRY_ASSIGN(const auto rows, store::listed_artifacts(database, key));
    json items = json::array();
    for (const auto& row : rows) items.push_back(file_json(row.name, row.size, row.sha256, "artifact", row.time));
    add_log(items, protocol::kDriverLog, dir.attempt().log(), true);
    add_log(items, protocol::kEnvironmentLog, dir.attempt().env_log(), false);
    if (live)
      for (const auto& file : files_below(dir.attempt().work() / "logs", {})) items.push_back(file_json("logs/" + file.name, file.size, "", "live", 0));
    std::sort(items.begin(), items.end(), [](const json& a, const json& b) { return a["name"] < b["name"]; });
    return json{{"items", std::move(items)}};
  };
  co_return co_await api.readers.read_long(std::move(ask));
}

Task<Response> get_files(Api& api, Request& request) {
  auto head = co_await current_head_of(api, request.parameter("id"));
  if (!head) co_return Response::error(head.error());
  auto list = co_await files_of(api, *head);
  if (!list) co_return Response::error(list.error());
  co_return co_await long_json(api, std::move(*list));
}

Task<Response> get_file(Api& api, Request& request) {
  auto head = co_await current_head_of(api, request.parameter("id"));
  if (!head) co_return Response::error(head.error());
  const std::string name = request.parameter("name");
  const auto dir = api.place.state.run(head->id);
  auto open = [key = head->key, name, dir](store::Database& database) -> Result<std::shared_ptr<http::FileBody>> {
    TRY_ASSIGN(const auto row, store::artifact(database, key, name));
    TRY_ASSIGN(http::FileBody body, open_file_of(dir, name, row));
    return std::make_shared<http::FileBody>(std::move(body));
  };
  auto body = co_await api.readers.read(std::move(open));
  if (!body) co_return Response::error(body.error());
  co_return Response::file(std::move(**body), name);
}

Task<Response> get_archive(Api& api, Request& request) {
  auto head = co_await current_head_of(api, request.parameter("id"));
  if (!head) co_return Response::error(head.error());
  auto listed = co_await files_of(api, *head);
  if (!listed) co_return Response::error(listed.error());
  const auto dir = api.place.state.run(head->id);
  auto find = [files = *listed, key = head->key, dir](store::Database& database) -> Result<std::vector<base::ZipSource>> {
    std::vector<base::ZipSource> sources;
    for (const auto& file : files["items"]) {
      const std::string name = file["name"];
      TRY_ASSIGN(const auto row, store::artifact(database, key, name));
      sources.push_back({name, [dir, name, row]() -> Result<base::Fd> {
        TRY_ASSIGN(http::FileBody body, open_file_of(dir, name, row));
        return std::move(body.fd);
      }});
    }
    return sources;
  };
  auto sources = co_await api.readers.read_long(std::move(find));
  if (!sources) co_return Response::error(sources.error());
  auto open = [sources = std::move(*sources)] { return base::zip_of_files(sources); };
  co_return co_await answer_zip(api.threads.archives, head->id + ".zip", std::move(open));
}

Task<Response> put_file(Api& api, Request& request) {
  auto head = co_await current_head_of(api, request.parameter("id"));
  if (!head) co_return Response::error(head.error());
  const std::string name = request.parameter("name");
  if (const auto good = protocol::check_artifact_name(name); !good) co_return Response::error(good.error());
  const auto dir = api.place.state.run(head->id);
  auto look = [key = head->key, name](store::Database& database) { return why_taken(database, key, name); };
  auto taken = co_await api.readers.read(std::move(look));
  if (!taken) co_return Response::error(taken.error());
  if (!taken->empty()) co_return Response::error(409, "conflict", *taken);
  auto received = co_await receive(api, request, dir.root);
  if (!received) co_return Response::error(received.error().with("cannot keep '" + name + "'"));
  auto keep = [incoming = *received, target = dir.artifacts() / name]() -> Result<state::Content> {
    const state::Content content = incoming->finish();
    auto kept = incoming->keep(target);
    // No line tells of it: the daemon died, or the disk was full, between the two. Who sends it again finds it there.
    if (!kept && kept.error().code == std::errc::file_exists && holds(target, content)) return content;
    TRY(std::move(kept));
    return content;
  };
  auto kept = co_await async::run_on(api.threads.quick, std::move(keep));
  if (!kept && kept.error().code == std::errc::file_exists) co_return Response::error(409, "conflict", "the run has a file '" + name + "' already");
  if (!kept) co_return Response::error(kept.error());
  const json line = {{"k", "file"}, {"n", name}, {"p", "artifacts/" + name}, {"size", kept->size}, {"sha256", kept->sha256}, {"t", base::to_seconds(base::now())}};
  auto added = co_await api.store.add_lines(head->key, line.dump());
  if (!added) co_return Response::error(added.error());
  co_return Response::json(file_json(name, kept->size, kept->sha256, "artifact", base::now()), 201);
}

Task<Response> get_work(Api& api, Request& request) {
  auto head = co_await head_of(api, request.parameter("id"));
  if (!head) co_return Response::error(head.error());
  const Path work = api.place.state.run(head->id).attempt().work();
  auto scan = [work](const std::atomic<bool>&) -> Result<json> {
    json items = json::array();
    for (const auto& file : files_below(work, {"outputs", "logs"})) items.push_back({{"name", base::to_utf8(file.name)}, {"size", file.size}});
    return json{{"items", std::move(items)}};
  };
  auto list = co_await api.threads.long_answers.run(std::move(scan));
  if (!list) co_return Response::error(list.error());
  co_return co_await long_json(api, std::move(*list));
}

Task<Response> get_work_file(Api& api, Request& request) {
  auto head = co_await head_of(api, request.parameter("id"));
  if (!head) co_return Response::error(head.error());
  const std::string name = request.parameter("name");
  const Path work = api.place.state.run(head->id).attempt().work();
  auto open = [work, name]() -> Result<std::shared_ptr<http::FileBody>> {
    TRY_ASSIGN(base::Fd fd, base::open_beneath(work, name, O_RDONLY | O_NONBLOCK));
    TRY_ASSIGN(http::FileBody body, body_of(std::move(fd), name));
    return std::make_shared<http::FileBody>(std::move(body));
  };
  auto body = co_await async::run_on(api.threads.quick, std::move(open));
  if (!body) co_return Response::error(body.error());
  co_return Response::file(std::move(**body), name);
}

}  // namespace api
