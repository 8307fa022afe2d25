// SPDX-License-Identifier: Apache-2.0
// Routes of experiments.

#include "daemon/api/api.h"
#include "daemon/store/queries/workspaces.h"
#include "protocol/json.h"
#include "protocol/labels.h"

namespace api {

using nlohmann::json;

namespace {

Result<store::ExperimentFilter> named_in(const json& body) {
  store::ExperimentFilter filter;
  TRY_ASSIGN(filter.workspace, protocol::workspace_from_json(body.value("workspace", json())));
  TRY(check_workspace(*filter.workspace));
  TRY(read_field(body, "name", filter.name));
  TRY(protocol::check_experiment_name(filter.name));
  return filter;
}

/// What may be changed of an experiment: tags, untag, archived.
Result<protocol::ExperimentChanged> experiment_change_from_json(const json& body) {
  protocol::ExperimentChanged change;
  TRY_ASSIGN(change.tags, protocol::tags_from_json(body));
  TRY_ASSIGN(change.untag, protocol::names_from_json(body, "untag"));
  if (const auto archived = body.find("archived"); archived != body.end() && !archived->is_null()) {
    if (!archived->is_boolean()) return base::error("'archived' is neither true nor false");
    change.archived = archived->get<bool>();
  }
  return change;
}

Result<json> find_experiment(store::Database& database, std::int64_t key, const std::string& id) {
  store::ExperimentFilter filter;
  filter.key = key;
  TRY_ASSIGN(const json found, store::list_experiments(database, filter));
  if (key == 0 || found["items"].empty())
    return base::error("there is no experiment of id '" + id + "'", std::errc::no_such_file_or_directory);
  return found["items"][0];
}

}  // namespace

Task<Result<Response>> post_experiment(Api& api, Request& request) {
  CO_TRY_ASSIGN(const json body, request.json());
  CO_TRY_ASSIGN(const store::ExperimentFilter filter, named_in(body));
  auto ask = [filter](store::Database& database) { return store::list_experiments(database, filter); };
  auto known = [ask](store::Database& database) -> Result<bool> {
    TRY_ASSIGN(const json found, ask(database));
    return !found["items"].empty();
  };
  protocol::ExperimentMade made{*filter.workspace, filter.name};
  AWAIT_TRY_ASSIGN(const bool is_new, append_once(api, std::move(made), std::move(known)));
  AWAIT_TRY_ASSIGN(const json found, api.readers.read(std::move(ask)));
  co_return Response::json(found["items"].at(0), is_new ? 201 : 200);
}

Task<Result<Response>> change_experiment(Api& api, Request& request) {
  auto ask = [key = number_parameter(request, "id"), id = request.parameter("id")](store::Database& database) {
    return find_experiment(database, key, id);
  };
  CO_TRY_ASSIGN(const json body, request.json());
  CO_TRY_ASSIGN(auto change, experiment_change_from_json(body));
  AWAIT_TRY_ASSIGN(const json before, api.readers.read(ask));
  CO_TRY_ASSIGN(change.workspace, protocol::workspace_from_json(before["workspace"]));
  change.experiment = before["name"].get<std::string>();
  AWAIT_TRY(api.store.write([change](store::Ingest& ingest) { return ingest.append_state_fact(change); }));
  AWAIT_TRY_ASSIGN(const json after, api.readers.read(std::move(ask)));
  co_return Response::json(after);
}

Task<Result<Response>> get_experiments(Api& api, Request& request) {
  CO_TRY_ASSIGN(const bool children, request.flag("children", true));
  const store::ExperimentFilter filter{workspace_of(request), request.value("name").value_or(""), 0, children};
  AWAIT_TRY_ASSIGN(const json list, api.readers.read_long([filter](store::Database& database) {
    return store::list_experiments(database, filter);
  }));
  co_return Response::json(list);
}

}  // namespace api
