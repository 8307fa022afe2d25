// SPDX-License-Identifier: Apache-2.0
// Routes of targets: those with slots, and aliases of them.
// A target that is unknown to the API is an error: at a prompt it is a typing mistake. The SDK sends `local`
// instead, because notebooks name clusters that existed only in the cloud.

#include "daemon/runs/targets.h"
#include "daemon/api/api.h"
#include "daemon/store/queries/workspaces.h"
#include "protocol/json.h"

namespace api {

using nlohmann::json;

namespace {

constexpr std::int64_t kMostSlots = 10'000;
constexpr std::size_t kLargestProperties = 64 << 10;

/// All targets as answers show them: what the queue knows, with what was said about them.
Task<Result<json>> targets_of(Api& api) {
  auto ask = [views = api.runs.queue().view()](store::Database& database) -> Result<json> {
    TRY_ASSIGN(const json known, store::list_targets(database));
    json items = json::array();
    for (const auto& view : views) {
      TRY_ASSIGN(const auto running, store::ids_of(database, view.running));
      TRY_ASSIGN(const auto queued, store::ids_of(database, view.queued));
      json item = {{"name", view.name},  {"slots", view.slots},          {"alias_of", nullptr},
                   {"created", nullptr}, {"properties", json::object()}, {"running", running},
                   {"queued", queued}};
      for (const auto& target : known)
        if (target["name"] == view.name)
          for (const char* key : {"alias_of", "created", "properties"}) item[key] = target[key];
      items.push_back(std::move(item));
    }
    return items;
  };
  co_return co_await api.readers.read(std::move(ask));
}

Task<Result<Response>> answer_target(Api& api, std::string name, int status) {
  AWAIT_TRY_ASSIGN(const json items, targets_of(api));
  for (const auto& item : items)
    if (item["name"] == name) co_return Response::json(item, status);
  co_return base::error("there is no target '" + name + "'", std::errc::no_such_file_or_directory);
}

struct NewAlias {
  std::string target;
  json properties;
};

Result<NewAlias> alias_from_json(const json& body) {
  NewAlias alias{.target = {}, .properties = body.value("properties", json::object())};
  TRY(read_field(body, "alias_of", alias.target));
  if (body.contains("slots")) return base::error("'slots' and 'alias_of' exclude each other");
  if (!alias.properties.is_object()) return base::error("'properties' is not an object");
  if (protocol::to_text(alias.properties).size() > kLargestProperties)
    return base::error("'properties' is larger than 64 KiB");
  return alias;
}

Result<std::int64_t> slots_from_json(const json& body) {
  std::int64_t slots = -1;
  TRY(read_field(body, "slots", slots));
  if (slots < 0 || slots > kMostSlots)
    return base::error("'slots' is not a number from 0 to " + std::to_string(kMostSlots));
  return slots;
}

/// True when the target is new.
Task<Result<bool>> set_target(Api& api, std::string name, json body) {
  if (body.contains("alias_of")) {
    CO_TRY_ASSIGN(NewAlias alias, alias_from_json(body));
    co_return co_await runs::set_alias(api.store, api.runs, name, std::move(alias.target), std::move(alias.properties));
  }
  CO_TRY_ASSIGN(const std::int64_t slots, slots_from_json(body));
  const bool is_new = !api.runs.queue().knows(name);
  AWAIT_TRY(runs::set_slots(api.store, api.runs, name, slots));
  co_return is_new;
}

}  // namespace

Task<Result<Response>> get_targets(Api& api, Request&) {
  AWAIT_TRY_ASSIGN(const json items, targets_of(api));
  co_return Response::json({{"items", items}, {"next", nullptr}});
}

Task<Result<Response>> post_target(Api& api, Request& request) {
  const std::string& name = request.parameter("name");
  CO_TRY_ASSIGN(json body, request.json());
  CO_TRY(protocol::check_name("target", name));
  AWAIT_TRY_ASSIGN(const bool is_new, set_target(api, name, std::move(body)));
  co_return co_await answer_target(api, name, is_new ? 201 : 200);
}

Task<Result<Response>> delete_target(Api& api, Request& request) {
  const std::string& name = request.parameter("name");
  AWAIT_TRY(runs::forget_alias(api.store, api.runs, name));
  co_return Response::json({{"removed", name}});
}

}  // namespace api
