// SPDX-License-Identifier: Apache-2.0
// Routes of uploads: files of models, and source directories that the daemon does not see.

#include "daemon/api/api.h"
#include "protocol/json.h"

namespace api {

using nlohmann::json;

Task<Result<std::shared_ptr<state::UploadedFile>>> receive(Api& api, Request& request, base::Path folder) {
  auto begin = [folder] { return state::UploadedFile::begin(folder); };
  AWAIT_TRY_ASSIGN(const auto upload, async::run_on(api.threads.quick, std::move(begin)));
  for (;;) {
    AWAIT_TRY_ASSIGN(std::string piece, request.stream->read_some());
    if (piece.empty()) co_return upload;
    auto write = [upload, bytes = std::move(piece)] { return upload->write(bytes); };
    AWAIT_TRY(async::run_on(api.threads.quick, std::move(write)));
  }
}

Task<Result<Response>> put_content(Api& api, Request& request) {
  const auto folder = api.place.state.blobs();
  const auto received = co_await receive(api, request, folder);
  if (!received) co_return received.error().with("cannot keep what was sent");
  auto keep = [upload = *received, folder] { return state::keep_blob(folder, *upload); };
  AWAIT_TRY_ASSIGN(const state::Blob kept, async::run_on(api.threads.quick, std::move(keep)));
  co_return Response::json({{"sha256", kept.sha256}, {"size", kept.size}}, 201);
}

Task<Result<Response>> post_upload(Api& api, Request& request) {
  CO_TRY_ASSIGN(const bool everything, request.flag("everything", false));
  auto begin = [&uploads = api.uploads, everything] { return uploads.begin(everything); };
  AWAIT_TRY_ASSIGN(const auto upload, async::run_on(api.threads.quick, std::move(begin)));
  for (;;) {
    AWAIT_TRY_ASSIGN(std::string piece, request.stream->read_some());
    if (piece.empty()) break;
    auto write = [upload, bytes = std::move(piece)] { return upload->write(bytes); };
    AWAIT_TRY(async::run_on(api.threads.quick, std::move(write)));
  }
  auto finish = [&uploads = api.uploads, upload] { return uploads.finish(upload); };
  AWAIT_TRY(async::run_on(api.threads.sources, std::move(finish)));
  co_return Response::json({{"upload", upload->id()}}, 201);
}

}  // namespace api
