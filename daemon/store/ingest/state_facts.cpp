// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/ingest/state_facts.h"

#include "protocol/json.h"
#include "protocol/json_field.h"

namespace store {

using base::Micros;
using base::Result;
using nlohmann::json;
using protocol::object_at;
using protocol::text_at;
using protocol::value_at;

namespace {

/// The tags after a fact that sets some and removes others.
json changed_tags(json tags, const json& fact) {
  if (!tags.is_object()) tags = json::object();
  const json set = object_at(fact, "tags");
  for (const auto& [name, value] : set.items()) tags[name] = value;
  if (const auto untag = fact.find("untag"); untag != fact.end() && untag->is_array())
    for (const auto& name : *untag)
      if (name.is_string()) tags.erase(name.get<std::string>());
  return tags;
}

}  // namespace

Result<void> StateFacts::apply(const json& fact) {
  const std::string kind = text_at(fact, "k");
  const auto seconds = fact.find("t");
  const Micros time = seconds != fact.end() && seconds->is_number() ? base::from_seconds(seconds->get<double>()) : 0;
  if (const auto workspace = fact.find("workspace");
      workspace != fact.end() && !protocol::workspace_from_json(*workspace))
    return {};
  if (kind == "workspace") {
    TRY(workspace_of(fact, time));
    return {};
  }
  if (kind == "experiment") return experiment(fact, time);
  if (kind == "experiment_changed") return experiment_changed(fact, time);
  if (kind == "number") {
    TRY_ASSIGN(const std::int64_t key, experiment_of(fact, time));
    return rows_.number_used(key, value_at(fact, "number", std::int64_t{0}));
  }
  if (kind == "target") return target(fact, time);
  if (kind == "alias") return alias(fact, time);
  if (kind == "alias_removed")
    return database_.query("UPDATE target SET removed = 1 WHERE name = ? AND alias_of IS NOT NULL")
        .bind(text_at(fact, "name"))
        .run();
  if (kind == "model") return model(fact, time);
  if (kind == "model_changed") return model_changed(fact);
  if (kind == "model_removed")
    return database_.query("UPDATE model SET removed = 1 WHERE number = ?")
        .bind(value_at(fact, "number", std::int64_t{0}))
        .run();
  if (kind == "environment") return environment(fact, time);
  return {};
}

Result<std::int64_t> StateFacts::workspace_of(const json& fact, Micros time) {
  TRY_ASSIGN(const auto id, protocol::workspace_from_json(fact.value("workspace", json())));
  return rows_.workspace(id, time);
}

Result<std::int64_t> StateFacts::experiment_of(const json& fact, Micros time) {
  TRY_ASSIGN(const std::int64_t workspace, workspace_of(fact, time));
  return rows_.experiment(workspace, text_at(fact, "experiment"), time);
}

Result<void> StateFacts::experiment(const json& fact, Micros time) {
  TRY(experiment_of(fact, time));
  return {};
}

Result<void> StateFacts::experiment_changed(const json& fact, Micros time) {
  TRY_ASSIGN(const std::int64_t key, experiment_of(fact, time));
  json known = json::object();
  {
    Query query = database_.query("SELECT fact FROM experiment WHERE key = ?");
    TRY(query.bind(key).step());
    known = json::parse(query.text(0), nullptr, false);
  }
  if (!known.is_object()) known = json::object();
  known["tags"] = changed_tags(object_at(known, "tags"), fact);
  if (const auto archived = fact.find("archived"); archived != fact.end() && archived->is_boolean())
    known["archived"] = *archived ? json(base::iso_time(time)) : json(nullptr);
  return database_.query("UPDATE experiment SET fact = ? WHERE key = ?").bind(known.dump()).bind(key).run();
}

Result<void> StateFacts::target(const json& fact, Micros time) {
  return database_
      .query(
          "INSERT INTO target (name, slots, created) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET slots = "
          "excluded.slots, removed = 0")
      .bind(text_at(fact, "name"))
      .bind(value_at(fact, "slots", std::int64_t{1}))
      .bind(time)
      .run();
}

Result<void> StateFacts::alias(const json& fact, Micros time) {
  return database_
      .query(
          "INSERT INTO target (name, slots, created, alias_of, properties) VALUES (?, 0, ?, ?, ?) ON CONFLICT DO "
          "UPDATE SET"
          " created = CASE WHEN removed THEN excluded.created ELSE created END, alias_of = excluded.alias_of,"
          " properties = excluded.properties, removed = 0")
      .bind(text_at(fact, "name"))
      .bind(time)
      .bind(text_at(fact, "alias_of"))
      .bind(object_at(fact, "properties").dump())
      .run();
}

Result<void> StateFacts::model(const json& fact, Micros time) {
  TRY_ASSIGN(const std::int64_t workspace, workspace_of(fact, time));
  const std::string run = text_at(fact, "run");
  Query query = database_.query(
      "INSERT OR IGNORE INTO model (number, workspace, name, version, run, created, fact) VALUES (?, ?, ?, ?, ?, ?, "
      "?)");
  query.bind(value_at(fact, "number", std::int64_t{0}))
      .bind(workspace)
      .bind(text_at(fact, "name"))
      .bind(value_at(fact, "version", std::int64_t{1}));
  return query.bind(run.empty() ? std::nullopt : std::optional<std::string_view>(run))
      .bind(time)
      .bind(fact.dump())
      .run();
}

Result<void> StateFacts::model_changed(const json& fact) {
  const std::int64_t number = value_at(fact, "number", std::int64_t{0});
  json known;
  {
    Query query = database_.query("SELECT fact FROM model WHERE number = ?");
    TRY_ASSIGN(const bool found, query.bind(number).step());
    if (!found) return {};
    known = json::parse(query.text(0), nullptr, false);
  }
  known["tags"] = changed_tags(object_at(known, "tags"), fact);
  const json properties = object_at(fact, "properties");
  for (const auto& [name, value] : properties.items())
    if (!known["properties"].contains(name)) known["properties"][name] = value;
  if (fact.contains("description")) known["description"] = fact["description"];
  return database_.query("UPDATE model SET fact = ? WHERE number = ?").bind(known.dump()).bind(number).run();
}

Result<void> StateFacts::environment(const json& fact, Micros time) {
  TRY_ASSIGN(const std::int64_t workspace, workspace_of(fact, time));
  Query query = database_.query(
      "INSERT OR IGNORE INTO environment (workspace, name, version, created, definition) VALUES (?, ?, ?, ?, ?)");
  query.bind(workspace).bind(text_at(fact, "name")).bind(value_at(fact, "version", std::int64_t{1})).bind(time);
  return query.bind(object_at(fact, "definition").dump()).run();
}

}  // namespace store
