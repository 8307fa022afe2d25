// SPDX-License-Identifier: Apache-2.0
// A run as the API shows it.
#include "daemon/store/queries/queries.h"

#include "base/text.h"
#include "protocol/bytes_json.h"
#include "protocol/json.h"
#include "protocol/json_field.h"
#include "protocol/run_state.h"

namespace store {

using base::Result;
using nlohmann::json;
using protocol::RunState;

namespace {

json iso_or_null(const std::optional<std::int64_t>& time) { return time ? json(base::iso_time(*time)) : json(nullptr); }

/// Text that we wrote ourselves; {} when there is none.
json parsed(const std::string& text) { return text.empty() ? json::object() : json::parse(text, nullptr, false); }

json or_null(const json& object, const char* key) {
  const auto it = object.find(key);
  return it == object.end() ? json(nullptr) : *it;
}

json without_empty(const json& value) {
  return value.is_string() && value.get_ref<const std::string&>().empty() ? json(nullptr) : value;
}

json error_json(const json& ending, bool whole) {
  const json& error = or_null(ending, "error");
  json code = or_null(ending, "error_code");
  json result = {{"code", code.is_null() ? json("UserError") : code}, {"message", or_null(ending, "message")}};
  if (result["message"].is_null()) result["message"] = "The run failed";
  if (error.is_object()) {
    result["type"] = or_null(error, "type");
    result["detail"] = or_null(error, "message");
    if (whole) result["traceback"] = or_null(error, "traceback");
  }
  return result;
}

json snapshot_json(const json& spec, const json& created) {
  const json digest = or_null(spec, "snapshot");
  if (digest.is_null()) return nullptr;
  return {{"digest", digest},
          {"files", protocol::value_at(created, "files", std::uint64_t{0})},
          {"bytes", protocol::value_at(created, "bytes", std::uint64_t{0})},
          {"left_out", protocol::text_at(created, "left_out")},
          {"git", created.value("git", json::object())}};
}

Result<json> pairs(Query query, RunKey run) {
  json object = json::object();
  query.bind(run);
  for (;;) {
    TRY_ASSIGN(const bool found, query.step());
    if (!found) return object;
    object[query.text(0)] = query.is_null(1) ? json(nullptr) : json(query.text(1));
  }
}

Result<json> texts(Query query, RunKey run) {
  json array = json::array();
  query.bind(run);
  for (;;) {
    TRY_ASSIGN(const bool found, query.step());
    if (!found) return array;
    array.push_back(query.text(0));
  }
}

constexpr std::string_view kRunColumns =
    "r.key, r.id, r.number, r.kind, r.state, r.wanted, r.created, r.started, r.ended, t.spec, t.created_fact, "
    "t.interpreter,"
    " t.ending, (SELECT offset FROM source s WHERE s.run = r.key AND s.file = 'attempt-1/log'), t.prepared";

void add_times(json& run, const Query& row) {
  const auto started = row.optional_integer(7), ended = row.optional_integer(8);
  run["created"] = base::iso_time(row.integer(6));
  run["started"] = iso_or_null(started);
  run["ended"] = iso_or_null(ended);
  run["duration_seconds"] = nullptr;
  if (started)
    run["duration_seconds"] = base::to_seconds(std::max<std::int64_t>(0, ended.value_or(base::now()) - *started));
}

void add_spec(json& run, const json& spec) {
  for (const char* key : {"workspace", "experiment", "target", "parent", "script", "arguments", "command",
                          "grace_seconds", "max_seconds", "environment"})
    run[key] = or_null(spec, key);
  run["requirements"] = spec.value("requirements", json::array());
  const json source = or_null(spec, "source");
  run["source_directory"] = source.is_object() ? or_null(source, "directory") : json(nullptr);
  run["in_place"] = protocol::value_at(source, "in_place", false);
  run["links"] = source.is_object() ? or_null(source, "links") : json::array();
}

void add_ending(json& run, const json& ending, RunState state, bool whole) {
  for (const char* key : {"reason", "stage", "signal", "cpu_seconds", "peak_bytes"}) run[key] = or_null(ending, key);
  run["exit_code"] = or_null(ending, "code");
  run["message"] = or_null(ending, "message");
  run["error"] = state == RunState::kFailed ? error_json(ending, whole) : json(nullptr);
}

/// The environment that was built for a run; null: none, or not yet.
json prepared_json(const Query& row) {
  if (row.is_null(14)) return nullptr;
  json prepared = parsed(row.text(14));
  prepared.erase("k");
  prepared.erase("t");
  if (const json created = or_null(prepared, "created"); created.is_number())
    prepared["created"] = base::iso_time(base::from_seconds(created.get<double>()));
  return prepared;
}

Result<RunView> view_of_row(Database& database, const Place& place, Query& row, bool whole) {
  const RunKey key = row.integer(0);
  const std::string id = row.text(1);
  const auto state = static_cast<RunState>(row.integer(4));
  const json spec = parsed(row.text(9)), created = parsed(row.text(10)), ending = parsed(row.text(12));
  const std::string name = protocol::text_at(created, "name");
  json run = {{"id", id},
              {"number", row.integer(2)},
              {"name", name.empty() ? "run_" + id : name},
              {"kind", row.text(3)},
              {"status", protocol::to_string(state)},
              {"wanted", row.text(5)},
              {"waiting", nullptr}};
  add_times(run, row);
  add_spec(run, spec);
  add_ending(run, ending, state, whole);
  run["submitter"] = without_empty(or_null(created, "submitter"));
  json interpreter = row.is_null(11) ? json{{"path", or_null(spec, "interpreter")}} : parsed(row.text(11));
  interpreter.erase("k");
  interpreter.erase("t");
  if (!whole) interpreter.erase("packages");
  if (whole) run["configuration"] = or_null(spec, "configuration");
  run["interpreter"] = interpreter["path"].is_null() ? json(nullptr) : std::move(interpreter);
  run["prepared"] = prepared_json(row);
  run["snapshot"] = snapshot_json(spec, created);
  run["log_bytes"] = row.is_null(13) ? 0 : row.integer(13);
  run["directory"] = place.state.run(id).root.string();
  run["url"] = place.url + "/runs/" + base::percent_encode(id);
  TRY_ASSIGN(run["tags"],
             pairs(database.query("SELECT name, value FROM tag WHERE run = ? AND NOT removed ORDER BY name"), key));
  TRY_ASSIGN(run["properties"],
             pairs(database.query("SELECT name, value FROM property WHERE run = ? ORDER BY name"), key));
  TRY_ASSIGN(run["warnings"], texts(database.query("SELECT text FROM warning WHERE run = ? ORDER BY time, text"), key));
  TRY_ASSIGN(const json labels, pairs(database.query("SELECT name, value FROM label WHERE run = ?"), key));
  run["display_name"] = or_null(labels, "display_name");
  run["description"] = or_null(labels, "description");
  return RunView{.key = key, .state = state, .json = std::move(run)};
}

}  // namespace

Result<RunView> run_view(Database& database, const Place& place, RunKey run, bool whole) {
  Query query = database.query("SELECT " + std::string(kRunColumns) +
                               " FROM run r JOIN run_text t ON t.run = r.key WHERE r.key = ?");
  TRY_ASSIGN(const bool found, query.bind(run).step());
  if (!found) return base::error("the run is gone", std::errc::no_such_file_or_directory);
  return view_of_row(database, place, query, whole);
}

Result<json> run_json(Database& database, const Place& place, RunKey run, bool whole) {
  TRY_ASSIGN(RunView view, run_view(database, place, run, whole));
  return std::move(view.json);
}

}  // namespace store
