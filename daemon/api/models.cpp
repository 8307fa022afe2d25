// SPDX-License-Identifier: Apache-2.0
// Routes of models.
#include <fcntl.h>

#include <set>

#include "daemon/api/api.h"
#include "daemon/store/models.h"
#include "daemon/store/queries/workspaces.h"
#include "protocol/json.h"

namespace api {

using nlohmann::json;

namespace {

Result<json> find_model(store::Database& database, const store::Place& place, std::int64_t number) {
  store::ModelFilter filter;
  filter.number = number;
  TRY_ASSIGN(const json found, store::list_models(database, place, filter));
  if (found["items"].empty())
    return base::error("there is no model of number " + std::to_string(number), std::errc::no_such_file_or_directory);
  return found["items"][0];
}

Task<Result<Response>> answer_model(Api& api, std::int64_t number, int status) {
  auto ask = [number, place = api.place](store::Database& database) { return find_model(database, place, number); };
  AWAIT_TRY_ASSIGN(const json model, api.readers.read(std::move(ask)));
  co_return Response::json(model, status);
}

/// 404 that tells which files the run has.
Task<Response> no_such_files(Api& api, store::RunHead run, std::string message) {
  const auto files = co_await files_of(api, run);
  json available = json::array();
  if (files)
    for (const auto& file : (*files)["items"]) available.push_back(file["name"]);
  const json details = {{"available", std::move(available)}};
  co_return Response::error(404, "not_found", message, details);
}

using Files = std::vector<protocol::ModelRegistered::File>;

/// The files of a new model: those that were sent with it, and `chosen` of its run under other names.
Result<Files> files_with(const protocol::StateDir& state, const protocol::ModelRegistered& model,
                         const std::vector<store::ArtifactRow>& chosen) {
  std::set<std::string> sent;
  for (const auto& file : model.files) sent.insert(file.path);
  Files files = model.files;
  for (const auto& file : chosen) {
    if (sent.contains(store::name_in_model(file.name, model.path))) continue;
    TRY_ASSIGN(auto kept, store::keep_model_file(state, state.run(model.run), file, model.path));
    files.push_back(std::move(kept));
  }
  return files;
}

/// Adds the files of the model's run that were not sent with it. A response: there are no files of that path.
Task<Result<std::optional<Response>>> add_files_of_run(Api& api, protocol::ModelRegistered& model) {
  AWAIT_TRY_ASSIGN(const store::RunHead run, current_head_of(api, model.run));
  auto choose = [key = run.key, path = model.path](store::Database& database) {
    return store::model_files_of(database, key, path);
  };
  const auto chosen = co_await api.readers.read(std::move(choose));
  if (!chosen && !model.files.empty() && chosen.error().code == std::errc::no_such_file_or_directory)
    co_return std::nullopt;
  if (!chosen) co_return co_await no_such_files(api, run, chosen.error().message);
  auto keep = [state = api.place.state, model, files = *chosen] { return files_with(state, model, files); };
  AWAIT_TRY_ASSIGN(model.files, async::run_on(api.threads.quick, std::move(keep)));
  co_return std::nullopt;
}

}  // namespace

Task<Result<Response>> post_model(Api& api, Request& request) {
  CO_TRY_ASSIGN(const json body, request.json());
  CO_TRY_ASSIGN(protocol::ModelRegistered model, store::model_from_json(body));
  if (store::has_files_of_run(model)) {
    AWAIT_TRY_ASSIGN(auto refused, add_files_of_run(api, model));
    if (refused) co_return std::move(*refused);
  }
  auto write = [model, state = api.place.state](store::Ingest& ingest) {
    return store::add_model(ingest, state, model);
  };
  AWAIT_TRY_ASSIGN(const std::int64_t number, api.store.write(std::move(write)));
  co_return co_await answer_model(api, number, 201);
}

Task<Result<Response>> get_models(Api& api, Request& request) {
  constexpr std::int64_t kAny = std::numeric_limits<std::int64_t>::max();
  store::ModelFilter filter;
  CO_TRY_ASSIGN(filter.limit, request.number("limit", 100, 1, 1000));
  CO_TRY_ASSIGN(filter.version, request.number("version", 0, 0, kAny));
  CO_TRY_ASSIGN(filter.before, request.number("cursor", 0, 0, kAny));
  CO_TRY(check_pairs(request));
  filter.workspace = workspace_of(request);
  filter.name = request.value("name").value_or("");
  filter.run = request.value("run").value_or("");
  filter.tags = request.values("tag");
  filter.properties = request.values("property");
  auto ask = [filter, place = api.place](store::Database& database) {
    return store::list_models(database, place, filter);
  };
  AWAIT_TRY_ASSIGN(const json list, api.readers.read(std::move(ask)));
  co_return Response::json(list);
}

Task<Result<Response>> get_model(Api& api, Request& request) {
  co_return co_await answer_model(api, number_parameter(request, "number"), 200);
}

Task<Result<Response>> change_model(Api& api, Request& request) {
  const std::int64_t number = number_parameter(request, "number");
  CO_TRY_ASSIGN(const json body, request.json());
  CO_TRY_ASSIGN(auto change, store::model_change_from_json(body));
  change.number = number;
  AWAIT_TRY(api.store.write([change](store::Ingest& ingest) { return store::change_model(ingest, change); }));
  co_return co_await answer_model(api, number, 200);
}

Task<Result<Response>> delete_model(Api& api, Request& request) {
  const std::int64_t number = number_parameter(request, "number");
  AWAIT_TRY(api.store.write(
      [number, state = api.place.state](store::Ingest& ingest) { return store::remove_model(ingest, state, number); }));
  co_return Response::json({{"removed", number}});
}

Task<Result<Response>> get_model_file(Api& api, Request& request) {
  const std::string& path = request.parameter("path");
  auto open = [number = number_parameter(request, "number"), path,
               state = api.place.state](store::Database& database) -> Result<std::shared_ptr<http::FileBody>> {
    TRY_ASSIGN(const std::string digest, store::model_file_digest(database, number, path));
    auto body = std::make_shared<http::FileBody>();
    TRY_ASSIGN(body->fd, base::open_file(state.blobs() / digest, O_RDONLY | O_NOFOLLOW));
    TRY_ASSIGN(body->length, base::file_size(body->fd));
    return body;
  };
  AWAIT_TRY_ASSIGN(const auto body, api.readers.read(std::move(open)));
  co_return Response::file(std::move(*body), path);
}

}  // namespace api
