// SPDX-License-Identifier: Apache-2.0
// Routes of metrics: what a run reported, and lines added from outside.
#include <charconv>

#include "base/text.h"
#include "daemon/api/api.h"
#include "daemon/store/queries/metrics.h"
#include "protocol/facts.h"
#include "protocol/json.h"

namespace api {

using nlohmann::json;

namespace {

constexpr std::size_t kMostRejections = 100;

struct CheckedLines {
  std::string lines;  ///< the valid ones
  std::size_t accepted = 0;
  json rejected = json::array();
  std::vector<std::pair<std::string, std::string>> properties;
};

/// The valid lines of a body. Some kinds of line are refused, since only a process of the run writes them.
CheckedLines check_lines(const std::string& body) {
  CheckedLines checked;
  protocol::LineParser parser;
  std::size_t number = 0;
  for (const auto& line : base::split(body, '\n')) {
    ++number;
    if (line.empty()) continue;
    auto parsed = parser.parse(line);
    if (line.starts_with(protocol::kBatchMark)) parsed = base::error("only the daemon can say that");
    if (parsed && (*parsed)->kind == protocol::LineKind::kFile) parsed = base::error("a file is sent by PUT");
    if (parsed && ((*parsed)->kind == protocol::LineKind::kChild || (*parsed)->kind == protocol::LineKind::kEnding))
      parsed = base::error("only a process of the run can say that");
    if (!parsed) {
      if (checked.rejected.size() < kMostRejections)
        checked.rejected.push_back({{"line", number}, {"why", parsed.error().message}});
      continue;
    }
    if ((*parsed)->kind == protocol::LineKind::kProperty)
      checked.properties.emplace_back((*parsed)->name, std::get<std::string>((*parsed)->cells[0]));
    checked.lines += line + "\n";
    ++checked.accepted;
  }
  return checked;
}

Result<void> check_properties(store::Database& database, store::RunKey run, const CheckedLines& checked) {
  for (const auto& [name, value] : checked.properties) {
    TRY_ASSIGN(const auto known, store::property_of(database, run, name));
    if (known && *known != value)
      return base::error("the property '" + name + "' is set to '" + *known + "': a property cannot be changed",
                         std::errc::file_exists);
  }
  return {};
}

/// check_lines(), on a thread where there are many, so that others are answered meanwhile.
Task<std::shared_ptr<CheckedLines>> checked_lines(Api& api, const Request& request) {
  constexpr std::size_t kMany = 64u << 10;
  auto check = [&request] { return std::make_shared<CheckedLines>(check_lines(request.body)); };
  if (request.body.size() < kMany) co_return check();
  co_return co_await async::run_on(api.threads.quick, std::move(check));
}

struct MetricsQuery {
  store::MetricsDetail detail = store::MetricsDetail::kTimes;
  std::vector<std::string> names;  ///< empty: all
  bool recursive = false;          ///< of the runs below, too
};

Result<MetricsQuery> metrics_query_of(const Request& request) {
  MetricsQuery query;
  TRY_ASSIGN(query.recursive, request.flag("recursive", false));
  TRY_ASSIGN(const bool times, request.flag("times", true));
  TRY_ASSIGN(const bool values, request.flag("values", true));
  query.detail = !values ? store::MetricsDetail::kSummary
                 : times ? store::MetricsDetail::kTimes
                         : store::MetricsDetail::kValues;
  query.names = request.values("name");
  return query;
}

/// current_head_of() for every run below one.
Task<Result<void>> catch_up_below(Api& api, store::RunKey run, bool* behind) {
  AWAIT_TRY_ASSIGN(const auto below, api.readers.read_long([run](store::Database& database) {
    return store::descendants(database, run);
  }));
  for (const auto& [key, id] : below) {
    if (key == run) continue;
    const auto current = co_await current_head_of(api, id, behind);
    static_cast<void>(current);  // it may have been removed meanwhile
  }
  co_return Result<void>();
}

/// The elements of "items", as text.
Result<std::string> metrics_items(store::Database& database, store::RunKey run, const MetricsQuery& query) {
  TRY_ASSIGN(const auto below, store::descendants(database, run));
  std::string items;
  for (const auto& [key, id] : below) {
    if (!query.recursive && key != run) continue;
    TRY_ASSIGN(const std::string metrics, store::metrics_json(database, key, query.names, query.detail));
    items += (items.empty() ? "{\"run\":" : ",{\"run\":") + json(id).dump() + ",\"metrics\":" + metrics + "}";
  }
  return items;
}

Result<std::optional<double>> bound_of(const Request& request, std::string_view name) {
  const auto text = request.value(name);
  if (!text) return std::nullopt;
  double number = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (error != std::errc() || end != text->data() + text->size())
    return base::error("'" + std::string(name) + "' is not a number: " + *text);
  return number;
}

Result<store::SeriesFilter> series_filter_of(const Request& request) {
  store::SeriesFilter filter;
  filter.names = request.values("name");
  filter.x = request.value("x").value_or("index");
  TRY_ASSIGN(filter.points, request.number("points", 1000, 1, 10'000));
  TRY_ASSIGN(filter.from, bound_of(request, "from"));
  TRY_ASSIGN(filter.to, bound_of(request, "to"));
  const bool known = filter.x == "index" || filter.x == "step" || filter.x == "time" || filter.x == "relative" ||
                     filter.x.starts_with("metric.");
  if (!known) return base::error("'x' is index, step, time, relative or metric.NAME, not '" + filter.x + "'");
  return filter;
}

}  // namespace

Task<Result<Response>> get_metrics(Api& api, Request& request) {
  CO_TRY_ASSIGN(const MetricsQuery query, metrics_query_of(request));
  bool behind = false;
  AWAIT_TRY_ASSIGN(const store::RunHead run, current_head_of(api, request.parameter("id"), &behind));
  if (query.recursive) AWAIT_TRY(catch_up_below(api, run.key, &behind));
  auto ask = [key = run.key, query](store::Database& database) { return metrics_items(database, key, query); };
  AWAIT_TRY_ASSIGN(const std::string items, api.readers.read_long(std::move(ask)));
  Response response = Response::text("{\"items\":[" + items + "],\"behind\":" + (behind ? "true" : "false") + "}");
  response.content_type = "application/json";
  co_return response;
}

Task<Result<Response>> get_series(Api& api, Request& request) {
  CO_TRY_ASSIGN(const store::SeriesFilter filter, series_filter_of(request));
  bool behind = false;
  AWAIT_TRY_ASSIGN(const store::RunHead run, current_head_of(api, request.parameter("id"), &behind));
  auto ask = [key = run.key, filter](store::Database& database) { return store::series_json(database, key, filter); };
  AWAIT_TRY_ASSIGN(json items, api.readers.read_long(std::move(ask)));
  json answer = {{"items", std::move(items)}, {"behind", behind}};
  co_return co_await long_json(api, std::move(answer));
}

Task<Result<Response>> post_lines(Api& api, Request& request) {
  AWAIT_TRY_ASSIGN(const store::RunHead run, head_of(api, request.parameter("id")));
  CO_TRY_ASSIGN(const std::int64_t batch, request.number("batch", -1, 0, std::numeric_limits<std::int64_t>::max()));
  const auto checked = co_await checked_lines(api, request);
  auto write = [checked, key = run.key, batch,
                client = request.value("client")](store::Ingest& ingest) -> Result<void> {
    TRY(check_properties(ingest.database(), key, *checked));
    if (!client || batch < 0) return ingest.append_lines(key, checked->lines);
    TRY(ingest.append_batch(key, *client, batch, checked->lines));
    return {};
  };
  AWAIT_TRY(api.store.write(std::move(write)));
  co_return Response::json({{"accepted", checked->accepted}, {"rejected", checked->rejected}});
}

}  // namespace api
