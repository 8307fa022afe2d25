// SPDX-License-Identifier: Apache-2.0
// Routes of registered environments.

#include "daemon/api/api.h"

#include "protocol/json.h"

namespace api {

using base::Result;
using nlohmann::json;

namespace {

constexpr std::size_t kLargestDefinition = 1 << 20;

struct NewEnvironment {
  protocol::WorkspaceId workspace;
  std::string name;
  json definition;
};

Result<NewEnvironment> environment_from_json(const json& body) {
  NewEnvironment environment;
  TRY_ASSIGN(environment.workspace, protocol::workspace_from_json(body.value("workspace", json())));
  TRY(read_field(body, "name", environment.name));
  TRY(protocol::check_name("environment", environment.name));
  environment.definition = body.value("definition", json());
  if (!environment.definition.is_object()) return base::error("'definition' is not a JSON object");
  if (environment.definition.dump(-1, ' ', false, json::error_handler_t::replace).size() > kLargestDefinition)
    return base::error("'definition' is larger than 1 MB");
  return environment;
}

/// Its newest version; nothing when there is none.
Result<std::optional<json>> newest(store::Database& database, const NewEnvironment& environment) {
  TRY_ASSIGN(const json found, store::list_environments(database, {environment.workspace, environment.name, 0, true}));
  return found["items"].empty() ? std::optional<json>() : std::optional<json>(found["items"][0]);
}

/// True when it is a new version.
Result<bool> register_version(store::Ingest& ingest, const NewEnvironment& environment) {
  TRY_ASSIGN(const auto before, newest(ingest.database(), environment));
  if (before && (*before)["definition"] == environment.definition) return false;
  const std::int64_t version = before ? std::stoll((*before)["version"].get<std::string>()) + 1 : 1;
  TRY(ingest.append_yard({{"k", "environment"}, {"workspace", protocol::to_json(environment.workspace)}, {"name", environment.name},
                          {"version", version}, {"definition", environment.definition}}));
  return true;
}

}  // namespace

Task<Response> post_environment(Api& api, Request& request) {
  auto body = request.json();
  auto environment = body ? environment_from_json(*body) : Result<NewEnvironment>(body.error());
  if (!environment) co_return Response::error(environment.error());
  auto write = [environment = *environment](store::Ingest& ingest) { return register_version(ingest, environment); };
  auto is_new = co_await api.store.write(std::move(write));
  if (!is_new) co_return Response::error(is_new.error());
  auto ask = [environment = *environment](store::Database& database) { return newest(database, environment); };
  auto found = co_await api.readers.read(std::move(ask));
  if (!found) co_return Response::error(found.error());
  co_return Response::json(found->value_or(json::object()), *is_new ? 201 : 200);
}

Task<Response> get_environments(Api& api, Request& request) {
  const auto version = request.number("version", 0, 0, std::numeric_limits<std::int64_t>::max());
  const auto latest = request.flag("latest", false);
  if (!version || !latest) co_return Response::error(version ? latest.error() : version.error());
  const store::EnvironmentFilter filter{workspace_of(request), request.value("name").value_or(""), *version, *latest};
  auto ask = [filter](store::Database& database) { return store::list_environments(database, filter); };
  auto list = co_await api.readers.read(std::move(ask));
  co_return list ? Response::json(*list) : Response::error(list.error());
}

}  // namespace api
