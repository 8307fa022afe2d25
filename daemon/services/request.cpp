// SPDX-License-Identifier: Apache-2.0
#include "daemon/services/request.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/text.h"
#include "protocol/json_field.h"
#include "protocol/labels.h"

namespace services {

using base::Result;
using nlohmann::json;
using protocol::read_field;

namespace {

constexpr double kLongestTimeout = 86'400;
constexpr std::size_t kLongestText = 100'000;
constexpr std::size_t kMostModels = 1'000;
constexpr std::size_t kMostVersions = 100;
constexpr double kGraceSeconds = 35;  ///< a host lets its requests end for up to 30 s
constexpr double kForEver = 1e9;      ///< seconds: the longest that a run may have
constexpr std::array<std::string_view, 3> kComputeTypes = {"ACI", "AKS", "Local"};

bool is_name_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; }

/// The member, when it is there and of type T.
template <class T>
Result<std::optional<T>> given(const json& body, const char* key) {
  if (protocol::member_at(body, key).is_null()) return std::optional<T>();
  T value{};
  TRY(read_field(body, key, value));
  return std::optional<T>(std::move(value));
}

Result<std::optional<std::string>> text_in(const json& body, const char* key) {
  TRY_ASSIGN(auto text, given<std::string>(body, key));
  if (text && text->size() > kLongestText)
    return base::error("'" + std::string(key) + "' is longer than 100,000 bytes");
  return text;
}

Result<std::optional<json>> models_in(const json& body) {
  const json& models = protocol::member_at(body, "models");
  if (models.is_null()) return std::optional<json>();
  if (!models.is_array() || models.size() > kMostModels)
    return base::error("'models' is not a list of at most 1,000 models");
  for (const json& model : models)
    if (!model.is_object() || protocol::text_at(model, "name").empty())
      return base::error("an entry of 'models' has no 'name': " + protocol::to_text(model).substr(0, 80));
  return std::optional<json>(models);
}

Result<std::optional<json>> submit_in(const json& body) {
  const json& submit = protocol::member_at(body, "submit");
  if (submit.is_null()) return std::optional<json>();
  if (!submit.is_object()) return base::error("'submit' is not an object: it is the body of POST /api/v1/runs");
  if (protocol::text_at(submit, "kind") != "command")
    return base::error("'submit' must be of kind command: the program that answers the requests");
  return std::optional<json>(submit);
}

Result<void> check(const Change& change) {
  if (change.timeout && !(std::isfinite(*change.timeout) && *change.timeout > 0 && *change.timeout <= kLongestTimeout))
    return base::error("'timeout' is not a number of seconds above 0, at most 86400");
  const auto& type = change.compute_type;
  if (type && std::find(kComputeTypes.begin(), kComputeTypes.end(), *type) == kComputeTypes.end())
    return base::error("'compute_type' is ACI, AKS or Local, not '" + base::to_utf8(*type) + "'");
  if (change.version && change.makes_version())
    return base::error("'version' makes an old version current again: it excludes 'submit' and 'models'");
  return {};
}

/// The source of the last start, which needs no scan and may be gone from where it came from. A host that runs in place
/// has no snapshot.
json source_of(const Version& version) {
  json source = protocol::member_at(version.submit, "source");
  const bool in_place = protocol::value_at(source, "in_place", false);
  if (version.run.empty() || !source.is_object() || in_place) return source;
  return {{"run", version.run}};
}

}  // namespace

Result<void> check_service_name(const std::string& name) {
  const bool plain = std::all_of(name.begin(), name.end(), is_name_letter);
  const bool begins = !name.empty() && name.front() >= 'a' && name.front() <= 'z';
  if (plain && begins && name.back() != '-' && name.size() >= 3 && name.size() <= 32) return {};
  return base::error("'" + base::to_utf8(name).substr(0, 100) +
                     "' cannot be the name of a service: it has 3 to 32 lower-case letters, digits and dashes, begins "
                     "with a letter and does not end with a dash");
}

Result<Change> change_from_json(const json& body) {
  Change change;
  TRY_ASSIGN(change.auth, given<bool>(body, "auth"));
  TRY_ASSIGN(change.timeout, given<double>(body, "timeout"));
  TRY_ASSIGN(change.compute_type, text_in(body, "compute_type"));
  TRY_ASSIGN(change.description, text_in(body, "description"));
  TRY(protocol::tags_from_json(body));
  TRY(protocol::properties_from_json(body));
  for (auto [key, into] : {std::pair{"tags", &change.tags}, std::pair{"properties", &change.properties}})
    if (!protocol::member_at(body, key).is_null()) *into = protocol::object_at(body, key);
  TRY_ASSIGN(change.submit, submit_in(body));
  TRY_ASSIGN(change.models, models_in(body));
  TRY_ASSIGN(change.version, given<std::int64_t>(body, "version"));
  TRY(check(change));
  return change;
}

Result<NewService> service_from_json(const json& body) {
  NewService service;
  TRY_ASSIGN(service.workspace, protocol::workspace_from_json(protocol::member_at(body, "workspace")));
  TRY(read_field(body, "name", service.name));
  TRY(check_service_name(service.name));
  TRY(read_field(body, "overwrite", service.overwrite));
  TRY_ASSIGN(service.settings, change_from_json(body));
  if (!service.settings.submit) return base::error("'submit' is missing: the body that submits the service's program");
  if (service.settings.version) return base::error("'version' is for services that are there already");
  return service;
}

void apply(const Change& change, Record& record) {
  if (change.auth) record.auth = *change.auth;
  if (change.timeout) record.timeout = *change.timeout;
  if (change.compute_type) record.compute_type = *change.compute_type;
  if (change.description) record.description = *change.description;
  if (change.tags) record.tags = *change.tags;
  if (change.properties) record.properties.update(*change.properties);
}

Version& add_version(const Change& change, Record& record, const std::set<std::int64_t>& used) {
  const auto current = record.versions.find(record.current);
  Version version;
  version.number = record.versions.empty() ? 1 : record.versions.rbegin()->first + 1;
  version.created = base::now();
  if (current != record.versions.end()) {
    version.models = current->second.models;
    version.submit = current->second.submit;
    version.submit["source"] = source_of(current->second);
  }
  if (change.submit) version.submit = *change.submit;
  if (change.models) version.models = *change.models;
  for (auto old = record.versions.begin(); record.versions.size() >= kMostVersions && old != record.versions.end();) {
    const bool stays = old->first == record.current || used.contains(old->first);
    old = stays ? std::next(old) : record.versions.erase(old);
  }
  return record.versions[version.number] = std::move(version);
}

json submission_of(const Record& record, const Version& version) {
  json submit = version.submit;
  for (const char* key : {"id", "parent"}) submit.erase(key);
  if (submit.contains("source")) submit["source"] = source_of(version);
  submit["workspace"] = protocol::to_json(record.workspace);
  submit["experiment"] = kTarget;
  submit["target"] = kTarget;
  submit["submission_id"] = submission_id_of(record, version);
  submit["max_seconds"] = kForEver;
  if (!submit.contains("grace_seconds")) submit["grace_seconds"] = kGraceSeconds;
  json variables = protocol::object_at(submit, "environment");
  variables[kSocketVariable] = version.socket;
  submit["environment"] = std::move(variables);
  return submit;
}

std::string submission_id_of(const Record& record, const Version& version) {
  return "service-" + record.id + "-" + std::to_string(version.number) + "-" + std::to_string(version.starts);
}

}  // namespace services
