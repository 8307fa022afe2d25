// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/ingest/state_facts.h"

#include "protocol/json.h"
#include "protocol/json_field.h"

namespace store {

using base::Micros;
using base::Result;
using nlohmann::json;
using protocol::object_at;

namespace {

/// Sets and removes tags as a fact says.
void change_tags(json& known, const json& line, const std::vector<std::string>& untag) {
  json tags = object_at(known, "tags");
  tags.update(object_at(line, "tags"));
  for (const auto& name : untag) tags.erase(name);
  known["tags"] = std::move(tags);
}

}  // namespace

Result<void> StateFacts::apply(const json& line) {
  const auto fact = protocol::state_fact_from_json(line);
  if (!fact) return {};
  const Line whole{line, base::from_seconds(protocol::fact_time(line))};
  return std::visit([&](const auto& known) { return apply(known, whole); }, *fact);
}

Result<std::int64_t> StateFacts::experiment_of(const protocol::WorkspaceId& id, const std::string& name, Micros time) {
  TRY_ASSIGN(const std::int64_t workspace, rows_.workspace(id, time));
  return rows_.experiment(workspace, name, time);
}

Result<void> StateFacts::apply(const protocol::WorkspaceMade& made, const Line& line) {
  TRY(rows_.workspace(made.workspace, line.time));
  return {};
}

Result<void> StateFacts::apply(const protocol::ExperimentMade& made, const Line& line) {
  TRY(experiment_of(made.workspace, made.experiment, line.time));
  return {};
}

Result<void> StateFacts::apply(const protocol::ExperimentChanged& changed, const Line& line) {
  TRY_ASSIGN(const std::int64_t key, experiment_of(changed.workspace, changed.experiment, line.time));
  json known;
  {
    Query query = database_.query("SELECT fact FROM experiment WHERE key = ?");
    TRY(query.bind(key).step());
    known = json::parse(query.text(0), nullptr, false);
  }
  if (!known.is_object()) known = json::object();
  change_tags(known, line.json, changed.untag);
  if (changed.archived) known["archived"] = *changed.archived ? json(base::iso_time(line.time)) : json(nullptr);
  return database_.query("UPDATE experiment SET fact = ? WHERE key = ?").bind(known.dump()).bind(key).run();
}

Result<void> StateFacts::apply(const protocol::NumberUsed& used, const Line& line) {
  TRY_ASSIGN(const std::int64_t key, experiment_of(used.workspace, used.experiment, line.time));
  return rows_.number_used(key, used.number);
}

Result<void> StateFacts::apply(const protocol::TargetSet& target, const Line& line) {
  return database_
      .query(
          "INSERT INTO target (name, slots, created) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET slots = "
          "excluded.slots, removed = 0")
      .bind(target.name)
      .bind(target.slots)
      .bind(line.time)
      .run();
}

Result<void> StateFacts::apply(const protocol::AliasSet& alias, const Line& line) {
  return database_
      .query(
          "INSERT INTO target (name, slots, created, alias_of, properties) VALUES (?, 0, ?, ?, ?) ON CONFLICT DO "
          "UPDATE SET"
          " created = CASE WHEN removed THEN excluded.created ELSE created END, alias_of = excluded.alias_of,"
          " properties = excluded.properties, removed = 0")
      .bind(alias.name)
      .bind(line.time)
      .bind(alias.alias_of)
      .bind(alias.properties.dump())
      .run();
}

Result<void> StateFacts::apply(const protocol::AliasRemoved& alias, const Line&) {
  return database_.query("UPDATE target SET removed = 1 WHERE name = ? AND alias_of IS NOT NULL")
      .bind(alias.name)
      .run();
}

Result<void> StateFacts::apply(const protocol::ModelRegistered& model, const Line& line) {
  TRY_ASSIGN(const std::int64_t workspace, rows_.workspace(model.workspace, line.time));
  Query query = database_.query(
      "INSERT OR IGNORE INTO model (number, workspace, name, version, run, created, fact) VALUES (?, ?, ?, ?, ?, ?, "
      "?)");
  query.bind(model.number).bind(workspace).bind(model.name).bind(model.version);
  return query.bind(model.run.empty() ? std::nullopt : std::optional<std::string_view>(model.run))
      .bind(line.time)
      .bind(line.json.dump())
      .run();
}

Result<void> StateFacts::apply(const protocol::ModelChanged& changed, const Line& line) {
  json known;
  {
    Query query = database_.query("SELECT fact FROM model WHERE number = ?");
    TRY_ASSIGN(const bool found, query.bind(changed.number).step());
    if (!found) return {};
    known = json::parse(query.text(0), nullptr, false);
  }
  change_tags(known, line.json, changed.untag);
  const json properties = object_at(line.json, "properties");
  for (const auto& [name, value] : properties.items())
    if (!known["properties"].contains(name)) known["properties"][name] = value;
  if (line.json.contains("description")) known["description"] = line.json["description"];
  return database_.query("UPDATE model SET fact = ? WHERE number = ?").bind(known.dump()).bind(changed.number).run();
}

Result<void> StateFacts::apply(const protocol::ModelRemoved& model, const Line&) {
  return database_.query("UPDATE model SET removed = 1 WHERE number = ?").bind(model.number).run();
}

Result<void> StateFacts::apply(const protocol::EnvironmentRegistered& environment, const Line& line) {
  TRY_ASSIGN(const std::int64_t workspace, rows_.workspace(environment.workspace, line.time));
  Query query = database_.query(
      "INSERT OR IGNORE INTO environment (workspace, name, version, created, definition) VALUES (?, ?, ?, ?, ?)");
  query.bind(workspace).bind(environment.name).bind(environment.version).bind(line.time);
  return query.bind(environment.definition.dump()).run();
}

}  // namespace store
