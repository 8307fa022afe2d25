// SPDX-License-Identifier: Apache-2.0
#include "daemon/pages/pages.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <map>

#include "base/text.h"
#include "daemon/pages/html.h"
#include "daemon/pages/page_values.h"
#include "protocol/json.h"

namespace yard::pages {

using html::Html;
using Json = nlohmann::json;

namespace {

constexpr std::size_t kTableColumns = 12;  ///< of a table metric
constexpr std::string_view kTop = "./", kAbove = "../";

std::string run_path(const Json& run) { return "runs/" + base::percent_encode(string_of(run, "id")); }
std::string experiment_path(std::string_view name) { return "experiments/" + base::percent_encode(name); }

/// What people call a run: its display name, else "run 7".
std::string run_name(const Json& run) {
  const auto display = string_of(run, "display_name");
  if (!display.empty()) return display;
  const auto number = at(run, "number");
  return number.is_number_integer() ? "run " + number.dump() : string_of(run, "id");
}

Html when(const Json& run, std::string_view field, std::int64_t now) {
  const auto iso = string_of(run, field);
  return iso.empty() ? Html{} : html::time_ago(iso, now);
}

Html how_long(const Json& run) {
  const auto& seconds = at(run, "duration_seconds");
  return seconds.is_number() ? html::duration(seconds.get<double>()) : Html{};
}

/// The badge, and why, when there is a why.
Html status_cell(const Json& run) {
  auto cell = html::badge(string_of(run, "status"));
  const auto why = string_of(at(run, "error"), "message").empty() ? string_of(run, "waiting") : string_of(at(run, "error"), "message");
  if (!why.empty()) cell += html::element("div", shortened(why, 140), "soft name");
  return cell;
}

Html empty_card(std::string_view words) {
  return html::element("div", html::element("p", html::text(words), "empty"), "card");
}

// --- lists of runs

Html runs_table(const Json& runs, bool with_experiment, std::int64_t now) {
  std::vector<html::Column> columns = {{"Run"}, {"Status"}, {"Started"}, {"Duration", true}};
  if (with_experiment) columns.insert(columns.begin() + 1, {"Experiment"});
  std::vector<std::vector<Html>> rows;
  for (const auto& run : items_of(runs)) {
    std::vector<Html> row = {html::link(run_path(run), run_name(run)), status_cell(run), when(run, "started", now), how_long(run)};
    const auto experiment = string_of(run, "experiment");
    if (with_experiment) row.insert(row.begin() + 1, html::link(experiment_path(experiment), experiment));
    rows.push_back(std::move(row));
  }
  return html::table(columns, rows);
}

Html experiments_table(const Json& experiments, std::int64_t now) {
  std::vector<std::vector<Html>> rows;
  for (const auto& experiment : items_of(experiments)) {
    const auto name = string_of(experiment, "name");
    rows.push_back({html::link(experiment_path(name), name), cell_of(at(experiment, "runs")), when(experiment, "created", now),
                    html::text(string_of(at(experiment, "workspace"), "name"))});
  }
  return html::table({{"Experiment"}, {"Runs", true}, {"Created"}, {"Workspace"}}, rows);
}

// --- metrics

bool is_scalar(const Json& metric) { return string_of(metric, "kind") == "scalar" || string_of(metric, "kind") == "list"; }

const Json& last_value(const Json& metric) {
  static const Json nothing;
  const auto& values = at(metric, "values");
  return values.is_array() && !values.empty() ? values.back() : nothing;
}

/// Run id to its scalar metrics.
std::map<std::string, Json> metrics_by_run(const Json& metrics) {
  std::map<std::string, Json> by_run;
  for (const auto& item : items_of(metrics)) by_run[string_of(item, "run")] = at(item, "metrics");
  return by_run;
}

/// Names of scalars in order of first appearance, at most kMetricColumns.
std::vector<std::string> metric_columns(const Json& runs, std::map<std::string, Json>& by_run) {
  std::vector<std::string> names;
  for (const auto& run : items_of(runs))
    for (const auto& metric : elements_of(by_run[string_of(run, "id")])) {
      const auto name = string_of(metric, "name");
      if (is_scalar(metric) && names.size() < kMetricColumns && std::find(names.begin(), names.end(), name) == names.end())
        names.push_back(name);
    }
  return names;
}

Html latest_of(const Json& metrics, const std::string& name) {
  for (const auto& metric : elements_of(metrics))
    if (is_scalar(metric) && string_of(metric, "name") == name) return cell_of(last_value(metric));
  return {};
}

Html scalars_table(const Json& metrics) {
  std::vector<std::vector<Html>> rows;
  for (const auto& metric : elements_of(metrics)) {
    if (!at(metric, "values").is_array()) continue;
    const auto steps = at(metric, "steps");
    const bool stepped = steps.is_array() && !steps.empty();
    rows.push_back({html::element("span", string_of(metric, "name"), "name"), cell_of(last_value(metric)),
                    stepped ? cell_of(steps.back()) : Html{}, html::text(std::to_string(at(metric, "values").size()))});
  }
  if (rows.empty()) return {};
  return html::table({{"Metric"}, {"Latest value", true}, {"Step", true}, {"Values", true}}, rows);
}

Html table_metric(const Json& metric) {
  std::vector<html::Column> columns;
  std::size_t length = 0;
  const auto& data = at(metric, "columns");
  for (const auto& [name, cells] : data.items()) {
    if (columns.size() >= kTableColumns) break;
    columns.push_back({name, true});
    length = std::max(length, cells.size());
  }
  std::vector<std::vector<Html>> rows;
  const auto begin = length > kRowsShown ? length - kRowsShown : 0;
  for (std::size_t i = begin; i < length; ++i) {
    std::vector<Html> row;
    for (const auto& column : columns) {
      const auto& cells = data.at(std::string(column.title));
      row.push_back(cells.is_array() && i < cells.size() ? cell_of(cells[i]) : Html{});
    }
    rows.push_back(std::move(row));
  }
  auto result = html::element("h3", string_of(metric, "name"));
  const auto hidden = data.size() - columns.size();
  if (begin > 0 || hidden > 0)
    result += html::element("p", html::text("the last " + std::to_string(length - begin) + " of " + std::to_string(length) + " rows" +
                                            (hidden > 0 ? ", " + std::to_string(hidden) + " more columns" : "")), "sub");
  result += html::table(columns, rows);
  return result;
}

Html numbers(const Json& metrics) {
  auto result = scalars_table(metrics);
  for (const auto& metric : elements_of(metrics))
    if (at(metric, "columns").is_object()) result += table_metric(metric);
  return result;
}

// --- the parts of a run's page

Html failure(const Json& run) {
  const auto& error = at(run, "error");
  const auto message = string_of(error, "message");
  if (message.empty()) return {};
  auto content = html::element("p", html::element("strong", message));
  const auto traceback = string_of(error, "traceback");
  if (!traceback.empty()) {
    auto details = html::element("summary", html::text("Traceback"));
    details += html::element("pre", html::text(traceback));
    content += html::element("details", details);
  }
  return html::notice("bad", content);
}

Html notices(const Json& run) {
  auto result = failure(run);
  const auto waiting = string_of(run, "waiting");
  if (!waiting.empty()) result += html::notice("quiet", html::element("p", waiting));
  for (const auto& warning : elements_of(at(run, "warnings")))
    if (warning.is_string()) result += html::notice("warn", html::element("p", warning.get<std::string>()));
  return result;
}

Html command_line(const Json& run) {
  std::string line = string_of(run, "script");
  for (const auto* field : {"command", "arguments"}) {
    const auto& words = at(run, field);
    if (words.is_string()) line += (line.empty() ? "" : " ") + words.get<std::string>();
    for (const auto& word : elements_of(words)) line += (line.empty() ? "" : " ") + quoted_word(argument_text(word));
  }
  return line.empty() ? Html{} : html::element("code", line);
}

Html interpreter(const Json& run) {
  const auto path = string_of(at(run, "interpreter"), "path");
  if (path.empty()) return {};
  auto result = html::element("code", path);
  const auto version = string_of(at(run, "interpreter"), "version");
  const auto& packages = at(at(run, "interpreter"), "packages");
  std::string more = version;
  if (packages.is_object() && !packages.empty()) more += (more.empty() ? "" : ", ") + std::to_string(packages.size()) + " packages";
  if (!more.empty()) result += html::element("span", html::text(" " + more), "soft");
  return result;
}

Html snapshot(const Json& run) {
  const auto& snapshot = at(run, "snapshot");
  const auto digest = string_of(snapshot, "digest");
  if (digest.empty()) return {};
  auto result = html::element("code", digest.substr(0, 12));
  std::string more = " ";
  if (at(snapshot, "files").is_number()) more += at(snapshot, "files").dump() + " files";
  if (at(snapshot, "bytes").is_number()) more += ", " + size_words(at(snapshot, "bytes"));
  result += html::element("span", html::text(more), "soft");
  const auto left_out = string_of(snapshot, "left_out");
  if (!left_out.empty()) result += html::element("div", left_out, "soft");
  return result;
}

Html pairs(const Json& object) {
  Html result;
  if (!object.is_object()) return result;
  for (const auto& [name, value] : object.items())
    result += html::element("span", name + (value.is_null() ? "" : " = " + plain_text(value)), "tag");
  return result;
}

Html parent_link(const Json& run) {
  const auto parent = string_of(run, "parent");
  return parent.empty() ? Html{} : html::link("runs/" + base::percent_encode(parent), parent);
}

Html optional_text(std::string_view text) { return text.empty() ? Html{} : html::element("span", text); }
Html optional_code(std::string_view text) { return text.empty() ? Html{} : html::element("code", text); }

Html facts_of(const Json& run, std::int64_t now) {
  const auto& cpu = at(run, "cpu_seconds");
  return html::facts({
      {"Created", when(run, "created", now)},
      {"Started", when(run, "started", now)},
      {"Ended", when(run, "ended", now)},
      {"Duration", how_long(run)},
      {"Exit code", cell_of(at(run, "exit_code"))},
      {"Signal", cell_of(at(run, "signal"))},
      {"CPU time", cpu.is_number() ? html::duration(cpu.get<double>()) : Html{}},
      {"Peak memory", html::text(size_words(at(run, "peak_bytes")))},
      {"Runs", command_line(run)},
      {"Interpreter", interpreter(run)},
      {"Source", optional_code(string_of(run, "source_directory"))},
      {"Snapshot", snapshot(run)},
      {"Target", optional_text(string_of(run, "target"))},
      {"Parent", parent_link(run)},
      {"Variables", pairs(at(run, "environment"))},
      {"Tags", pairs(at(run, "tags"))},
      {"Properties", pairs(at(run, "properties"))},
      {"Directory", optional_code(string_of(run, "directory"))},
      {"Id", optional_code(string_of(run, "id"))},
  });
}

Html files_table(const Json& run, const Json& files) {
  std::vector<std::vector<Html>> rows;
  const auto folder = "api/v1/" + run_path(run) + "/files/";
  for (const auto& file : items_of(files)) {
    const auto name = string_of(file, "name");
    const bool leads_there = base::is_safe_relative(name);
    rows.push_back({leads_there ? html::link(folder + base::percent_encode(name, "/"), name) : html::element("span", name), html::text(size_words(at(file, "size"))),
                    html::text(string_of(file, "kind"))});
  }
  if (rows.empty()) return {};
  return html::table({{"File"}, {"Size", true}, {"Kind"}}, rows);
}

Html log_card(std::string_view log) {
  if (log.empty()) return {};
  return html::element("div", html::element("pre", html::text(log)), "card");
}

std::string subtitle(const Json& run) {
  std::string words = string_of(run, "kind");
  if (!string_of(run, "submitter").empty()) words += " run of " + string_of(run, "submitter");
  if (!string_of(run, "description").empty()) words += ": " + string_of(run, "description");
  return words;
}

}  // namespace

std::string home(const Json& experiments, const Json& runs, std::int64_t now) {
  auto content = html::element("h1", html::text("Experiments"));
  content += items_of(experiments).empty() ? empty_card("Nothing has run yet. Submit a script with \"runyard submit train.py\" or through the SDK.")
                                           : experiments_table(experiments, now);
  if (!items_of(runs).empty()) content += html::section("Recent runs", runs_table(runs, true, now));
  return html::page("Experiments", kTop, {}, content);
}

std::string experiment(std::string_view name, const Json& runs, const Json& metrics, std::string_view more, std::int64_t now) {
  auto by_run = metrics_by_run(metrics);
  const auto names = metric_columns(runs, by_run);
  std::vector<html::Column> columns = {{"Run"}, {"Status"}, {"Started"}, {"Duration", true}};
  for (const auto& metric : names) columns.push_back({metric, true});
  std::vector<std::vector<Html>> rows;
  for (const auto& run : items_of(runs)) {
    std::vector<Html> row = {html::link(run_path(run), run_name(run)), status_cell(run), when(run, "started", now), how_long(run)};
    for (const auto& metric : names) row.push_back(latest_of(by_run[string_of(run, "id")], metric));
    rows.push_back(std::move(row));
  }
  auto content = html::element("h1", name);
  content += rows.empty() ? empty_card("This experiment has no runs.") : html::table(columns, rows);
  if (!more.empty()) content += html::element("p", html::link(experiment_path(name).append(more), "Older runs"), "sub");
  return html::page(name, kAbove, {{"", std::string(name)}}, content);
}

std::string run(const Json& run, const Json& metrics, const Json& files, const Json& children, std::string_view log, std::int64_t now) {
  auto title = html::element("span", run_name(run));
  title += html::badge(string_of(run, "status"));
  auto content = html::element("h1", title);
  content += html::element("p", subtitle(run), "sub");
  content += notices(run);
  content += facts_of(run, now);
  const auto own = items_of(metrics).empty() ? Json::array() : at(items_of(metrics)[0], "metrics");
  content += html::section("Metrics", numbers(own));
  if (!items_of(children).empty()) content += html::section("Child runs", runs_table(children, false, now));
  content += html::section("Files", files_table(run, files));
  content += html::section("Log, last " + std::to_string(kLogLines) + " lines", log_card(log));
  const auto experiment = string_of(run, "experiment");
  return html::page(run_name(run), kAbove, {{experiment_path(experiment), experiment}, {"", run_name(run)}}, content);
}

}  // namespace yard::pages
