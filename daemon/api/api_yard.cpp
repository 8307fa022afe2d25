// SPDX-License-Identifier: Apache-2.0
// Routes of what belongs to no run: the daemon itself, workspaces, experiments.
#include <unistd.h>

#include "base/file.h"
#include "base/process.h"
#include "daemon/api/api.h"
#include "protocol/labels.h"
#include "protocol/json.h"

namespace api {

using base::Result;
using nlohmann::json;

namespace {

Result<void> check_workspace(const protocol::WorkspaceId& id) {
  TRY(protocol::check_name("subscription", id.subscription_id));
  TRY(protocol::check_name("resource group", id.resource_group));
  return protocol::check_name("workspace", id.name);
}

/// Appends `fact` unless `known` finds that the yard has it; true when it was new.
Task<Result<bool>> append_once(Api& api, json fact, std::function<Result<bool>(store::Database&)> known) {
  auto write = [fact = std::move(fact), known = std::move(known)](store::Ingest& ingest) -> Result<bool> {
    TRY_ASSIGN(const bool there, known(ingest.database()));
    if (there) return false;
    TRY(ingest.append_yard(fact));
    return true;
  };
  co_return co_await api.store.write(std::move(write));
}

Result<bool> has_workspace(store::Database& database, const protocol::WorkspaceId& id) {
  TRY_ASSIGN(const auto found, store::workspace_json(database, id));
  return found.has_value();
}

/// What may be changed of an experiment: tags, untag, archived.
Result<json> experiment_change_from_json(const json& body) {
  json fact = {{"k", "experiment_changed"}};
  TRY_ASSIGN(fact["tags"], protocol::labels_from_json(body, "tags", true));
  TRY_ASSIGN(fact["untag"], protocol::names_from_json(body, "untag"));
  if (const auto archived = body.find("archived"); archived != body.end() && !archived->is_null()) {
    if (!archived->is_boolean()) return base::error("'archived' is neither true nor false");
    fact["archived"] = *archived;
  }
  return fact;
}

}  // namespace

Task<Response> get_status(Api& api, Request&) {
  auto ask = [](store::Database& database) { return store::count_runs(database); };
  auto counts = co_await api.status_readers.read(std::move(ask));
  if (!counts) co_return Response::error(counts.error());
  json status = api.addresses;
  status["state_dir"] = api.place.state.root.string();
  status["uid"] = ::getuid();
  status["started"] = base::iso_time(api.started);
  status["runs"] = std::move(*counts);
  status["warnings"] = json::array();
  co_return Response::json(status);
}

Task<Response> post_stop(Api& api, Request&) {
  api.stop();
  co_return Response::json({{"stopping", true}}, 202);
}

Task<Response> post_workspace(Api& api, Request& request) {
  auto body = request.json();
  if (!body) co_return Response::error(body.error());
  auto id = protocol::workspace_from_json(*body);
  if (!id) co_return Response::error(id.error());
  bool create = false;
  auto valid = read_field(*body, "create", create);
  if (valid) valid = check_workspace(*id);
  if (!valid) co_return Response::error(valid.error());
  bool is_new = false;
  if (create) {
    auto known = [id = *id](store::Database& database) { return has_workspace(database, id); };
    json fact = {{"k", "workspace"}, {"workspace", protocol::to_json(*id)}};
    auto made = co_await append_once(api, std::move(fact), std::move(known));
    if (!made) co_return Response::error(made.error());
    is_new = *made;
  }
  auto ask = [id = *id](store::Database& database) { return store::workspace_json(database, id); };
  auto found = co_await api.readers.read(std::move(ask));
  if (!found) co_return Response::error(found.error());
  if (!*found) co_return Response::error(404, "not_found", "there is no workspace '" + id->name + "'");
  (**found)["is_new"] = is_new;
  co_return Response::json(**found, is_new ? 201 : 200);
}

Task<Response> get_workspaces(Api& api, Request&) {
  auto ask = [](store::Database& database) { return store::list_workspaces(database); };
  auto list = co_await api.readers.read(std::move(ask));
  co_return list ? Response::json(*list) : Response::error(list.error());
}

Task<Response> post_experiment(Api& api, Request& request) {
  auto body = request.json();
  if (!body) co_return Response::error(body.error());
  store::ExperimentFilter filter;
  auto id = protocol::workspace_from_json(body->value("workspace", json()));
  auto valid = id ? check_workspace(*id) : Result<void>(id.error());
  if (valid) valid = read_field(*body, "name", filter.name);
  if (valid) valid = protocol::check_experiment_name(filter.name);
  if (!valid) co_return Response::error(valid.error());
  filter.workspace = *id;
  auto ask = [filter](store::Database& database) { return store::list_experiments(database, filter); };
  auto known = [ask](store::Database& database) -> Result<bool> {
    TRY_ASSIGN(const json found, ask(database));
    return !found["items"].empty();
  };
  json fact = {{"k", "experiment"}, {"workspace", protocol::to_json(*id)}, {"experiment", filter.name}};
  auto made = co_await append_once(api, std::move(fact), std::move(known));
  if (!made) co_return Response::error(made.error());
  auto found = co_await api.readers.read(std::move(ask));
  if (!found) co_return Response::error(found.error());
  co_return Response::json((*found)["items"].at(0), *made ? 201 : 200);
}

Task<Response> change_experiment(Api& api, Request& request) {
  const std::string id = request.parameter("id");
  store::ExperimentFilter filter;
  filter.key = number_parameter(request, "id");
  auto ask = [filter, id](store::Database& database) -> Result<json> {
    TRY_ASSIGN(const json found, store::list_experiments(database, filter));
    if (filter.key == 0 || found["items"].empty()) return base::error("there is no experiment of id '" + id + "'", std::errc::no_such_file_or_directory);
    return found["items"][0];
  };
  auto body = request.json();
  auto fact = body ? experiment_change_from_json(*body) : Result<json>(body.error());
  if (!fact) co_return Response::error(fact.error());
  auto before = co_await api.readers.read(ask);
  if (!before) co_return Response::error(before.error());
  (*fact)["workspace"] = (*before)["workspace"];
  (*fact)["experiment"] = (*before)["name"];
  auto write = [fact = *fact](store::Ingest& ingest) -> Result<bool> {
    TRY(ingest.append_yard(fact));
    return true;
  };
  auto written = co_await api.store.write(std::move(write));
  if (!written) co_return Response::error(written.error());
  auto after = co_await api.readers.read(std::move(ask));
  co_return after ? Response::json(*after) : Response::error(after.error());
}

Task<Response> get_experiments(Api& api, Request& request) {
  const auto children = request.flag("children", true);
  if (!children) co_return Response::error(children.error());
  const store::ExperimentFilter filter{workspace_of(request), request.value("name").value_or(""), 0, *children};
  auto ask = [filter](store::Database& database) { return store::list_experiments(database, filter); };
  auto list = co_await api.readers.read_long(std::move(ask));
  co_return list ? Response::json(*list) : Response::error(list.error());
}

Task<Response> get_usage(Api& api, Request&) {
  const auto state = api.place.state;
  auto measure = [state](const std::atomic<bool>& canceled) -> Result<json> {
    json items = json::array();
    std::error_code code;
    for (std::filesystem::directory_iterator entry(state.runs(), code), end; !code && !canceled && entry != end; entry.increment(code))
      if (const std::string name = entry->path().filename(); !name.starts_with('.'))
        items.push_back({{"run", name}, {"bytes", base::disk_usage(entry->path())}});
    const auto database = std::filesystem::file_size(state.database(), code);
    return json{{"items", std::move(items)},
                {"snapshots_bytes", base::disk_usage(state.snapshots())},
                {"environments_bytes", base::disk_usage(state.environments())},
                {"contents_bytes", base::disk_usage(state.blobs())},
                {"datastores_bytes", base::disk_usage(state.datastores())},
                {"database_bytes", code ? 0 : database}};
  };
  auto usage = co_await api.threads.long_answers.run(std::move(measure));
  if (!usage) co_return Response::error(usage.error());
  co_return co_await long_json(api, std::move(*usage));
}

}  // namespace api
