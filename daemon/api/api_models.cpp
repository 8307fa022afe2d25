// SPDX-License-Identifier: Apache-2.0
// Routes of models, and of the contents that they are made of.
#include <fcntl.h>
#include <sys/stat.h>

#include <set>

#include "daemon/api/api.h"
#include "daemon/store/models.h"
#include "protocol/json.h"

namespace api {

using base::Result;
using nlohmann::json;

namespace {

Task<Response> answer_model(Api& api, std::int64_t number, int status) {
  const store::Place& place = api.place;
  auto ask = [number, &place](store::Database& database) -> Result<json> {
    store::ModelFilter filter;
    filter.number = number;
    TRY_ASSIGN(const json found, store::list_models(database, place, filter));
    if (found["items"].empty()) return base::error("there is no model of number " + std::to_string(number), std::errc::no_such_file_or_directory);
    return found["items"][0];
  };
  auto model = co_await api.readers.read(std::move(ask));
  co_return model ? Response::json(*model, status) : Response::error(model.error());
}

/// Adds the files of the model's run that were not sent with it. 404 tells which files there are.
Task<std::optional<Response>> take_from_run(Api& api, store::NewModel& model) {
  auto head = co_await current_head_of(api, model.run);
  if (!head) co_return Response::error(head.error());
  auto choose = [key = head->key, path = model.path](store::Database& database) {
    return store::model_files_of(database, key, path);
  };
  auto chosen = co_await api.readers.read(std::move(choose));
  if (!chosen && !model.files.empty() && chosen.error().code == std::errc::no_such_file_or_directory) co_return std::nullopt;
  if (!chosen) {
    auto files = co_await files_of(api, *head);
    json available = json::array();
    if (files)
      for (const auto& file : (*files)["items"]) available.push_back(file["name"]);
    const json details = {{"available", std::move(available)}};
    co_return Response::error(404, "not_found", chosen.error().message, details);
  }
  std::set<std::string> sent;
  for (const auto& file : model.files) sent.insert(file["path"].get<std::string>());
  auto keep = [state = api.place.state, id = head->id, files = std::move(*chosen), path = model.path, sent, kept = model.files]() mutable -> Result<json> {
    for (const auto& file : files) {
      if (sent.contains(store::name_in_model(file.name, path))) continue;
      TRY_ASSIGN(json entry, store::keep_model_file(state, state.run(id), file, path));
      kept.push_back(std::move(entry));
    }
    return kept;
  };
  auto kept = co_await async::run_on(api.threads.quick, std::move(keep));
  if (!kept) co_return Response::error(kept.error());
  model.files = std::move(*kept);
  co_return std::nullopt;
}

}  // namespace

Task<Response> put_content(Api& api, Request& request) {
  const auto folder = api.place.state.blobs();
  auto received = co_await receive(api, request, folder);
  if (!received) co_return Response::error(received.error().with("cannot keep what was sent"));
  auto keep = [incoming = *received, folder] { return state::keep_content(folder, *incoming); };
  auto kept = co_await async::run_on(api.threads.quick, std::move(keep));
  if (!kept) co_return Response::error(kept.error());
  co_return Response::json({{"sha256", kept->sha256}, {"size", kept->size}}, 201);
}

Task<Response> post_model(Api& api, Request& request) {
  auto body = request.json();
  auto model = body ? store::model_from_json(*body) : Result<store::NewModel>(body.error());
  if (!model) co_return Response::error(model.error());
  if (model->of_run()) {
    auto refused = co_await take_from_run(api, *model);
    if (refused) co_return std::move(*refused);
  }
  auto write = [model = *model, &place = api.place](store::Ingest& ingest) { return store::add_model(ingest, place.state, model); };
  auto number = co_await api.store.write(std::move(write));
  if (!number) co_return Response::error(number.error());
  co_return co_await answer_model(api, *number, 201);
}

Task<Response> get_models(Api& api, Request& request) {
  constexpr std::int64_t kAny = std::numeric_limits<std::int64_t>::max();
  const auto limit = request.number("limit", 100, 1, 1000), version = request.number("version", 0, 0, kAny), before = request.number("cursor", 0, 0, kAny);
  for (const auto* number : {&limit, &version, &before})
    if (!*number) co_return Response::error(number->error());
  if (const auto few = check_pairs(request); !few) co_return Response::error(few.error());
  store::ModelFilter filter{workspace_of(request), request.value("name").value_or(""), request.value("run").value_or(""), request.values("tag"),
                     request.values("property"), *version, 0, *before, *limit};
  const store::Place& place = api.place;
  auto ask = [filter, &place](store::Database& database) { return store::list_models(database, place, filter); };
  auto list = co_await api.readers.read(std::move(ask));
  co_return list ? Response::json(*list) : Response::error(list.error());
}

Task<Response> get_model(Api& api, Request& request) { co_return co_await answer_model(api, number_parameter(request, "number"), 200); }

Task<Response> change_model(Api& api, Request& request) {
  const std::int64_t number = number_parameter(request, "number");
  auto body = request.json();
  auto change = body ? store::model_change_from_json(*body) : Result<json>(body.error());
  if (!change) co_return Response::error(change.error());
  auto write = [number, change = *change](store::Ingest& ingest) -> Result<bool> {
    TRY(change_model(ingest, number, change));
    return true;
  };
  auto written = co_await api.store.write(std::move(write));
  if (!written) co_return Response::error(written.error());
  co_return co_await answer_model(api, number, 200);
}

Task<Response> delete_model(Api& api, Request& request) {
  const std::int64_t number = number_parameter(request, "number");
  auto write = [number, state = api.place.state](store::Ingest& ingest) -> Result<bool> {
    TRY(store::remove_model(ingest, state, number));
    return true;
  };
  auto written = co_await api.store.write(std::move(write));
  if (!written) co_return Response::error(written.error());
  co_return Response::json({{"removed", number}});
}

Task<Response> get_model_file(Api& api, Request& request) {
  const std::string path = request.parameter("path");
  const auto state = api.place.state;
  auto open = [number = number_parameter(request, "number"), path, state](store::Database& database) -> Result<std::shared_ptr<http::FileBody>> {
    store::Query query = database.query(
        "SELECT f.value ->> 'sha256' FROM model m, json_each(m.fact, '$.files') f WHERE m.number = ? AND NOT m.removed AND f.value ->> 'path' = ?");
    TRY_ASSIGN(const bool found, query.bind(number).bind(path).step());
    if (!found) return base::error("the model has no file '" + path + "'", std::errc::no_such_file_or_directory);
    auto body = std::make_shared<http::FileBody>();
    TRY_ASSIGN(body->fd, base::open_file(state.blobs() / query.text(0), O_RDONLY | O_NOFOLLOW));
    TRY_ASSIGN(body->length, base::file_size(body->fd));
    return body;
  };
  auto body = co_await api.readers.read(std::move(open));
  if (!body) co_return Response::error(body.error());
  co_return Response::file(std::move(**body), path);
}

}  // namespace api
