// SPDX-License-Identifier: Apache-2.0
// Routes of sources: snapshots as zip files, and folders that the daemon cannot see.
#include <fcntl.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/text.h"
#include "daemon/api/api.h"
#include "daemon/api/archive_stream.h"
#include "daemon/source/snapshot_reader.h"
#include "protocol/json.h"

namespace api {

using base::Result;
using nlohmann::json;

namespace {

/// The digest of a run's snapshot.
Task<Result<std::string>> digest_of(Api& api, std::string id) {
  auto ask = [id](store::Database& database) -> Result<std::string> {
    TRY(store::find_run(database, id));
    store::Query query = database.query("SELECT snapshot FROM run WHERE id = ?");
    TRY_ASSIGN(const bool found, query.bind(id).step());
    if (!found || query.is_null(0)) return base::error("the run '" + id + "' has no snapshot", std::errc::no_such_file_or_directory);
    return query.text(0);
  };
  co_return co_await api.readers.read(std::move(ask));
}

json entry_json(const source::ManifestEntry& entry) {
  json item = {{"path", base::to_utf8(entry.path)}, {"mode", entry.mode}};
  switch (entry.type) {
    case source::ManifestEntry::Type::directory: item["type"] = "directory"; break;
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

Response refused_source(const base::Error& error, const std::vector<source::LargeEntry>& largest) {
  if (error.code == std::errc::no_link)
    return Response::error(422, "send_it", error.message);
  if (error.code != std::errc::file_too_large) return Response::error(error);
  json entries = json::array();
  for (const auto& entry : largest)
    entries.push_back({{"path", entry.path}, {"bytes", entry.bytes}, {"files", entry.files}, {"folders", entry.folders}, {"ignore_line", entry.ignore_line}});
  const json details = {{"largest", std::move(entries)}};
  return Response::error(422, "limit", error.message, details);
}

Task<Response> get_snapshot(Api& api, Request& request) {
  auto digest = co_await digest_of(api, request.parameter("id"));
  if (!digest) co_return Response::error(digest.error());
  auto open = [snapshot = api.place.state.snapshot(*digest)] { return source::zip_of_snapshot(snapshot); };
  co_return co_await answer_zip(api.threads.archives, *digest + ".zip", std::move(open));
}

Task<Response> get_snapshot_files(Api& api, Request& request) {
  auto digest = co_await digest_of(api, request.parameter("id"));
  if (!digest) co_return Response::error(digest.error());
  auto list = [snapshot = api.place.state.snapshot(*digest)](const std::atomic<bool>&) -> Result<json> {
    TRY_ASSIGN(const auto entries, source::list_snapshot(snapshot));
    json items = json::array();
    for (const auto& entry : entries) items.push_back(entry_json(entry));
    return json{{"items", std::move(items)}};
  };
  auto items = co_await api.threads.long_answers.run(std::move(list));
  if (!items) co_return Response::error(items.error());
  co_return co_await long_json(api, std::move(*items));
}

Task<Response> get_snapshot_file(Api& api, Request& request) {
  const std::string path = request.parameter("path");
  auto digest = co_await digest_of(api, request.parameter("id"));
  if (!digest) co_return Response::error(digest.error());
  auto unpack = [state = api.place.state, digest = *digest, path](const std::atomic<bool>& canceled) -> Result<std::shared_ptr<http::FileBody>> {
    auto body = std::make_shared<http::FileBody>();
    TRY_ASSIGN(body->fd, source::snapshot_file(state.snapshot(digest), path, state.cache(), canceled));
    TRY_ASSIGN(body->length, base::file_size(body->fd));
    return body;
  };
  auto body = co_await api.threads.long_answers.run(std::move(unpack));
  if (!body) co_return Response::error(body.error());
  co_return Response::file(std::move(**body), path);
}

Task<Response> post_snapshot(Api& api, Request& request) {
  const std::string id = request.parameter("id");
  auto head = co_await head_of(api, id);
  if (!head) co_return Response::error(head.error());
  auto body = request.json();
  auto source = body ? runs::source_from_json(*body) : Result<runs::Submission>(body.error());
  if (!source) co_return Response::error(source.error());
  auto taken = co_await api.submitter.take_snapshot(head->key, *source);
  if (!taken) co_return refused_source(taken.error(), source->largest);
  co_return co_await answer_run(api, id, 201);
}

Task<Response> post_upload(Api& api, Request& request) {
  auto largest = std::make_shared<std::vector<source::LargeEntry>>();
  auto begin = [&uploads = api.uploads, &request, largest]() -> Result<source::UploadPlan> {
    TRY_ASSIGN(const json body, request.json());  // here, since the list may be long
    TRY_ASSIGN(const auto list, source::upload_list_from_json(body));
    source::SnapshotLimits limits;
    limits.large = list.large;
    return uploads.begin(list, limits, largest.get());
  };
  auto plan = co_await async::run_on(api.threads.quick, std::move(begin));
  if (!plan) co_return refused_source(plan.error(), *largest);
  co_return Response::json({{"upload", plan->id}, {"wanted", plan->wanted}, {"left_out", plan->excluded}}, 201);
}

Task<Response> put_upload_file(Api& api, Request& request) {
  const std::string id = request.parameter("id"), path = request.parameter("path");
  auto open = [&uploads = api.uploads, id, path]() -> Result<std::shared_ptr<source::UploadFile>> {
    TRY_ASSIGN(source::UploadFile file, uploads.open(id, path));
    return std::make_shared<source::UploadFile>(std::move(file));
  };
  auto file = co_await async::run_on(api.threads.quick, std::move(open));
  if (!file) co_return Response::error(file.error());
  for (;;) {
    auto piece = co_await request.stream->read_some();
    if (!piece) co_return Response::error(piece.error());
    const bool end = piece->empty();
    auto write = [file = *file, bytes = std::move(*piece), end] { return end ? file->finish() : file->write(bytes); };
    auto written = co_await async::run_on(api.threads.quick, std::move(write));
    if (!written) co_return Response::error(written.error());
    if (end) co_return Response::json({{"path", path}}, 201);
  }
}

}  // namespace api
