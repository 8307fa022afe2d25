// SPDX-License-Identifier: Apache-2.0
// Routes of datastores and datasets, which the SDK and the daemon keep in the same files, of the runs that name
// datasets, and of files that the SDK has fetched from web addresses.

#include "daemon/api/api.h"
#include "daemon/state/data_registry.h"
#include "daemon/state/dataset_preview.h"
#include "daemon/state/trash.h"
#include "daemon/state/workspace_lines.h"
#include "daemon/store/queries/datasets.h"
#include "protocol/json.h"

namespace api {

using nlohmann::json;

namespace {

/// What a body asks to register.
struct NewData {
  base::Path folder;  ///< of the workspace
  std::string name, path, type;
};

Result<NewData> data_from_json(const protocol::StateDir& state, const json& body) {
  NewData data;
  TRY_ASSIGN(const protocol::WorkspaceId workspace, protocol::workspace_from_json(body.value("workspace", json())));
  TRY(check_workspace(workspace));
  TRY(read_field(body, "name", data.name));
  TRY(read_field(body, "path", data.path));
  TRY(read_field(body, "type", data.type));
  data.folder = state::folder_of_workspace(state, workspace);
  return data;
}

using List = Result<json> (*)(const base::Path& folder);

/// The folder of the workspace that the query names, else of the usual one.
base::Path folder_of(const Api& api, const Request& request) {
  return state::folder_of_workspace(api.place.state, workspace_of(request).value_or(protocol::WorkspaceId()));
}

Task<Result<Response>> answer_list(Api& api, Request& request, List list) {
  const base::Path folder = folder_of(api, request);
  auto read = [folder, list] { return list(folder); };
  AWAIT_TRY_ASSIGN(const json items, async::run_on(api.threads.quick, std::move(read)));
  json body = {{"items", items}, {"next", nullptr}};
  co_return co_await long_json(api, std::move(body));
}

}  // namespace

Task<Result<Response>> get_datastores(Api& api, Request& request) {
  co_return co_await answer_list(api, request, state::list_datastores);
}

Task<Result<Response>> post_datastore(Api& api, Request& request) {
  CO_TRY_ASSIGN(const json body, request.json());
  CO_TRY_ASSIGN(const NewData data, data_from_json(api.place.state, body));
  auto link = [data] { return state::link_datastore(data.folder, data.name, data.path); };
  AWAIT_TRY_ASSIGN(const json made, async::run_on(api.threads.quick, std::move(link)));
  co_return Response::json(made, 201);
}

Task<Result<Response>> get_datasets(Api& api, Request& request) {
  co_return co_await answer_list(api, request, state::list_datasets);
}

Task<Result<Response>> post_dataset(Api& api, Request& request) {
  CO_TRY_ASSIGN(const json body, request.json());
  CO_TRY_ASSIGN(const NewData data, data_from_json(api.place.state, body));
  auto add = [data] { return state::register_dataset(data.folder, data.name, data.path, data.type); };
  AWAIT_TRY_ASSIGN(const json made, async::run_on(api.threads.quick, std::move(add)));
  co_return Response::json(made, 201);
}

Task<Result<Response>> get_dataset(Api& api, Request& request) {
  auto ask = [folder = folder_of(api, request),
              id = request.parameter("id")](store::Database& database) -> Result<json> {
    TRY_ASSIGN(state::FoundDataset found, state::find_dataset(folder, id));
    TRY_ASSIGN(const json runs, store::runs_of_datasets(database, found.ids, found.run, found.output));
    found.shown.update(runs);
    return std::move(found.shown);
  };
  AWAIT_TRY_ASSIGN(json dataset, api.readers.read_long(std::move(ask)));
  co_return co_await long_json(api, std::move(dataset));
}

Task<Result<Response>> get_dataset_preview(Api& api, Request& request) {
  auto look = [folder = folder_of(api, request),
               id = request.parameter("id")](const std::atomic<bool>&) -> Result<json> {
    TRY_ASSIGN(const state::FoundDataset found, state::find_dataset(folder, id));
    return state::preview_of(found.shown);
  };
  AWAIT_TRY_ASSIGN(json preview, api.threads.long_answers.run(std::move(look)));
  co_return co_await long_json(api, std::move(preview));
}

Task<Result<Response>> get_run_datasets(Api& api, Request& request) {
  auto ask = [place = api.place, id = request.parameter("id")](store::Database& database) -> Result<json> {
    TRY_ASSIGN(const store::DatasetsOfRun found, store::datasets_of_run(database, id));
    return state::list_datasets_of_run(state::folder_of_workspace(place.state, found.workspace), id, found.uses);
  };
  AWAIT_TRY_ASSIGN(json datasets, api.readers.read_long(std::move(ask)));
  co_return co_await long_json(api, std::move(datasets));
}

Task<Result<Response>> delete_fetched(Api& api, Request&) {
  auto remove = [state = api.place.state]() -> Result<std::uint64_t> {
    const std::uint64_t bytes = base::disk_usage(state.fetched());
    TRY(state::put_away(state, state.fetched()));
    return bytes;
  };
  AWAIT_TRY_ASSIGN(const std::uint64_t bytes, async::run_on(api.threads.quick, std::move(remove)));
  co_return Response::json({{"removed_bytes", bytes}});
}

}  // namespace api
