// SPDX-License-Identifier: Apache-2.0
#include "protocol/spec.h"

#include "protocol/json_field.h"
#include "protocol/limits.h"

namespace protocol {

using nlohmann::json;

namespace {

base::Result<void> read_command(const json& j, RunSpec& spec) {
  const auto it = j.find("command");
  if (it == j.end() || it->is_null()) return {};
  spec.shell = !it->is_array();
  if (spec.shell) {
    TRY_ASSIGN_FOR("'command'", std::string text, bytes_from_json(*it));
    spec.command = {std::move(text)};
    return {};
  }
  TRY_ASSIGN_FOR("'command'", spec.command, list_from_json(*it));
  return {};
}

base::Result<void> read_limits(const json& j, RunSpec& spec) {
  const auto it = j.find("limits");
  if (it == j.end() || it->is_null()) return {};
  if (!it->is_object()) return base::error("'limits' is not an object");
  for (const auto& [name, value] : it->items()) {
    if (!resource_of(name))
      return base::error("'limits' names '" + name + "', which is no resource limit of the kernel");
    if (!value.is_array() || value.size() != 2 || !value[0].is_number_integer() || !value[1].is_number_integer())
      return base::error("'limits." + name + "' is not [soft, hard]");
    spec.limits[name] = {value[0].get<std::int64_t>(), value[1].get<std::int64_t>()};
  }
  return {};
}

constexpr std::int64_t kVersion = 2;
constexpr std::int64_t kWithoutInputs = 1;  ///< a program that does not know inputs must not start a run that has some

/// Only a specification is refused by version: it would be executed. A lock file, an exit record or a journal of
/// another version is read as far as it is understood, and that is reported. A daemon and a launcher may be of
/// different versions: while one is upgraded, the other goes on.
base::Result<void> check_version(const json& j) {
  std::int64_t version = kVersion;
  TRY(read_field(j, "version", version));
  if (version == kVersion || version == kWithoutInputs) return {};
  return base::error("the run is described in version " + std::to_string(version) + ", this program knows " +
                         std::to_string(kVersion) + ": another version of Runyard has written it",
                     std::errc::protocol_not_supported);
}

constexpr std::size_t kLargestConfiguration = 1 << 20;

base::Result<void> read_configuration(const json& j, RunSpec& spec) {
  const auto it = j.find("configuration");
  if (it == j.end() || it->is_null()) return {};
  if (!it->is_object()) return base::error("'configuration' is not an object");
  spec.configuration = to_text(*it);
  return spec.configuration.size() <= kLargestConfiguration ? base::Result<void>()
                                                            : base::error("'configuration' is larger than 1 MB");
}

}  // namespace

std::string_view to_string(RunKind kind) {
  switch (kind) {
    case RunKind::kScript:
      return "script";
    case RunKind::kCommand:
      return "command";
    case RunKind::kInteractive:
      return "interactive";
  }
  return "script";
}

std::optional<RunKind> kind_from_string(std::string_view text) {
  for (const auto kind : {RunKind::kScript, RunKind::kCommand, RunKind::kInteractive})
    if (to_string(kind) == text) return kind;
  return std::nullopt;
}

json to_json(const WorkspaceId& id) {
  return {{"subscription_id", id.subscription_id}, {"resource_group", id.resource_group}, {"name", id.name}};
}

base::Result<WorkspaceId> workspace_from_json(const json& j) {
  WorkspaceId id;
  if (j.is_null()) return id;
  if (!j.is_object()) return base::error("'workspace' is not an object");
  TRY(read_field(j, "subscription_id", id.subscription_id));
  TRY(read_field(j, "resource_group", id.resource_group));
  TRY(read_field(j, "name", id.name));
  return id;
}

namespace {

base::Result<void> read_patterns(const json& j, RunSpec& spec) {
  const auto it = j.find("patterns");
  if (it == j.end() || it->is_null()) return {};
  if (!it->is_array()) return base::error("'patterns' is not an array");
  for (const auto& item : *it) {
    if (!item.is_object()) return base::error("'patterns' holds something that is no object");
    Pattern pattern;
    TRY_FOR("'patterns'", read_field(item, "metric", pattern.metric));
    TRY_FOR("'patterns'", read_field(item, "pattern", pattern.pattern));
    spec.patterns.push_back(std::move(pattern));
  }
  return {};
}

}  // namespace

base::Result<Source> source_from_json(const json& body) {
  Source source;
  const auto it = body.find("source");
  if (it == body.end() || it->is_null()) return source;
  if (!it->is_object()) return base::error("'source' is not an object");
  if (const auto directory = it->find("directory"); directory != it->end() && !directory->is_null()) {
    TRY_ASSIGN_FOR("'source.directory'", source.directory, bytes_from_json(*directory));
  }
  TRY(read_field(*it, "in_place", source.in_place));
  TRY(read_field(*it, "links", source.links));
  return source;
}

json to_json(const RunSpec& spec) {
  json limits = json::object();
  for (const auto& [name, pair] : spec.limits) limits[name] = {pair.first, pair.second};
  json command = nullptr;
  if (!spec.command.empty()) command = spec.shell ? bytes_to_json(spec.command[0]) : list_to_json(spec.command);
  json patterns = json::array();
  for (const auto& item : spec.patterns)
    patterns.push_back({{"metric", text_or_null(item.metric)}, {"pattern", item.pattern}});
  json source = nullptr;
  if (!spec.source.directory.empty())
    source = {{"directory", bytes_to_json(spec.source.directory)},
              {"in_place", spec.source.in_place},
              {"links", spec.source.links}};
  return {{"version", spec.inputs.empty() ? kWithoutInputs : kVersion},
          {"id", spec.id},
          {"kind", to_string(spec.kind)},
          {"workspace", to_json(spec.workspace)},
          {"experiment", spec.experiment},
          {"number", spec.number},
          {"script", text_or_null(spec.script)},
          {"arguments", list_to_json(spec.arguments)},
          {"expand", spec.expand},
          {"requirements", spec.requirements},
          {"warnings", spec.warnings},
          {"managed", spec.managed ? to_json(*spec.managed) : json(nullptr)},
          {"command", std::move(command)},
          {"interpreter", spec.interpreter.empty() ? json(nullptr) : bytes_to_json(spec.interpreter)},
          {"environment", map_to_json(spec.environment)},
          {"clean_env", spec.clean_env},
          {"umask", spec.umask},
          {"limits", std::move(limits)},
          {"source", std::move(source)},
          {"snapshot", text_or_null(spec.snapshot)},
          {"target", spec.target},
          {"parent", text_or_null(spec.parent)},
          {"grace_seconds", spec.grace_seconds},
          {"max_seconds", spec.max_seconds},
          {"sdk_path", text_or_null(spec.sdk_path)},
          {"submitted", spec.submitted},
          {"patterns", std::move(patterns)},
          {"quotas", to_json(spec.quotas)},
          {"configuration", spec.configuration.empty() ? json(nullptr) : json::parse(spec.configuration)}};
}

bool has_inputs(const json& spec) { return value_at(spec, "version", kWithoutInputs) != kWithoutInputs; }

base::Result<RunSpec> spec_from_json(const json& j) {
  if (!j.is_object()) return base::error("a run is described by a JSON object");
  TRY(check_version(j));
  RunSpec spec;
  std::string kind = "script";
  TRY(read_field(j, "id", spec.id));
  TRY(read_field(j, "kind", kind));
  const auto known = kind_from_string(kind);
  if (!known) return base::error("'kind' is '" + kind + "', not script, command or interactive");
  spec.kind = *known;
  if (j.contains("workspace")) {
    TRY_ASSIGN(spec.workspace, workspace_from_json(j["workspace"]));
  }
  TRY(read_field(j, "experiment", spec.experiment));
  TRY(read_field(j, "number", spec.number));
  TRY(read_field(j, "script", spec.script));
  if (j.contains("arguments")) {
    TRY_ASSIGN_FOR("'arguments'", spec.arguments, list_from_json(j["arguments"]));
  }
  TRY(read_command(j, spec));
  if (j.contains("interpreter") && !j["interpreter"].is_null()) {
    TRY_ASSIGN_FOR("'interpreter'", spec.interpreter, bytes_from_json(j["interpreter"]));
  }
  if (j.contains("environment")) {
    TRY_ASSIGN_FOR("'environment'", spec.environment, map_from_json(j["environment"]));
  }
  TRY(read_field(j, "clean_env", spec.clean_env));
  TRY(read_field(j, "umask", spec.umask));
  TRY(read_limits(j, spec));
  TRY_ASSIGN(spec.source, source_from_json(j));
  TRY(read_field(j, "snapshot", spec.snapshot));
  TRY(read_field(j, "target", spec.target));
  TRY(read_field(j, "parent", spec.parent));
  TRY(read_field(j, "grace_seconds", spec.grace_seconds));
  TRY(read_field(j, "max_seconds", spec.max_seconds));
  TRY(read_field(j, "sdk_path", spec.sdk_path));
  TRY(read_field(j, "submitted", spec.submitted));
  TRY(read_field(j, "expand", spec.expand));
  TRY(read_field(j, "requirements", spec.requirements));
  TRY(read_field(j, "warnings", spec.warnings));
  if (j.contains("managed") && !j["managed"].is_null()) {
    TRY_ASSIGN(spec.managed, managed_from_json(j["managed"]));
  }
  if (j.contains("quotas")) {
    TRY_ASSIGN(spec.quotas, quotas_from_json(j["quotas"]));
  }
  TRY_ASSIGN(spec.inputs, inputs_from_json(j));
  TRY(read_configuration(j, spec));
  TRY(read_patterns(j, spec));
  return spec;
}

}  // namespace protocol
