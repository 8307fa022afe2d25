// SPDX-License-Identifier: Apache-2.0
// Routes of snapshots: as zip files, as lists, file by file.

#include "base/text.h"
#include "daemon/api/api.h"
#include "daemon/api/archive_stream.h"
#include "daemon/source/snapshot_reader.h"
#include "protocol/json.h"

namespace api {

using nlohmann::json;

namespace {

/// The folder of a run's snapshot.
Task<Result<protocol::SnapshotDir>> snapshot_of_run(Api& api, std::string id) {
  auto ask = [id, state = api.place.state](store::Database& database) -> Result<protocol::SnapshotDir> {
    TRY_ASSIGN(const store::RunHead run, store::find_run(database, id));
    TRY_ASSIGN(const auto digest, store::snapshot_of(database, run.key));
    if (!digest) return base::error("the run '" + id + "' has no snapshot", std::errc::no_such_file_or_directory);
    return state.snapshot(*digest);
  };
  co_return co_await api.readers.read(std::move(ask));
}

json entry_json(const source::ManifestEntry& entry) {
  json item = {{"path", base::to_utf8(entry.path)}, {"mode", entry.mode}};
  switch (entry.type) {
    case source::ManifestEntry::Type::directory:
      item["type"] = "directory";
      break;
    case source::ManifestEntry::Type::link:
      item["type"] = "link";
      item["target"] = base::to_utf8(entry.target);
      break;
    case source::ManifestEntry::Type::file:
      item["type"] = "file";
      item["size"] = entry.size;
      item["sha256"] = entry.sha256;
  }
  return item;
}

}  // namespace

Result<Response> refused_source(const base::Error& error, const std::vector<source::LargeEntry>& largest) {
  if (error.code == std::errc::no_link) return Response::error(422, "send_it", error.message);
  if (error.code != std::errc::file_too_large) return error;
  json entries = json::array();
  for (const auto& entry : largest)
    entries.push_back({{"path", entry.path},
                       {"bytes", entry.bytes},
                       {"files", entry.files},
                       {"folders", entry.folders},
                       {"ignore_line", entry.ignore_line}});
  return Response::error(422, "limit", error.message, {{"largest", std::move(entries)}});
}

Task<Result<Response>> get_snapshot(Api& api, Request& request) {
  AWAIT_TRY_ASSIGN(const auto snapshot, snapshot_of_run(api, request.parameter("id")));
  auto open = [snapshot] { return source::zip_of_snapshot(snapshot); };
  co_return co_await answer_zip(api.threads.archives, snapshot.root.filename().string() + ".zip", std::move(open));
}

Task<Result<Response>> get_snapshot_files(Api& api, Request& request) {
  AWAIT_TRY_ASSIGN(const auto snapshot, snapshot_of_run(api, request.parameter("id")));
  auto list = [snapshot](const std::atomic<bool>&) -> Result<json> {
    TRY_ASSIGN(const auto entries, source::list_snapshot(snapshot));
    json items = json::array();
    for (const auto& entry : entries) items.push_back(entry_json(entry));
    return json{{"items", std::move(items)}};
  };
  AWAIT_TRY_ASSIGN(json items, api.threads.long_answers.run(std::move(list)));
  co_return co_await long_json(api, std::move(items));
}

Task<Result<Response>> get_snapshot_file(Api& api, Request& request) {
  const std::string& path = request.parameter("path");
  AWAIT_TRY_ASSIGN(const auto snapshot, snapshot_of_run(api, request.parameter("id")));
  auto unpack = [snapshot, cache = api.place.state.cache(),
                 path](const std::atomic<bool>& canceled) -> Result<std::shared_ptr<http::FileBody>> {
    auto body = std::make_shared<http::FileBody>();
    TRY_ASSIGN(body->fd, source::snapshot_file(snapshot, path, cache, canceled));
    TRY_ASSIGN(body->length, base::file_size(body->fd));
    return body;
  };
  AWAIT_TRY_ASSIGN(const auto body, api.threads.long_answers.run(std::move(unpack)));
  co_return Response::file(std::move(*body), path);
}

Task<Result<Response>> post_snapshot(Api& api, Request& request) {
  const std::string& id = request.parameter("id");
  AWAIT_TRY_ASSIGN(const store::RunHead run, head_of(api, id));
  CO_TRY_ASSIGN(const json body, request.json());
  CO_TRY_ASSIGN(auto source, runs::source_from_json(body));
  const auto taken = co_await api.submitter.take_snapshot(run.key, std::move(source));
  if (!taken) co_return refused_source(taken.error(), taken.error().largest);
  co_return co_await answer_run(api, id, 201);
}

}  // namespace api
