// SPDX-License-Identifier: Apache-2.0
// Routes of registered environments.

#include "daemon/api/api.h"

#include "daemon/store/queries/workspaces.h"
#include "protocol/json.h"

namespace api {

using nlohmann::json;
using protocol::EnvironmentRegistered;

namespace {

constexpr std::size_t kLargestDefinition = 1 << 20;

/// Without its version.
Result<EnvironmentRegistered> environment_from_json(const json& body) {
  EnvironmentRegistered environment;
  TRY_ASSIGN(environment.workspace, protocol::workspace_from_json(body.value("workspace", json())));
  TRY(read_field(body, "name", environment.name));
  TRY(protocol::check_name("environment", environment.name));
  environment.definition = body.value("definition", json());
  if (!environment.definition.is_object()) return base::error("'definition' is not a JSON object");
  if (protocol::to_text(environment.definition).size() > kLargestDefinition)
    return base::error("'definition' is larger than 1 MB");
  return environment;
}

/// The newest version of that name; nothing when there is none.
Result<std::optional<json>> newest(store::Database& database, const EnvironmentRegistered& environment) {
  TRY_ASSIGN(const json found, store::list_environments(database, {environment.workspace, environment.name, 0, true}));
  return found["items"].empty() ? std::optional<json>() : std::optional<json>(found["items"][0]);
}

/// True when it is a new version.
Result<bool> register_version(store::Ingest& ingest, EnvironmentRegistered environment) {
  TRY_ASSIGN(const auto before, newest(ingest.database(), environment));
  if (before && (*before)["definition"] == environment.definition) return false;
  environment.version = before ? std::stoll((*before)["version"].get<std::string>()) + 1 : 1;
  TRY(ingest.append_state_fact(environment));
  return true;
}

}  // namespace

Task<Result<Response>> post_environment(Api& api, Request& request) {
  CO_TRY_ASSIGN(const json body, request.json());
  CO_TRY_ASSIGN(const EnvironmentRegistered environment, environment_from_json(body));
  AWAIT_TRY_ASSIGN(const bool is_new, api.store.write([environment](store::Ingest& ingest) {
    return register_version(ingest, environment);
  }));
  AWAIT_TRY_ASSIGN(const auto found, api.readers.read([environment](store::Database& database) {
    return newest(database, environment);
  }));
  co_return Response::json(found.value_or(json::object()), is_new ? 201 : 200);
}

Task<Result<Response>> get_environments(Api& api, Request& request) {
  CO_TRY_ASSIGN(const std::int64_t version, request.number("version", 0, 0, std::numeric_limits<std::int64_t>::max()));
  CO_TRY_ASSIGN(const bool latest, request.flag("latest", false));
  const store::EnvironmentFilter filter{workspace_of(request), request.value("name").value_or(""), version, latest};
  AWAIT_TRY_ASSIGN(const json list, api.readers.read([filter](store::Database& database) {
    return store::list_environments(database, filter);
  }));
  co_return Response::json(list);
}

}  // namespace api
