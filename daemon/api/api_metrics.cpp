// SPDX-License-Identifier: Apache-2.0
// Routes of metrics: what a run reported, and lines added from outside.
#include <charconv>

#include "base/text.h"
#include "daemon/api/api.h"
#include "protocol/json.h"

namespace api {

using base::Result;
using nlohmann::json;

namespace {

constexpr std::size_t kMostRejections = 100;

struct Checked {
  std::string lines;
  std::size_t accepted = 0;
  json rejected = json::array();
  std::vector<std::pair<std::string, std::string>> properties;
};

/// The valid lines of a body; what only a process of the run can say is not taken.
Checked check_lines(const std::string& body) {
  Checked checked;
  protocol::LineParser parser;
  std::size_t number = 0;
  for (const auto& line : base::split(body, '\n')) {
    ++number;
    if (line.empty()) continue;
    auto parsed = parser.parse(line);
    if (line.starts_with(store::kBatchMark)) parsed = base::error("only the daemon can say that");
    if (parsed && (*parsed)->kind == protocol::LineKind::kFile) parsed = base::error("a file is sent by PUT");
    if (parsed && ((*parsed)->kind == protocol::LineKind::kChild || (*parsed)->kind == protocol::LineKind::kEnding))
      parsed = base::error("only a process of the run can say that");
    if (!parsed) {
      if (checked.rejected.size() < kMostRejections) checked.rejected.push_back({{"line", number}, {"why", parsed.error().message}});
      continue;
    }
    if ((*parsed)->kind == protocol::LineKind::kProperty)
      checked.properties.emplace_back((*parsed)->name, std::get<std::string>((*parsed)->cells[0]));
    checked.lines += line + "\n";
    ++checked.accepted;
  }
  return checked;
}

Result<void> check_properties(store::Database& database, store::RunKey run, const Checked& checked) {
  for (const auto& [name, value] : checked.properties) {
    store::Query query = database.query("SELECT value FROM property WHERE run = ? AND name = ?");
    TRY_ASSIGN(const bool found, query.bind(run).bind(name).step());
    if (found && query.text(0) != value)
      return base::error("the property '" + name + "' is set to '" + query.text(0) + "': a property cannot be changed", std::errc::file_exists);
  }
  return {};
}

/// check_lines(), on a thread where there are many, so that others are answered meanwhile.
Task<std::shared_ptr<Checked>> checked_lines(Api& api, const Request& request) {
  constexpr std::size_t kMany = 64u << 10;
  auto check = [&request] { return std::make_shared<Checked>(check_lines(request.body)); };
  if (request.body.size() < kMany) co_return check();
  co_return co_await async::run_on(api.threads.quick, std::move(check));
}

}  // namespace

Task<Response> get_metrics(Api& api, Request& request) {
  const auto recursive = request.flag("recursive", false);
  const auto times = request.flag("times", true), values = request.flag("values", true);
  for (const auto* flag : {&recursive, &times, &values})
    if (!*flag) co_return Response::error(flag->error());
  const auto detail = !*values ? store::MetricsDetail::kSummary : *times ? store::MetricsDetail::kTimes : store::MetricsDetail::kValues;
  bool behind = false;
  auto head = co_await current_head_of(api, request.parameter("id"), &behind);
  if (!head) co_return Response::error(head.error());
  if (*recursive) {
    auto below = [key = head->key](store::Database& database) { return store::descendants(database, key); };
    auto runs = co_await api.readers.read_long(std::move(below));
    if (!runs) co_return Response::error(runs.error());
    for (const auto& [key, id] : *runs) {
      if (key == head->key) continue;
      auto current = co_await current_head_of(api, id, &behind);
      static_cast<void>(current);  // removed meanwhile
    }
  }
  const auto names = request.values("name");
  auto ask = [key = head->key, all = *recursive, detail, names](store::Database& database) -> Result<std::string> {
    TRY_ASSIGN(const auto below, store::descendants(database, key));
    std::string items;
    for (const auto& [run, id] : below) {
      if (!all && run != key) continue;
      TRY_ASSIGN(const std::string metrics, store::metrics_json(database, run, names, detail));
      items += (items.empty() ? "{\"run\":" : ",{\"run\":") + json(id).dump() + ",\"metrics\":" + metrics + "}";
    }
    return items;
  };
  auto items = co_await api.readers.read_long(std::move(ask));
  if (!items) co_return Response::error(items.error());
  Response response = Response::text("{\"items\":[" + *items + "],\"behind\":" + (behind ? "true" : "false") + "}");
  response.content_type = "application/json";
  co_return response;
}

Task<Response> get_series(Api& api, Request& request) {
  store::SeriesFilter filter;
  filter.names = request.values("name");
  filter.x = request.value("x").value_or("index");
  const auto points = request.number("points", 1000, 1, 10'000);
  if (!points) co_return Response::error(points.error());
  filter.points = *points;
  for (const auto& [key, bound] : {std::pair("from", &filter.from), std::pair("to", &filter.to)}) {
    const auto text = request.value(key);
    double number = 0;
    if (!text) continue;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
    if (error != std::errc() || end != text->data() + text->size())
      co_return Response::error(400, "bad_request", "'" + std::string(key) + "' is not a number: " + *text);
    *bound = number;
  }
  const bool known = filter.x == "index" || filter.x == "step" || filter.x == "time" || filter.x == "relative" || filter.x.starts_with("metric.");
  if (!known) co_return Response::error(400, "bad_request", "'x' is index, step, time, relative or metric.NAME, not '" + filter.x + "'");
  bool behind = false;
  auto head = co_await current_head_of(api, request.parameter("id"), &behind);
  if (!head) co_return Response::error(head.error());
  auto ask = [key = head->key, filter](store::Database& database) { return store::series_json(database, key, filter); };
  auto items = co_await api.readers.read_long(std::move(ask));
  if (!items) co_return Response::error(items.error());
  json answer = {{"items", std::move(*items)}, {"behind", behind}};
  co_return co_await long_json(api, std::move(answer));
}

Task<Response> post_lines(Api& api, Request& request) {
  auto head = co_await head_of(api, request.parameter("id"));
  if (!head) co_return Response::error(head.error());
  const auto batch = request.number("batch", -1, 0, std::numeric_limits<std::int64_t>::max());
  const auto client = request.value("client");
  if (!batch) co_return Response::error(batch.error());
  const auto checked = co_await checked_lines(api, request);
  auto write = [checked, key = head->key, number = *batch, client](store::Ingest& ingest) -> Result<bool> {
    TRY(check_properties(ingest.database(), key, *checked));
    if (client && number >= 0) return ingest.append_batch(key, *client, number, checked->lines);
    TRY(ingest.append_lines(key, checked->lines));
    return true;
  };
  auto written = co_await api.store.write(std::move(write));
  if (!written) co_return Response::error(written.error());
  co_return Response::json({{"accepted", checked->accepted}, {"rejected", checked->rejected}});
}

}  // namespace api
