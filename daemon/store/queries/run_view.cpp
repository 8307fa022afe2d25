// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/queries/run_view.h"

#include <algorithm>

#include "base/text.h"
#include "protocol/bytes_json.h"
#include "protocol/json_field.h"
#include "protocol/json_table.h"

namespace store {

using base::Result;
using nlohmann::json;

namespace {

constexpr std::string_view kRunColumns =
    "r.key, r.id, r.number, r.kind, r.state, r.wanted, r.created, r.started, r.ended, t.spec, t.created_fact,"
    " CASE WHEN ?2 THEN t.interpreter WHEN json_valid(t.interpreter) THEN json_remove(t.interpreter, '$.packages') END,"
    " t.ending, (SELECT offset FROM source s WHERE s.run = r.key AND s.file = 'attempt-1/log'), t.prepared";

/// Null when there is none.
json document(const Query& row, int column) {
  json parsed = json::parse(row.text(column), nullptr, false);
  return parsed.is_discarded() ? json(nullptr) : parsed;
}

/// A fact as answers show it.
json without_mark(json fact) {
  if (fact.is_object()) {
    fact.erase("k");
    fact.erase("t");
  }
  return fact;
}

/// What a launcher found; before that, what the run asks for.
json interpreter_of(const Query& row, const protocol::RunSpec& spec) {
  json interpreter = without_mark(document(row, 11));
  if (interpreter.is_null() && !spec.interpreter.empty())
    interpreter = {{"path", protocol::bytes_to_json(spec.interpreter)}};
  if (protocol::member_at(interpreter, "path").is_null()) return nullptr;
  return interpreter;
}

RunView view_of_row(const Place& place, const Query& row, bool whole) {
  RunView run;
  run.key = row.integer(0);
  run.whole = whole;
  if (auto spec = protocol::spec_from_json(document(row, 9))) run.spec = std::move(*spec);
  run.spec.id = row.text(1);
  run.spec.number = row.integer(2);
  run.spec.kind = protocol::kind_from_string(row.text(3)).value_or(run.spec.kind);
  run.state = static_cast<protocol::RunState>(row.integer(4));
  run.stop_request = row.text(5);
  run.created = row.integer(6);
  run.started = row.optional_integer(7);
  run.ended = row.optional_integer(8);
  auto created = protocol::created_from_json(document(row, 10));
  run.name = created.name.empty() ? "run_" + run.spec.id : created.name;
  run.submitter = std::move(created.submitter);
  run.snapshot = std::move(created.snapshot);
  run.interpreter = interpreter_of(row, run.spec);
  if (auto ending = protocol::exit_record_from_json(document(row, 12))) run.ending = std::move(*ending);
  run.log_bytes = row.integer(13);
  run.prepared = without_mark(document(row, 14));
  run.directory = place.state.run(run.spec.id).root.string();
  run.url = place.url + "/runs/" + base::percent_encode(run.spec.id);
  return run;
}

using Views = std::map<RunKey, RunView>;

/// The runs whose keys are in `keys`, a JSON list, without what other tables say of them.
Result<Views> views_without_lists(Database& database, const Place& place, const std::string& keys, bool whole) {
  Views runs;
  Query query =
      database.query("SELECT " + std::string(kRunColumns) +
                     " FROM run r JOIN run_text t ON t.run = r.key WHERE r.key IN (SELECT value FROM json_each(?1))");
  query.bind(keys).bind(std::int64_t{whole});
  for (;;) {
    TRY_ASSIGN(const bool found, query.step());
    if (!found) return runs;
    runs.emplace(query.integer(0), view_of_row(place, query, whole));
  }
}

/// Gives `add` each row of a query, whose first column is the key of its run.
template <class Add>
Result<void> add_rows(Query query, const std::string& keys, Views& runs, Add add) {
  query.bind(keys);
  for (;;) {
    TRY_ASSIGN(const bool found, query.step());
    if (!found) return {};
    if (const auto run = runs.find(query.integer(0)); run != runs.end()) add(run->second, query);
  }
}

std::optional<std::string> text_or_nothing(const Query& row, int column) {
  return row.is_null(column) ? std::nullopt : std::optional(row.text(column));
}

/// Adds tags, properties, warnings and labels: one query for each, however many runs there are.
Result<void> add_lists(Database& database, const std::string& keys, Views& runs) {
  TRY(add_rows(database.query("SELECT run, name, value FROM tag"
                              " WHERE run IN (SELECT value FROM json_each(?)) AND NOT removed"),
               keys, runs, [](RunView& run, const Query& row) { run.tags[row.text(1)] = text_or_nothing(row, 2); }));
  TRY(add_rows(database.query("SELECT run, name, value FROM property WHERE run IN (SELECT value FROM json_each(?))"),
               keys, runs, [](RunView& run, const Query& row) { run.properties[row.text(1)] = row.text(2); }));
  TRY(add_rows(database.query("SELECT run, text FROM warning WHERE run IN (SELECT value FROM json_each(?))"
                              " ORDER BY time, text"),
               keys, runs, [](RunView& run, const Query& row) { run.warnings.push_back(row.text(1)); }));
  return add_rows(database.query("SELECT run, name, value FROM label WHERE run IN (SELECT value FROM json_each(?))"),
                  keys, runs, [](RunView& run, const Query& row) {
                    if (row.text(1) == "display_name") run.display_name = text_or_nothing(row, 2);
                    else if (row.text(1) == "description") run.description = text_or_nothing(row, 2);
                  });
}

json iso_or_null(const std::optional<base::Micros>& time) { return time ? json(base::iso_time(*time)) : json(nullptr); }

json duration_json(const RunView& run) {
  if (!run.started) return nullptr;
  return base::to_seconds(std::max<base::Micros>(0, run.ended.value_or(base::now()) - *run.started));
}

json error_json(const RunView& run) {
  if (run.state != protocol::RunState::kFailed) return nullptr;
  const std::string code = run.ending ? run.ending->error_code : "", message = run.failure();
  json result = {{"code", code.empty() ? "UserError" : code}, {"message", message}};
  if (!run.ending || !run.ending->error) return result;
  result["type"] = run.ending->error->type;
  result["detail"] = run.ending->error->message;
  if (run.whole) result["traceback"] = run.ending->error->traceback;
  return result;
}

json snapshot_json(const RunView& run) {
  if (run.spec.snapshot.empty()) return nullptr;
  return {{"digest", run.spec.snapshot},
          {"files", run.snapshot.files.value_or(0)},
          {"bytes", run.snapshot.bytes.value_or(0)},
          {"left_out", run.snapshot.excluded.value_or("")},
          {"git", run.snapshot.git ? protocol::encode(*run.snapshot.git) : json::object()}};
}

json prepared_json(json prepared) {
  if (const auto created = prepared.find("created"); created != prepared.end() && created->is_number())
    *created = base::iso_time(base::from_seconds(created->get<double>()));
  return prepared;
}

/// What was submitted.
void add_spec(json& result, const RunView& run) {
  json spec = protocol::to_json(run.spec);
  for (const char* key : {"id", "number", "kind", "workspace", "experiment", "target", "parent", "script", "arguments",
                          "command", "grace_seconds", "max_seconds", "environment", "requirements"})
    result[key] = std::move(spec[key]);
  const bool source = !run.spec.source.directory.empty();
  result["source_directory"] = source ? std::move(spec["source"]["directory"]) : json(nullptr);
  result["in_place"] = source && run.spec.source.in_place;
  result["links"] = source ? json(run.spec.source.links) : json::array();
  if (run.whole) result["configuration"] = std::move(spec["configuration"]);
}

void add_ending(json& result, const RunView& run) {
  json ending = run.ending ? protocol::to_json(*run.ending) : json::object();
  for (const char* key : {"reason", "stage", "signal", "cpu_seconds", "peak_bytes", "message"})
    result[key] = std::move(ending[key]);
  result["exit_code"] = std::move(ending["code"]);
  result["error"] = error_json(run);
}

}  // namespace

std::string RunView::failure() const {
  if (state != protocol::RunState::kFailed) return "";
  return ending && !ending->message.empty() ? ending->message : "The run failed";
}

Result<std::vector<RunView>> run_views(Database& database, const Place& place, const std::vector<RunKey>& keys,
                                       bool whole) {
  const std::string list = json(keys).dump();
  TRY_ASSIGN(Views found, views_without_lists(database, place, list, whole));
  TRY(add_lists(database, list, found));
  std::vector<RunView> runs;
  for (const RunKey key : keys)
    if (const auto run = found.find(key); run != found.end()) runs.push_back(std::move(run->second));
  return runs;
}

Result<RunView> run_view(Database& database, const Place& place, RunKey key, bool whole) {
  TRY_ASSIGN(auto runs, run_views(database, place, {key}, whole));
  if (runs.empty()) return base::error("the run is gone", std::errc::no_such_file_or_directory);
  return std::move(runs.front());
}

json to_json(const RunView& run) {
  json result = {{"name", run.name},
                 {"submitter", protocol::text_or_null(run.submitter)},
                 {"display_name", protocol::encode(run.display_name)},
                 {"description", protocol::encode(run.description)},
                 {"status", protocol::to_string(run.state)},
                 {"wanted", run.stop_request},
                 {"waiting", protocol::encode(run.waiting)},
                 {"created", base::iso_time(run.created)},
                 {"started", iso_or_null(run.started)},
                 {"ended", iso_or_null(run.ended)},
                 {"duration_seconds", duration_json(run)},
                 {"interpreter", run.interpreter},
                 {"prepared", prepared_json(run.prepared)},
                 {"snapshot", snapshot_json(run)},
                 {"tags", protocol::encode(run.tags)},
                 {"properties", protocol::encode(run.properties)},
                 {"warnings", run.warnings},
                 {"log_bytes", run.log_bytes},
                 {"directory", run.directory},
                 {"url", run.url}};
  add_spec(result, run);
  add_ending(result, run);
  if (!run.columns.is_null()) result["columns"] = run.columns;
  if (run.interactive)
    result["interactive"] = {{"journal", run.interactive->journal},
                             {"alive", run.interactive->alive},
                             {"nonce_file", run.interactive->nonce_file},
                             {"nonce", run.interactive->nonce}};
  return result;
}

}  // namespace store
