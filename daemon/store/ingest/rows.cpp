// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/ingest/rows.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "daemon/store/queries/artifact_names.h"
#include "protocol/dataset_use.h"
#include "protocol/json.h"
#include "protocol/redaction.h"

namespace store {

using base::Result;
using protocol::RunEvent;
using protocol::RunState;

namespace {

/// Runs an INSERT that may find the row there already, then reads its key.
Result<std::int64_t> key_of(Query insert, Query select) {
  TRY(insert.run());
  TRY_ASSIGN(const bool found, select.step());
  if (!found) return base::error("a row that was just written is not there", std::errc::io_error);
  return select.integer(0);
}

std::optional<std::string_view> view_of(const std::optional<std::string>& text) {
  return text ? std::optional<std::string_view>(*text) : std::nullopt;
}

std::optional<std::string_view> or_null(std::string_view text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

Result<void> add_dataset_uses(Database& database, RunKey run, const std::vector<protocol::DatasetUse>& uses) {
  for (const auto& use : uses)
    TRY(database.query("INSERT INTO dataset_use VALUES (?, ?, ?, ?, ?)")
            .bind(run)
            .bind(std::int64_t{use.output})
            .bind(std::string_view(use.name))
            .bind(std::string_view(use.dataset))
            .bind(std::string_view(use.mode))
            .run());
  return {};
}

}  // namespace

std::optional<double> finite_or_infinite(const Cell& cell) {
  if (const auto* d = std::get_if<double>(&cell)) return std::isnan(*d) ? std::nullopt : std::optional(*d);
  if (const auto* i = std::get_if<std::int64_t>(&cell)) return static_cast<double>(*i);
  if (const auto* b = std::get_if<bool>(&cell)) return *b ? 1.0 : 0.0;
  return std::nullopt;
}

Result<std::int64_t> Rows::workspace(const protocol::WorkspaceId& id, base::Micros created) {
  Query insert = database_.query(
      "INSERT OR IGNORE INTO workspace (subscription, resource_group, name, created) VALUES (?, ?, ?, ?)");
  insert.bind(id.subscription_id).bind(id.resource_group).bind(id.name).bind(created);
  Query select =
      database_.query("SELECT key FROM workspace WHERE subscription = ? AND resource_group = ? AND name = ?");
  select.bind(id.subscription_id).bind(id.resource_group).bind(id.name);
  return key_of(std::move(insert), std::move(select));
}

Result<std::int64_t> Rows::experiment(std::int64_t workspace, std::string_view name, base::Micros created) {
  Query insert = database_.query("INSERT OR IGNORE INTO experiment (workspace, name, created) VALUES (?, ?, ?)");
  insert.bind(workspace).bind(name).bind(created);
  Query select = database_.query("SELECT key FROM experiment WHERE workspace = ? AND name = ?");
  select.bind(workspace).bind(name);
  return key_of(std::move(insert), std::move(select));
}

Result<void> Rows::number_used(std::int64_t experiment, std::int64_t number) {
  return database_.query("UPDATE experiment SET last_number = max(last_number, ?) WHERE key = ?")
      .bind(number)
      .bind(experiment)
      .run();
}

Result<RunKey> Rows::run(const protocol::RunSpec& spec) {
  const base::Micros created = base::from_seconds(spec.submitted);
  TRY_ASSIGN(const std::int64_t workspace_key, workspace(spec.workspace, created));
  TRY_ASSIGN(const std::int64_t experiment_key, experiment(workspace_key, spec.experiment, created));
  TRY(number_used(experiment_key, spec.number));
  const protocol::RunSpec shown = protocol::redacted(spec);  // in answers, and kept
  const std::string text = protocol::to_json(shown).dump();
  Query insert = database_.query(
      "INSERT INTO run (id, experiment, number, kind, state, parent, target, created, snapshot)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
  insert.bind(spec.id).bind(experiment_key).bind(spec.number).bind(protocol::to_string(spec.kind));
  insert.bind(static_cast<std::int64_t>(RunState::kNotStarted)).bind(or_null(spec.parent)).bind(spec.target);
  TRY(insert.bind(created).bind(or_null(spec.snapshot)).run());
  const RunKey key = database_.last_insert_id();
  TRY(database_.query("INSERT INTO run_text (run, spec) VALUES (?, ?)").bind(key).bind(std::string_view(text)).run());
  TRY(arguments(key, spec.kind == protocol::RunKind::kCommand ? spec.command : spec.arguments));
  TRY(add_dataset_uses(database_, key, protocol::dataset_uses(shown.environment)));
  return key;
}

Result<void> Rows::arguments(RunKey run, const std::vector<std::string>& arguments) {
  const auto is_option = [](const std::string& text) {
    return text.size() > 1 && text[0] == '-' && !(text[1] >= '0' && text[1] <= '9') && text[1] != '.';
  };
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (!is_option(arguments[i])) continue;
    const auto equals = arguments[i].find('=');
    const bool follows = equals == std::string::npos && i + 1 < arguments.size() && !is_option(arguments[i + 1]);
    const std::string name = base::to_utf8(arguments[i].substr(0, equals));
    const std::string value = equals != std::string::npos ? arguments[i].substr(equals + 1)
                              : follows                   ? arguments[i + 1]
                                                          : "true";
    TRY(database_.query("INSERT OR IGNORE INTO argument VALUES (?, ?, ?)")
            .bind(run)
            .bind(std::string_view(name))
            .bind(std::string_view(base::to_utf8(value)))
            .run());
    TRY(name_used(run, "argument", name));
  }
  return {};
}

Result<void> Rows::name_used(RunKey run, std::string_view kind, std::string_view name) {
  return database_.query("INSERT OR IGNORE INTO used_name SELECT experiment, ?, ? FROM run WHERE key = ?")
      .bind(kind)
      .bind(name)
      .bind(run)
      .run();
}

Result<void> Rows::created(RunKey run, std::string_view submission, std::string_view fact) {
  TRY(database_.query("UPDATE run SET submission = ?1, journal = ?2 ->> 'journal' WHERE key = ?3")
          .bind(or_null(submission))
          .bind(fact)
          .bind(run)
          .run());
  return database_.query("UPDATE run_text SET created_fact = ? WHERE run = ?").bind(fact).bind(run).run();
}

Result<void> Rows::snapshot(RunKey run, std::string_view digest, std::string_view fact) {
  TRY(database_.query("UPDATE run SET snapshot = ? WHERE key = ?").bind(digest).bind(run).run());
  return database_
      .query(
          "UPDATE run_text SET spec = json_set(spec, '$.snapshot', ?), created_fact = json_patch(created_fact, ?) "
          "WHERE run = ?")
      .bind(digest)
      .bind(fact)
      .bind(run)
      .run();
}

Result<void> Rows::interpreter(RunKey run, std::string_view fact) {
  return database_.query("UPDATE run_text SET interpreter = ? WHERE run = ?").bind(fact).bind(run).run();
}

Result<void> Rows::prepared(RunKey run, std::string_view fact) {
  return database_.query("UPDATE run_text SET prepared = ? WHERE run = ?").bind(fact).bind(run).run();
}

Result<void> Rows::stop_requested(RunKey run, std::string_view what) {
  return database_.query("UPDATE run SET wanted = ? WHERE key = ? AND wanted = 'run'").bind(what).bind(run).run();
}

Result<void> Rows::ending(RunKey run, std::string_view record) {
  return database_.query("UPDATE run_text SET ending = ? WHERE run = ?").bind(record).bind(run).run();
}

Result<std::optional<RunState>> Rows::apply_event(RunKey run, RunEvent event, base::Micros time) {
  RunState from = RunState::kNotStarted;
  {
    Query select = database_.query("SELECT state FROM run WHERE key = ?");
    TRY_ASSIGN(const bool found, select.bind(run).step());
    if (!found) return base::error("there is no run " + std::to_string(run), std::errc::no_such_file_or_directory);
    from = static_cast<RunState>(select.integer(0));
  }
  const auto to = protocol::next_state(from, event);
  const bool starts = event == RunEvent::kStarted || event == RunEvent::kOpened;
  if (starts) TRY(database_.query("UPDATE run SET started = ? WHERE key = ?").bind(time).bind(run).run());
  if (!to || *to == from) return std::optional<RunState>();
  TRY(database_.query("UPDATE run SET state = ? WHERE key = ?").bind(static_cast<std::int64_t>(*to)).bind(run).run());
  if (protocol::is_final(*to))
    TRY(database_.query("UPDATE run SET ended = ? WHERE key = ?").bind(time).bind(run).run());
  return to;
}

Result<void> Rows::check_room(RunKey run, const std::string& table, std::string_view name, std::int64_t most) {
  TRY_ASSIGN(const bool known,
             database_.query("SELECT 1 FROM " + table + " WHERE run = ? AND name = ?").bind(run).bind(name).step());
  if (known) return {};
  const auto [count, first] = counts_.try_emplace({run, table});
  if (first) {
    Query query = database_.query("SELECT count(*) FROM " + table + " WHERE run = ?");
    TRY(query.bind(run).step());
    count->second = query.integer(0);
  }
  if (count->second >= most)
    return base::error("the run has " + std::to_string(most) + " " +
                           (table == "property" ? "properties" : table + "s") +
                           " already, which is the most that a run may have",
                       std::errc::value_too_large);
  ++count->second;
  return {};
}

Result<void> Rows::tag(RunKey run, std::string_view name, const std::optional<std::string>& value, bool removed,
                       Stamp at) {
  Query query = database_.query(
      "INSERT INTO tag (run, name, value, time, file, removed) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
      " value = excluded.value, time = excluded.time, file = excluded.file, removed = excluded.removed"
      " WHERE (excluded.time, excluded.file) >= (tag.time, tag.file)");
  TRY(check_room(run, "tag", name, kMostTags));
  if (!removed) TRY(name_used(run, "tag", name));
  query.bind(run).bind(name).bind(view_of(value)).bind(at.time).bind(at.file);
  return query.bind(std::int64_t{removed}).run();
}

Result<void> Rows::label(RunKey run, std::string_view name, const std::optional<std::string>& value, Stamp at) {
  Query query = database_.query(
      "INSERT INTO label (run, name, value, time, file) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
      " value = excluded.value, time = excluded.time, file = excluded.file"
      " WHERE (excluded.time, excluded.file) >= (label.time, label.file)");
  return query.bind(run).bind(name).bind(view_of(value)).bind(at.time).bind(at.file).run();
}

Result<void> Rows::property(RunKey run, std::string_view name, std::string_view value, Stamp at) {
  std::string before;
  {
    Query select = database_.query("SELECT value FROM property WHERE run = ? AND name = ?");
    TRY_ASSIGN(const bool found, select.bind(run).bind(name).step());
    before = found ? select.text(0) : std::string(value);
    if (!found) {
      TRY(check_room(run, "property", name, kMostProperties));
      TRY(name_used(run, "property", name));
    }
  }
  if (before != value)
    TRY(warning(run, "the property '" + std::string(name) + "' was set to different values: the first stays", at.time));
  Query query = database_.query(
      "INSERT INTO property (run, name, value, time, file) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
      " value = excluded.value, time = excluded.time, file = excluded.file"
      " WHERE (excluded.time, excluded.file) < (property.time, property.file)");
  return query.bind(run).bind(name).bind(value).bind(at.time).bind(at.file).run();
}

Result<void> Rows::warn_of_clash(RunKey run, const std::string& name) {
  const auto warn = [&](const std::string& why, const std::string& file) {
    return warning(run, why + ": the file is listed as '" + file + std::string(kApart) + "'", 0);
  };
  const auto both = [&](const std::string& file) {
    return warn("'" + file + "' is the name of a file and of a folder with files", file);
  };
  if (is_name_of_log(name)) {
    TRY_ASSIGN(const bool logs, has_logs(database_, run));
    if (logs) TRY(warn("a file was uploaded under the name of a log, '" + name + "'", name));
  }
  for (auto slash = name.find('/'); slash != std::string::npos; slash = name.find('/', slash + 1)) {
    const std::string folder = name.substr(0, slash);
    TRY_ASSIGN(const bool is_file, database_.query("SELECT 1 FROM artifact WHERE run = ? AND name = ?")
                                       .bind(run)
                                       .bind(std::string_view(folder))
                                       .step());
    if (is_file) TRY(both(folder));
  }
  Query below = database_.query("SELECT 1 FROM artifact WHERE run = ? AND name > ? AND name < ? LIMIT 1");
  const std::string first = name + "/", last = name + "0";  // '0' follows '/'
  TRY_ASSIGN(const bool is_folder, below.bind(run).bind(std::string_view(first)).bind(std::string_view(last)).step());
  return is_folder ? both(name) : Result<void>();
}

Result<void> Rows::artifact(RunKey run, const Artifact& artifact, Stamp at) {
  TRY(check_room(run, "artifact", artifact.name, kMostArtifacts));
  TRY(warn_of_clash(run, std::string(artifact.name)));
  Query query = database_.query(
      "INSERT INTO artifact (run, name, path, size, sha256, time, file) VALUES (?, ?, ?, ?, ?, ?, ?)"
      " ON CONFLICT DO UPDATE SET path = excluded.path, size = excluded.size, sha256 = excluded.sha256,"
      " time = excluded.time, file = excluded.file WHERE (excluded.time, excluded.file) >= (artifact.time, "
      "artifact.file)");
  query.bind(run)
      .bind(artifact.name)
      .bind(std::string_view(artifact.path))
      .bind(static_cast<std::int64_t>(artifact.size));
  return query.bind(or_null(artifact.sha256)).bind(at.time).bind(at.file).run();
}

Result<void> Rows::warning(RunKey run, std::string_view sentence, base::Micros time) {
  Query query = database_.query(
      "INSERT INTO warning (run, time, text) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET time = min(time, "
      "excluded.time)");
  return query.bind(run).bind(time).bind(sentence).run();
}

Result<void> Rows::batch(RunKey run, std::string_view client, std::int64_t number) {
  return database_
      .query("INSERT INTO batch VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET number = max(number, excluded.number)")
      .bind(run)
      .bind(client)
      .bind(number)
      .run();
}

Result<std::int64_t> Rows::metric(RunKey run, std::string_view name, MetricKind kind, std::string_view schema,
                                  base::Micros first) {
  TRY(check_room(run, "metric", name, kMostMetrics));
  Query insert = database_.query(
      "INSERT INTO metric (run, name, kind, first, count, last_time, last_file, last_cell, schema)"
      " VALUES (?, ?, ?, ?, 0, -1, '', 'null', ?) ON CONFLICT DO UPDATE SET first = min(first, excluded.first),"
      " schema = CASE WHEN excluded.schema IS NULL THEN NULL ELSE schema END");
  insert.bind(run).bind(name).bind(static_cast<std::int64_t>(kind)).bind(first).bind(or_null(schema));
  if (kind == MetricKind::kScalar) TRY(name_used(run, "metric", name));
  Query select = database_.query("SELECT key FROM metric WHERE run = ? AND name = ? AND kind = ?");
  select.bind(run).bind(name).bind(static_cast<std::int64_t>(kind));
  return key_of(std::move(insert), std::move(select));
}

Result<void> Rows::metric_grew(std::int64_t metric, std::size_t points, const Cell& last, Stamp at,
                               std::optional<double> low, std::optional<double> high) {
  Query grew = database_.query(
      "UPDATE metric SET count = count + ?2, low = coalesce(min(low, ?3), low, ?3), high = coalesce(max(high, ?4), "
      "high, ?4)"
      " WHERE key = ?1");
  TRY(grew.bind(metric).bind(static_cast<std::int64_t>(points)).bind(low).bind(high).run());
  Query latest = database_.query(
      "UPDATE metric SET last_time = ?2, last_file = ?3, last_cell = ?4, last = ?5"
      " WHERE key = ?1 AND (?2, ?3) >= (last_time, last_file)");
  return latest.bind(metric)
      .bind(at.time)
      .bind(at.file)
      .bind(protocol::cell_json(last))
      .bind(finite_or_infinite(last))
      .run();
}

Result<void> Rows::chunk(std::int64_t metric, std::string_view file, std::int64_t number, const Series& series) {
  std::optional<double> low, high;
  for (const auto& cell : series.cells)
    if (const auto value = finite_or_infinite(cell)) {
      low = std::min(low.value_or(*value), *value);
      high = std::max(high.value_or(*value), *value);
    }
  const SeriesBytes bytes = encode(series);
  Query query = database_.query("INSERT OR REPLACE INTO chunk VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
  query.bind(metric).bind(file).bind(number).bind(static_cast<std::int64_t>(series.size())).bind_blob(bytes.times);
  if (bytes.steps.empty()) query.bind_null();
  else query.bind_blob(bytes.steps);
  return query.bind_blob(bytes.cells).bind(low).bind(high).run();
}

}  // namespace store
