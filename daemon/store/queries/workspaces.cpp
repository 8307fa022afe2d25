// SPDX-License-Identifier: Apache-2.0
// Reads workspaces and what they hold (experiments, models, environments), and targets.

#include "daemon/store/queries/workspaces.h"
#include "base/clock.h"
#include "base/text.h"
#include "protocol/json.h"
#include "protocol/json_field.h"
#include "protocol/labels.h"
#include "protocol/run_state.h"

namespace store {

using base::Result;
using nlohmann::json;

namespace {

/// Adds a condition: the object `object` in the model's fact has the member that `text` ("K" or "K=V") asks for.
void add_member_filter(std::string& where, std::vector<std::string>& values, const std::string& text,
                       std::string_view object) {
  const protocol::LabelFilter filter = protocol::label_filter(text);
  where += " AND EXISTS (SELECT 1 FROM json_each(m.fact, '$." + std::string(object) + "') x WHERE x.key = ?";
  values.push_back(filter.name);
  if (filter.value) {
    where += " AND x.value = ?";
    values.push_back(*filter.value);
  }
  where += ")";
}

void add_workspace(std::string& where, std::vector<std::string>& values,
                   const std::optional<protocol::WorkspaceId>& id) {
  if (!id) return;
  where += " AND w.subscription = ? AND w.resource_group = ? AND w.name = ?";
  values.insert(values.end(), {id->subscription_id, id->resource_group, id->name});
}

/// Turns counts by the number of a state, {"3": 2}, into counts by its name, {"Running": 2}.
json counts_of(const std::string& text) {
  json counts = json::object();
  const json by_number = json::parse(text, nullptr, false);
  for (const auto& [number, runs] : by_number.items())
    counts[std::string(protocol::to_string(static_cast<protocol::RunState>(std::stoi(number))))] = runs;
  return counts;
}

json model_of_row(const Place& place, const Query& row) {
  json model = json::parse(row.text(1), nullptr, false);
  const std::int64_t number = row.integer(0);
  std::uint64_t size = 0;
  for (const auto& file : model["files"]) size += protocol::value_at(file, "size", std::uint64_t{0});
  model.erase("k");
  model.erase("t");
  model["id"] =
      protocol::text_at(model, "name") + ":" + std::to_string(protocol::value_at(model, "version", std::int64_t{1}));
  model["created"] = base::iso_time(row.integer(2));
  model["size"] = size;
  model["url"] = place.url + "/models/" + std::to_string(number);
  return model;
}

}  // namespace

Result<json> list_workspaces(Database& database) {
  json items = json::array();
  Query query = database.query("SELECT subscription, resource_group, name, created FROM workspace ORDER BY key");
  for (;;) {
    TRY_ASSIGN(const bool found, query.step());
    if (!found) return json{{"items", std::move(items)}, {"next", nullptr}};
    items.push_back({{"subscription_id", query.text(0)},
                     {"resource_group", query.text(1)},
                     {"name", query.text(2)},
                     {"created", base::iso_time(query.integer(3))}});
  }
}

Result<std::optional<json>> workspace_json(Database& database, const protocol::WorkspaceId& id) {
  Query query =
      database.query("SELECT created FROM workspace WHERE subscription = ? AND resource_group = ? AND name = ?");
  query.bind(id.subscription_id).bind(id.resource_group).bind(id.name);
  TRY_ASSIGN(const bool found, query.step());
  if (!found) return std::optional<json>();
  json workspace = protocol::to_json(id);
  workspace["created"] = base::iso_time(query.integer(0));
  return std::optional(std::move(workspace));
}

Result<json> list_experiments(Database& database, const ExperimentFilter& filter) {
  std::string where;
  std::vector<std::string> values;
  if (filter.workspace) {
    where += " AND w.subscription = ? AND w.resource_group = ? AND w.name = ?";
    values = {filter.workspace->subscription_id, filter.workspace->resource_group, filter.workspace->name};
  }
  if (!filter.name.empty()) {
    where += " AND e.name = ?";
    values.push_back(filter.name);
  }
  if (filter.key > 0) where += " AND e.key = " + std::to_string(filter.key);
  const std::string counted =
      " FROM tally t WHERE t.experiment = e.key" + std::string(filter.children ? "" : " AND NOT t.child");
  Query query = database.query_once(
      "SELECT e.key, e.name, w.subscription, w.resource_group, w.name, e.created,"
      " (SELECT coalesce(sum(t.runs), 0)" +
      counted +
      "), (SELECT max(max(r.created), coalesce((SELECT max(d.ended) FROM run d WHERE d.experiment = e.key), 0))"
      " FROM run r WHERE r.experiment = e.key) AS latest, e.fact,"
      " (SELECT json_group_object(state, runs) FROM (SELECT t.state, sum(t.runs) AS runs" +
      counted +
      " GROUP BY t.state))"
      " FROM experiment e JOIN workspace w ON w.key = e.workspace WHERE TRUE" +
      where + " ORDER BY coalesce(latest, e.created) DESC");
  for (const auto& value : values) query.bind(value);
  json items = json::array();
  for (;;) {
    TRY_ASSIGN(const bool found, query.step());
    if (!found) return json{{"items", std::move(items)}, {"next", nullptr}};
    const json fact = json::parse(query.text(8), nullptr, false);
    items.push_back(
        {{"id", std::to_string(query.integer(0))},
         {"name", query.text(1)},
         {"workspace", protocol::to_json(protocol::WorkspaceId{query.text(2), query.text(3), query.text(4)})},
         {"created", base::iso_time(query.integer(5))},
         {"runs", query.integer(6)},
         {"counts", counts_of(query.text(9))},
         {"last_activity", query.is_null(7) ? json(nullptr) : json(base::iso_time(query.integer(7)))},
         {"tags", fact.value("tags", json::object())},
         {"archived", fact.value("archived", json(nullptr))}});
  }
}

Result<json> list_targets(Database& database) {
  json items = json::array();
  Query query = database.query("SELECT name, slots, created, alias_of, properties, removed FROM target ORDER BY name");
  for (;;) {
    TRY_ASSIGN(const bool found, query.step());
    if (!found) return items;
    items.push_back({{"name", query.text(0)},
                     {"slots", query.integer(1)},
                     {"created", query.is_null(2) || query.text(0) == "local" ? json(nullptr)
                                                                              : json(base::iso_time(query.integer(2)))},
                     {"alias_of", query.is_null(3) ? json(nullptr) : json(query.text(3))},
                     {"properties", json::parse(query.text(4), nullptr, false)},
                     {"removed", query.integer(5) != 0}});
  }
}

Result<json> list_models(Database& database, const Place& place, const ModelFilter& filter) {
  std::string where;
  std::vector<std::string> values;
  add_workspace(where, values, filter.workspace);
  for (const auto& [column, value] : {std::pair("m.name", filter.name), std::pair("m.run", filter.run)})
    if (!value.empty()) {
      where += std::string(" AND ") + column + " = ?";
      values.push_back(value);
    }
  for (const auto& tag : filter.tags) add_member_filter(where, values, tag, "tags");
  for (const auto& property : filter.properties) add_member_filter(where, values, property, "properties");
  if (filter.version > 0) where += " AND m.version = " + std::to_string(filter.version);
  if (filter.number > 0) where += " AND m.number = " + std::to_string(filter.number);
  if (filter.before > 0) where += " AND m.number < " + std::to_string(filter.before);
  Query query = database.query_once(
      "SELECT m.number, m.fact, m.created FROM model m JOIN workspace w ON w.key = m.workspace WHERE NOT m.removed" +
      where + " ORDER BY m.number DESC LIMIT " + std::to_string(filter.limit + 1));
  for (const auto& value : values) query.bind(value);
  json items = json::array(), next = nullptr;
  for (;;) {
    TRY_ASSIGN(const bool found, query.step());
    if (!found) break;
    if (items.size() == static_cast<std::size_t>(filter.limit)) {
      next = items.back()["number"].dump();
      break;
    }
    items.push_back(model_of_row(place, query));
  }
  return json{{"items", std::move(items)}, {"next", std::move(next)}};
}

Result<std::string> model_file_digest(Database& database, std::int64_t number, const std::string& path) {
  Query query = database.query(
      "SELECT f.value ->> 'sha256' FROM model m, json_each(m.fact, '$.files') f WHERE m.number = ? AND NOT m.removed "
      "AND f.value ->> 'path' = ?");
  TRY_ASSIGN(const bool found, query.bind(number).bind(path).step());
  if (!found) return base::error("the model has no file '" + path + "'", std::errc::no_such_file_or_directory);
  return query.text(0);
}

Result<json> list_environments(Database& database, const EnvironmentFilter& filter) {
  std::string where;
  std::vector<std::string> values;
  add_workspace(where, values, filter.workspace);
  if (!filter.name.empty()) {
    where += " AND n.name = ?";
    values.push_back(filter.name);
  }
  if (filter.version > 0) where += " AND n.version = " + std::to_string(filter.version);
  if (filter.latest)
    where +=
        " AND n.version = (SELECT max(version) FROM environment o WHERE o.workspace = n.workspace AND o.name = n.name)";
  Query query = database.query_once(
      "SELECT n.name, n.version, n.created, n.definition, w.subscription, w.resource_group, w.name FROM environment n"
      " JOIN workspace w ON w.key = n.workspace WHERE TRUE" +
      where + " ORDER BY n.name, n.version DESC");
  for (const auto& value : values) query.bind(value);
  json items = json::array();
  for (;;) {
    TRY_ASSIGN(const bool found, query.step());
    if (!found) return json{{"items", std::move(items)}, {"next", nullptr}};
    items.push_back(
        {{"name", query.text(0)},
         {"version", std::to_string(query.integer(1))},
         {"created", base::iso_time(query.integer(2))},
         {"definition", json::parse(query.text(3), nullptr, false)},
         {"workspace", protocol::to_json(protocol::WorkspaceId{query.text(4), query.text(5), query.text(6)})}});
  }
}

}  // namespace store
