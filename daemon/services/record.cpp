// SPDX-License-Identifier: Apache-2.0
#include "daemon/services/record.h"

#include "base/digest.h"
#include "base/file.h"
#include "protocol/json_field.h"

namespace services {

using base::Result;
using nlohmann::json;
using protocol::read_field;

namespace {

constexpr std::uint64_t kLargestRecord = 1ull << 30;

json version_json(const Version& v) {
  return {{"number", v.number}, {"created", v.created},   {"models", v.models},
          {"submit", v.submit}, {"starts", v.starts},     {"run", v.run},
          {"socket", v.socket}, {"answered", v.answered}, {"failed", v.failed}};
}

Result<Version> version_from_json(const json& j) {
  Version v;
  if (!j.is_object()) return base::error("a version is not an object");
  TRY(read_field(j, "number", v.number));
  TRY(read_field(j, "created", v.created));
  TRY(read_field(j, "models", v.models));
  TRY(read_field(j, "submit", v.submit));
  TRY(read_field(j, "starts", v.starts));
  TRY(read_field(j, "run", v.run));
  TRY(read_field(j, "socket", v.socket));
  TRY(read_field(j, "answered", v.answered));
  TRY(read_field(j, "failed", v.failed));
  if (v.number < 1 || !v.submit.is_object()) return base::error("a version lacks 'number' or 'submit'");
  return v;
}

Result<Record> read_record(const base::Path& file) {
  TRY_ASSIGN(const std::string text, base::read_file(file, kLargestRecord));
  const json value = json::parse(text, nullptr, false);
  if (!value.is_object()) return base::error("it is not a JSON object");
  return record_from_json(value);
}

}  // namespace

json to_json(const Record& r) {
  json versions = json::array();
  for (const auto& [number, version] : r.versions) versions.push_back(version_json(version));
  return {{"id", r.id},
          {"name", r.name},
          {"workspace", protocol::to_json(r.workspace)},
          {"address", r.address},
          {"created", r.created},
          {"updated", r.updated},
          {"auth", r.auth},
          {"timeout", r.timeout},
          {"primary", r.primary},
          {"secondary", r.secondary},
          {"compute_type", r.compute_type},
          {"description", r.description},
          {"tags", r.tags},
          {"properties", r.properties},
          {"versions", std::move(versions)},
          {"starts", r.starts},
          {"current", r.current},
          {"failure", r.failure},
          {"removed", r.removed}};
}

Result<Record> record_from_json(const json& j) {
  Record r;
  TRY(read_field(j, "id", r.id));
  TRY(read_field(j, "name", r.name));
  TRY_ASSIGN(r.workspace, protocol::workspace_from_json(protocol::member_at(j, "workspace")));
  TRY(read_field(j, "address", r.address));
  TRY(read_field(j, "created", r.created));
  TRY(read_field(j, "updated", r.updated));
  TRY(read_field(j, "auth", r.auth));
  TRY(read_field(j, "timeout", r.timeout));
  TRY(read_field(j, "primary", r.primary));
  TRY(read_field(j, "secondary", r.secondary));
  TRY(read_field(j, "compute_type", r.compute_type));
  TRY(read_field(j, "description", r.description));
  TRY(read_field(j, "tags", r.tags));
  TRY(read_field(j, "properties", r.properties));
  if (!protocol::member_at(j, "versions").is_array()) return base::error("it lacks 'versions'");
  for (const json& entry : protocol::list_at(j, "versions")) {
    TRY_ASSIGN(Version version, version_from_json(entry));
    r.versions[version.number] = std::move(version);
  }
  TRY(read_field(j, "starts", r.starts));
  TRY(read_field(j, "current", r.current));
  TRY(read_field(j, "failure", r.failure));
  TRY(read_field(j, "removed", r.removed));
  if (r.id.empty() || r.name.empty() || r.address.empty()) return base::error("it lacks 'id', 'name' or 'address'");
  return r;
}

Result<void> write_record(const protocol::StateDir& state, const Record& record) {
  const auto dir = state.service(record.id);
  TRY(base::make_directories(dir.root));
  return base::write_file_atomic(dir.record(), protocol::to_text(to_json(record)) + "\n");
}

std::vector<Record> read_records(const protocol::StateDir& state, std::vector<std::string>& problems) {
  std::vector<Record> records;
  std::error_code code;
  for (std::filesystem::directory_iterator entry(state.services(), code), end; !code && entry != end;
       entry.increment(code)) {
    const std::string id = entry->path().filename();
    auto record = read_record(state.service(id).record());
    if (record && record->id == id) records.push_back(std::move(*record));
    else
      problems.push_back("cannot read the record of service '" + entry->path().string() +
                         "': " + (record ? "it has the id of another one" : record.error().message));
  }
  return records;
}

std::string new_key() { return base::random_hex(16); }

}  // namespace services
