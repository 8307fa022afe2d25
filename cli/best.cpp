// SPDX-License-Identifier: Apache-2.0
#include "cli/best.h"

#include <memory>

#include "cli/commands.h"
#include "cli/context.h"
#include "cli/metrics.h"
#include "cli/run_name.h"
#include "cli/words.h"
#include "protocol/json_field.h"

namespace cli {

using nlohmann::json;
using protocol::list_at;
using protocol::member_at;
using protocol::text_at;

namespace {

struct BestOptions {
  std::string run, metric, goal;
};

const char* best_member(const std::string& goal) { return goal == "maximize" ? "max" : "min"; }

/// "minimize" for "min".
base::Result<std::string> goal_of(const std::string& word) {
  if (word.empty() || word == "minimize" || word == "maximize") return word;
  if (word == "min" || word == "max") return word + "imize";
  return wrong_usage("--goal is min or max, not '" + printable(word) + "'");
}

/// What the children of one sweep say; nothing when the sweep has been removed since.
base::Result<json> sweep_if_there(const Client& client, const std::string& id, const std::string& metric) {
  auto sweep = client.sweep(id, metric);
  if (!sweep && sweep.error().code == std::errc::no_such_file_or_directory) return json();
  return sweep;
}

base::Result<json> children_of(const Client& client, const json& run, const std::string& metric) {
  json children = json::array();
  for (const auto& id : sweeps_of(run)) {
    TRY_ASSIGN(const json sweep, sweep_if_there(client, id, metric));
    for (const json& child : list_at(sweep, "children")) children.push_back(child);
  }
  return children;
}

base::Result<int> best(const Context& context, const BestOptions& options) {
  TRY_ASSIGN(std::string goal, goal_of(options.goal));
  TRY_ASSIGN(const Client client, context.client());
  TRY_ASSIGN(const std::string id, find_run_id(client, options.run));
  TRY_ASSIGN(const json run, client.run(id));
  TRY_ASSIGN(const json sweep, client.sweep(id, options.metric));
  const std::string metric = text_at(sweep, "metric");
  if (goal.empty()) goal = text_at(sweep, "goal");
  if (metric.empty() || goal.empty())
    return base::error("run " + printable(id) + " does not say which metric counts: name it with --metric and --goal");
  TRY_ASSIGN(const json children, children_of(client, run, metric));
  json child = best_child(children, goal);
  if (child.is_null())
    return base::error("no child of run " + printable(id) + " has logged '" + printable(metric) + "'");
  const std::string text = best_table(child, metric, goal).text(context.terminal().color, 0);
  child["metric"] = metric;
  child["goal"] = goal;
  return context.show(child, text);
}

}  // namespace

std::vector<std::string> sweeps_of(const json& run) {
  std::vector<std::string> sweeps;
  const json& sweep = member_at(member_at(run, "configuration"), "sweep");
  for (const char* member : {"continues", "resume_from"})
    for (const json& id : list_at(sweep, member))
      if (id.is_string()) sweeps.push_back(id.get<std::string>());
  sweeps.push_back(text_at(run, "id"));
  return sweeps;
}

std::optional<double> best_value(const json& child, const std::string& goal) {
  return number_in(member_at(child, best_member(goal)));
}

json best_child(const json& children, const std::string& goal) {
  const json* best = nullptr;
  for (const json& child : children) {
    const auto value = best_value(child, goal);
    if (!value) continue;
    const double known = best ? *best_value(*best, goal) : 0;
    if (!best || (goal == "maximize" ? *value > known : *value < known)) best = &child;
  }
  return best ? *best : json();
}

Table best_table(const json& child, const std::string& metric, const std::string& goal) {
  std::vector<Table::Column> titles{{"RUN"}, {"STATUS"}, {printable(metric)}};
  std::vector<Table::Cell> row{text_at(child, "id"), text_at(child, "state"),
                               cell_text(member_at(child, best_member(goal)))};
  const json& parameters = member_at(child, "hyperparameters");
  if (parameters.is_object())
    for (const auto& [name, value] : parameters.items()) {
      titles.push_back({printable(name)});
      row.emplace_back(cell_text(value));
    }
  Table table(std::move(titles));
  table.add(std::move(row));
  return table;
}

Command best_command() {
  const auto o = std::make_shared<BestOptions>();
  return {"best",
          "the best run of a sweep, with its parameters",
          "  runyard best latest\n"
          "  runyard best ridge/12 --metric mse --goal min\n",
          {{"RUN", &o->run, "the sweep, or any run with child runs", "", true},
           {"--metric", &o->metric, "the metric that counts (the sweep's own)", "NAME"},
           {"--goal", &o->goal, "min or max (the sweep's own)", "GOAL"}},
          nullptr,
          nullptr,
          "",
          [o](Context& context) { return best(context, *o); }};
}

}  // namespace cli
