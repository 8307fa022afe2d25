// SPDX-License-Identifier: Apache-2.0
// Routes of uploads: files of models, and source directories that the daemon does not see.

#include "daemon/api/api.h"
#include "protocol/json.h"

namespace api {

using nlohmann::json;

Task<Result<std::shared_ptr<state::UploadedFile>>> receive(Api& api, Request& request, base::Path folder) {
  auto begin = [folder] { return state::UploadedFile::begin(folder); };
  AWAIT_TRY_ASSIGN(const auto incoming, async::run_on(api.threads.quick, std::move(begin)));
  for (;;) {
    AWAIT_TRY_ASSIGN(std::string piece, request.stream->read_some());
    if (piece.empty()) co_return incoming;
    auto write = [incoming, bytes = std::move(piece)] { return incoming->write(bytes); };
    AWAIT_TRY(async::run_on(api.threads.quick, std::move(write)));
  }
}

Task<Result<Response>> put_content(Api& api, Request& request) {
  const auto folder = api.place.state.blobs();
  const auto received = co_await receive(api, request, folder);
  if (!received) co_return received.error().with("cannot keep what was sent");
  auto keep = [incoming = *received, folder] { return state::keep_blob(folder, *incoming); };
  AWAIT_TRY_ASSIGN(const state::Blob kept, async::run_on(api.threads.quick, std::move(keep)));
  co_return Response::json({{"sha256", kept.sha256}, {"size", kept.size}}, 201);
}

Task<Result<Response>> post_upload(Api& api, Request& request) {
  auto largest = std::make_shared<std::vector<source::LargeEntry>>();
  auto begin = [&uploads = api.uploads, &request, largest]() -> Result<source::UploadPlan> {
    TRY_ASSIGN(const json body, request.json());  // here, since the list may be long
    TRY_ASSIGN(const auto list, source::upload_list_from_json(body));
    source::SnapshotLimits limits;
    limits.large = list.large;
    return uploads.begin(list, limits, largest.get());
  };
  const auto plan = co_await async::run_on(api.threads.quick, std::move(begin));
  if (!plan) co_return refused_source(plan.error(), *largest);
  co_return Response::json({{"upload", plan->id}, {"wanted", plan->wanted}, {"left_out", plan->excluded}}, 201);
}

Task<Result<Response>> put_upload_file(Api& api, Request& request) {
  const std::string id = request.parameter("id"), path = request.parameter("path");
  auto open = [&uploads = api.uploads, id, path]() -> Result<std::shared_ptr<source::UploadFile>> {
    TRY_ASSIGN(source::UploadFile file, uploads.open(id, path));
    return std::make_shared<source::UploadFile>(std::move(file));
  };
  AWAIT_TRY_ASSIGN(const auto file, async::run_on(api.threads.quick, std::move(open)));
  for (;;) {
    AWAIT_TRY_ASSIGN(std::string piece, request.stream->read_some());
    const bool end = piece.empty();
    auto write = [file, end, bytes = std::move(piece)] { return end ? file->finish() : file->write(bytes); };
    AWAIT_TRY(async::run_on(api.threads.quick, std::move(write)));
    if (end) co_return Response::json({{"path", path}}, 201);
  }
}

}  // namespace api
