// SPDX-License-Identifier: Apache-2.0
// Routes of targets: those with slots, and other names of them.

#include "daemon/api/api.h"
#include "daemon/runs/targets.h"

#include "protocol/json.h"

namespace api {

using base::Result;
using nlohmann::json;

namespace {

constexpr std::int64_t kMostSlots = 10'000;
constexpr std::size_t kLargestProperties = 64 << 10;

json names_of(store::Database& database, const std::vector<store::RunKey>& keys) {
  json names = json::array();
  for (const store::RunKey key : keys) {
    store::Query query = database.query("SELECT id FROM run WHERE key = ?");
    const auto found = query.bind(key).step();
    if (found && *found) names.push_back(query.text(0));
  }
  return names;
}

/// All targets as answers show them: what the queue knows, with what was said about them.
Task<Result<json>> targets_of(Api& api) {
  auto ask = [views = api.runs.queue().view()](store::Database& database) -> Result<json> {
    TRY_ASSIGN(const json known, store::list_targets(database));
    json items = json::array();
    for (const auto& view : views) {
      json item = {{"name", view.name}, {"slots", view.slots}, {"alias_of", nullptr}, {"created", nullptr}, {"properties", json::object()},
                   {"running", names_of(database, view.running)}, {"queued", names_of(database, view.queued)}};
      for (const auto& target : known)
        if (target["name"] == view.name)
          for (const char* key : {"alias_of", "created", "properties"}) item[key] = target[key];
      items.push_back(std::move(item));
    }
    return items;
  };
  co_return co_await api.readers.read(std::move(ask));
}

Task<Response> answer_target(Api& api, std::string name, int status) {
  auto items = co_await targets_of(api);
  if (!items) co_return Response::error(items.error());
  for (const auto& item : *items)
    if (item["name"] == name) co_return Response::json(item, status);
  co_return Response::error(404, "not_found", "there is no target '" + name + "'");
}

Task<Response> set_alias(Api& api, std::string name, const json& body) {
  std::string target;
  json properties = body.value("properties", json::object());
  auto valid = read_field(body, "alias_of", target);
  if (valid && body.contains("slots")) valid = base::error("'slots' and 'alias_of' exclude each other");
  if (valid && !properties.is_object()) valid = base::error("'properties' is not an object");
  if (valid && properties.dump(-1, ' ', false, json::error_handler_t::replace).size() > kLargestProperties) valid = base::error("'properties' is larger than 64 KiB");
  if (!valid) co_return Response::error(valid.error());
  auto is_new = co_await runs::set_alias(api.store, api.runs, name, target, std::move(properties));
  if (!is_new) co_return Response::error(is_new.error());
  co_return co_await answer_target(api, name, *is_new ? 201 : 200);
}

}  // namespace

Task<Response> get_targets(Api& api, Request&) {
  auto items = co_await targets_of(api);
  if (!items) co_return Response::error(items.error());
  co_return Response::json({{"items", *items}, {"next", nullptr}});
}

Task<Response> post_target(Api& api, Request& request) {
  const std::string name = request.parameter("name");
  auto body = request.json();
  auto valid = body ? protocol::check_name("target", name) : Result<void>(body.error());
  if (!valid) co_return Response::error(valid.error());
  if (body->contains("alias_of")) co_return co_await set_alias(api, name, *body);
  std::int64_t slots = -1;
  valid = read_field(*body, "slots", slots);
  if (valid && (slots < 0 || slots > kMostSlots)) valid = base::error("'slots' is not a number from 0 to " + std::to_string(kMostSlots));
  if (!valid) co_return Response::error(valid.error());
  const bool is_new = !api.runs.queue().knows(name);
  auto set = co_await runs::set_slots(api.store, api.runs, name, slots);
  if (!set) co_return Response::error(set.error());
  co_return co_await answer_target(api, name, is_new ? 201 : 200);
}

Task<Response> delete_target(Api& api, Request& request) {
  const std::string name = request.parameter("name");
  auto forgotten = co_await runs::forget_alias(api.store, api.runs, name);
  if (!forgotten) co_return Response::error(forgotten.error());
  co_return Response::json({{"removed", name}});
}

}  // namespace api
