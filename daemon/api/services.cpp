// SPDX-License-Identifier: Apache-2.0
// Routes of web services: made, changed and removed here; their requests go through scoring.cpp.

#include "base/text.h"
#include "daemon/api/api.h"
#include "protocol/json.h"

namespace api {

using nlohmann::json;
using services::ServicePtr;

namespace {

constexpr std::size_t kLongestKey = 200;

json version_json(const services::Keeper& service, const services::Version& version) {
  return {{"number", version.number},
          {"run", protocol::text_or_null(version.run).is_null() ? json(nullptr) : json(version.run)},
          {"created", base::iso_time(version.created)},
          {"models", version.models},
          {"state", service.word_for(version)}};
}

/// What the host answers at its address; the port is this daemon's.
std::string address_of(const Api& api, const services::Record& record, const std::string& path) {
  return api.addresses.value("url", "") + "/services/" + base::percent_encode(record.address, "@") + path;
}

json service_json(const Api& api, const services::Keeper& service) {
  const services::Record& r = service.record();
  json versions = json::array();
  for (const auto& [number, version] : r.versions) versions.push_back(version_json(service, version));
  const auto current = r.versions.find(r.current);
  const json shown = current != r.versions.end() ? version_json(service, current->second)
                     : versions.empty()          ? json::object()
                                                 : versions.back();
  return {{"name", r.name},
          {"workspace", protocol::to_json(r.workspace)},
          {"state", services::word(service.state())},
          {"reason", service.reason().empty() ? json(nullptr) : json(service.reason())},
          {"version", shown.value("number", json(nullptr))},
          {"run", shown.value("run", json(nullptr))},
          {"models", shown.value("models", json::array())},
          {"versions", std::move(versions)},
          {"scoring_uri", address_of(api, r, "/score")},
          {"swagger_uri", address_of(api, r, "/swagger.json")},
          {"auth", r.auth},
          {"timeout", r.timeout},
          {"compute_type", r.compute_type},
          {"description", r.description},
          {"tags", r.tags},
          {"properties", r.properties},
          {"created", base::iso_time(r.created)},
          {"updated", base::iso_time(r.updated)}};
}

/// The service that the path names, in the workspace of the query.
Result<ServicePtr> service_of(const Api& api, const Request& request) {
  return api.services.find(workspace_of(request).value_or(protocol::WorkspaceId()), request.parameter("name"));
}

json keys_json(const services::Record& record) {
  return {{"primary", record.primary}, {"secondary", record.secondary}};
}

Result<std::string> key_from_json(const json& body) {
  std::string key;
  TRY(read_field(body, "value", key));
  if (key.empty()) return services::new_key();
  const auto is_plain = [](unsigned char c) { return c > ' ' && c < 0x7f; };
  if (key.size() > kLongestKey || !std::all_of(key.begin(), key.end(), is_plain))
    return base::error("'value' is not a key: at most 200 visible ASCII characters without blanks");
  return key;
}

}  // namespace

Task<Result<Response>> post_service(Api& api, Request& request) {
  CO_TRY_ASSIGN(const json body, request.json());
  CO_TRY_ASSIGN(auto asked, services::service_from_json(body));
  CO_TRY(check_workspace(asked.workspace));
  const auto service = co_await api.services.create(std::move(asked));
  if (!service) co_return refused_source(service.error(), service.error().largest);
  co_return Response::json(service_json(api, **service), 201);
}

Task<Result<Response>> get_services(Api& api, Request& request) {
  json items = json::array();
  for (const auto& service : api.services.all(workspace_of(request))) items.push_back(service_json(api, *service));
  co_return Response::json({{"items", std::move(items)}, {"next", nullptr}});
}

Task<Result<Response>> get_service(Api& api, Request& request) {
  CO_TRY_ASSIGN(const ServicePtr service, service_of(api, request));
  co_return Response::json(service_json(api, *service));
}

Task<Result<Response>> change_service(Api& api, Request& request) {
  CO_TRY_ASSIGN(const ServicePtr service, service_of(api, request));
  CO_TRY_ASSIGN(const json body, request.json());
  CO_TRY_ASSIGN(auto change, services::change_from_json(body));
  const auto changed = co_await api.services.change(service, std::move(change));
  if (!changed) co_return refused_source(changed.error(), changed.error().largest);
  co_return Response::json(service_json(api, *service));
}

Task<Result<Response>> delete_service(Api& api, Request& request) {
  CO_TRY_ASSIGN(const ServicePtr service, service_of(api, request));
  AWAIT_TRY(api.services.remove(service));
  co_return Response::json({{"removed", service->record().name}});
}

Task<Result<Response>> get_service_keys(Api& api, Request& request) {
  CO_TRY_ASSIGN(const ServicePtr service, service_of(api, request));
  co_return Response::json(keys_json(service->record()));
}

Task<Result<Response>> post_service_key(Api& api, Request& request) {
  CO_TRY_ASSIGN(const ServicePtr service, service_of(api, request));
  CO_TRY_ASSIGN(const json body, request.json());
  std::string which;
  CO_TRY(read_field(body, "key", which));
  if (which != "Primary" && which != "Secondary") co_return base::error("'key' is Primary or Secondary");
  CO_TRY_ASSIGN(std::string key, key_from_json(body));
  AWAIT_TRY(api.services.set_key(service, which == "Primary", std::move(key)));
  co_return Response::json(keys_json(service->record()));
}

}  // namespace api
