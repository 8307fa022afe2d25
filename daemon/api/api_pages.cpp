// SPDX-License-Identifier: Apache-2.0
// The pages: the portal, where it is built (and not asked to stay away by ?plain), else plain ones that show what the API answers.
#include <fcntl.h>

#include "base/text.h"
#include "daemon/api/api.h"
#include "daemon/api/log_tail.h"
#include "daemon/pages/html.h"
#include "daemon/pages/pages.h"
#include "daemon/pages/portal_files.h"
#include "protocol/json.h"

namespace yard {

using base::Result;
using nlohmann::json;

namespace {

constexpr std::int64_t kRunsShown = 100;
constexpr std::string_view kNotBuilt = "this page is part of the portal, which is not built here: scripts/portal builds it; the plain pages begin at /";
constexpr std::size_t kLongestTail = 256 << 10;

Response page_or_error(const Result<std::string>& page) {
  if (page) return Response::html(*page);
  const bool missing = page.error().code == std::errc::no_such_file_or_directory;
  return html::error_page(Response::error(page.error()).status, missing ? "Not there" : "Cannot show this", page.error().message);
}

/// The last lines of a log, as bytes.
std::string last_lines(const base::Path& path) {
  const auto fd = base::open_file(path, O_RDONLY | O_NOFOLLOW);
  if (!fd) return "";
  const auto size = base::file_size(*fd);
  const auto offset = tail_offset(*fd, pages::kLogLines);
  if (!size || !offset) return "";
  const std::uint64_t from = *size > kLongestTail ? std::max(*offset, *size - kLongestTail) : *offset;
  auto bytes = base::read_at(*fd, from, kLongestTail);
  return bytes ? std::move(*bytes) : "";
}

Result<json> metrics_of(Database& database, RunKey run, const std::string& id) {
  TRY_ASSIGN(const std::string metrics, metrics_json(database, run, {}, MetricsDetail::kValues));
  return json{{"run", id}, {"metrics", json::parse(metrics, nullptr, false)}};
}

/// A file of the portal; nothing when it is not built, or not wanted.
Task<std::optional<Response>> portal_answer(Api& api, Request& request, const char* page) {
  if (request.value("plain")) co_return std::nullopt;
  const bool gzip = request.header("accept-encoding").find("gzip") != std::string::npos;
  auto read = [portal = api.yard.settings().portal, name = std::string(page), etag = request.header("if-none-match"), gzip] {
    return std::make_shared<std::optional<Response>>(portal_file(portal, name, etag, gzip));
  };
  auto found = co_await run_on(api.yard.pool(), std::move(read));
  co_return std::move(*found);
}

}  // namespace

Task<Response> get_portal_asset(Api& api, Request& request) {
  const std::string name = "assets/" + request.parameter("name");
  auto found = co_await portal_answer(api, request, name.c_str());
  if (found) co_return std::move(*found);
  co_return html::error_page(404, "Not there", "the portal has no file '" + name + "'");
}

Task<Response> get_portal_page(Api& api, Request& request) {
  auto found = co_await portal_answer(api, request, "index.html");
  if (found) co_return std::move(*found);
  co_return html::error_page(404, "Not there", kNotBuilt);
}

Task<Response> get_portal_page_below(Api& api, Request& request) {
  auto found = co_await portal_answer(api, request, "below.html");
  if (found) co_return std::move(*found);
  co_return html::error_page(404, "Not there", kNotBuilt);
}

Task<Response> get_home_page(Api& api, Request& request) {
  auto portal = co_await portal_answer(api, request, "index.html");
  if (portal) co_return std::move(*portal);
  const Place& place = api.place;
  std::function<Result<std::string>(Database&)> ask = [&place](Database& database) -> Result<std::string> {
    TRY_ASSIGN(const json experiments, list_experiments(database, {}));
    RunFilter filter;
    filter.limit = kRunsShown;
    TRY_ASSIGN(const json runs, list_runs(database, place, filter));
    return pages::home(experiments, runs, base::now());
  };
  co_return page_or_error(co_await api.yard.readers().ask_long(std::move(ask)));
}

Task<Response> get_experiment_page(Api& api, Request& request) {
  auto portal = co_await portal_answer(api, request, "below.html");
  if (portal) co_return std::move(*portal);
  const std::string name = request.parameter("name"), cursor = request.value("cursor").value_or("");
  const Place& place = api.place;
  std::function<Result<std::string>(Database&)> ask = [name, cursor, &place](Database& database) -> Result<std::string> {
    TRY_ASSIGN(const json known, list_experiments(database, {std::nullopt, name, 0, true}));
    if (known["items"].empty()) return base::error("there is no experiment '" + name + "'", std::errc::no_such_file_or_directory);
    RunFilter filter;
    filter.experiment = name;
    filter.limit = kRunsShown;
    filter.cursor = cursor;
    TRY_ASSIGN(const json runs, list_runs(database, place, filter));
    json metrics = json::array();
    for (const auto& run : runs["items"]) {
      TRY_ASSIGN(const RunHead head, find_run(database, run["id"]));
      TRY_ASSIGN(json item, metrics_of(database, head.key, head.id));
      metrics.push_back(std::move(item));
    }
    const std::string more = runs["next"].is_null() ? "" : "?cursor=" + runs["next"].get<std::string>();
    return pages::experiment(name, runs, json{{"items", std::move(metrics)}}, more, base::now());
  };
  co_return page_or_error(co_await api.yard.readers().ask_long(std::move(ask)));
}

Task<Response> get_run_page(Api& api, Request& request) {
  auto portal = co_await portal_answer(api, request, "below.html");
  if (portal) co_return std::move(*portal);
  const std::string id = request.parameter("id");
  auto head = co_await current_head_of(api, id);
  if (!head) co_return page_or_error(head.error());
  auto files = co_await files_of(api, *head);
  if (!files) co_return page_or_error(files.error());
  const std::string waiting = api.yard.queue().why_waiting(head->key);
  const Place& place = api.place;
  std::function<Result<std::string>(Database&)> ask = [key = head->key, id, waiting, files = *files, &place](Database& database) -> Result<std::string> {
    TRY_ASSIGN(json run, run_json(database, place, key, true));
    if (!waiting.empty()) run["waiting"] = waiting;
    TRY_ASSIGN(json metrics, metrics_of(database, key, id));
    RunFilter filter;
    filter.parent = id;
    filter.limit = kRunsShown;
    TRY_ASSIGN(const json children, list_runs(database, place, filter));
    const json items = {{"items", json::array({std::move(metrics)})}, {"behind", false}};
    return pages::run(run, items, files, children, last_lines(place.state.run(id).attempt().log()), base::now());
  };
  co_return page_or_error(co_await api.yard.readers().ask_long(std::move(ask)));
}

}  // namespace yard
