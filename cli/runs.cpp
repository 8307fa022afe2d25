// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "cli/commands.h"
#include "cli/context.h"
#include "cli/run_name.h"
#include "cli/table.h"
#include "cli/words.h"
#include "protocol/json_field.h"
#include "protocol/run_state.h"

namespace cli {

using nlohmann::json;
using protocol::list_at;
using protocol::member_at;
using protocol::number_at;
using protocol::text_at;

namespace {

constexpr int kRunsPage = 1000;
constexpr std::int64_t kDefaultLimit = 20;

struct RunsOptions {
  RunFilter filter;
  std::optional<std::int64_t> limit;
  bool all = false;
};

/// The API's word for a status typed in any case ("cancelled" too).
base::Result<std::string> status_word(const std::string& typed) {
  std::string word = typed;
  for (char& c : word)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  if (word == "cancelled") word = "canceled";
  std::string known;
  for (std::size_t i = 1; i < protocol::kStateCount; ++i) {
    const std::string candidate(protocol::to_string(static_cast<protocol::RunState>(i)));
    std::string lower = candidate;
    for (char& c : lower)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    if (lower == word) return candidate;
    known += (known.empty() ? "" : ", ") + candidate;
  }
  return wrong_usage("there is no status '" + printable(typed) + "': expected one of " + known);
}

base::Result<json> collect(const Client& client, const RunsOptions& options) {
  json items = json::array();
  std::string cursor;
  std::int64_t left = options.all ? INT64_MAX : options.limit.value_or(kDefaultLimit);
  do {
    TRY_ASSIGN(json page,
               client.runs(options.filter, static_cast<int>(std::min<std::int64_t>(left, kRunsPage)), cursor));
    for (const json& run : list_at(page, "items")) items.push_back(run);
    left -= static_cast<std::int64_t>(list_at(page, "items").size());
    cursor = text_at(page, "next");
  } while (!cursor.empty() && left > 0);
  return json{{"items", std::move(items)}, {"next", cursor.empty() ? json() : json(cursor)}};
}

std::string took(const json& run) {
  const json& seconds = member_at(run, "duration_seconds");
  if (!seconds.is_number()) return "";
  return base::format_duration(std::chrono::microseconds(base::from_seconds(seconds.get<double>())));
}

/// The command, and how it went or why it waits.
std::string about(const json& run) {
  const std::string name = text_at(run, "display_name");
  std::string text = name.empty() ? command_line(run) : name;
  for (const std::string& why : {text_at(run, "waiting"), text_at(member_at(run, "error"), "message")})
    if (!why.empty()) text += ": " + one_line(why);
  return text;
}

Table run_table(const json& items) {
  Table table({{"RUN"}, {"EXPERIMENT"}, {"STATUS"}, {"CREATED"}, {"TOOK"}, {"WHAT"}});
  const auto now = base::now();
  for (const json& run : items) {
    const std::string status = text_at(run, "status");
    table.add({text_at(run, "id"),
               text_at(run, "experiment") + "/" + std::to_string(number_at(run, "number")),
               {status, color_of(status)},
               age(text_at(run, "created"), now),
               took(run),
               about(run)});
  }
  return table;
}

base::Result<int> runs(const Context& context, RunsOptions& options) {
  if (options.limit && *options.limit < 1) return wrong_usage("cannot list runs: --limit must be 1 or more");
  if (!options.filter.status.empty()) {
    TRY_ASSIGN(options.filter.status, status_word(options.filter.status));
  }
  TRY_ASSIGN(const Client client, context.client());
  if (!options.filter.parent.empty()) {
    TRY_ASSIGN(options.filter.parent, find_run_id(client, options.filter.parent));
  }
  TRY_ASSIGN(const json list, collect(client, options));
  if (context.json()) {
    TRY(out_json(list));
    return 0;
  }
  const json& items = list_at(list, "items");
  if (items.empty()) note("no runs");
  else TRY(out(run_table(items).text(context.terminal().color, context.terminal().width)));
  if (!text_at(list, "next").empty()) note("there are more: --all lists them");
  return 0;
}

}  // namespace

Command runs_command() {
  const auto o = std::make_shared<RunsOptions>();
  return {"runs",
          "list runs, newest first",
          "  runyard runs\n"
          "  runyard runs -x ridge --status failed\n"
          "  runyard runs --tag best=yes --all --json\n"
          "  runyard runs --filter 'metric.mse.min < 3000 and created > -7d' --sort metric.mse.min\n",
          {{"-x,--experiment", &o->filter.experiment, "only of this experiment", "EXPERIMENT"},
           {"--status", &o->filter.status, "only with this status", "STATUS"},
           {"--tag", &o->filter.tags,
            "only with this tag, a K that holds '=' in double quotes (repeatable: all must hold)", "K[=V]"},
           {"--workspace", &o->filter.workspace, "only of this workspace", "WORKSPACE"},
           {"--filter", &o->filter.expression, "only where this holds: metric.loss < 0.5 and not tag.bad", "EXPR"},
           {"--sort", &o->filter.sort, "by this, -KEY for the largest first: metric.loss.min", "KEY"},
           {"--parent", &o->filter.parent, "the children of this run", "RUN"},
           {"--children", &o->filter.children, "child runs too"},
           {"-n,--limit", &o->limit, "at most so many (20)", "N"},
           {"-a,--all", &o->all, "all of them"}},
          nullptr,
          nullptr,
          "",
          [o](Context& context) { return runs(context, *o); }};
}

}  // namespace cli
