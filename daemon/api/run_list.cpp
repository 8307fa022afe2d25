// SPDX-License-Identifier: Apache-2.0
// Routes of lists: runs, and the names in use among them.

#include <algorithm>

#include "daemon/api/api.h"
#include "daemon/store/queries/run_list.h"
#include "daemon/store/queries/used_names.h"
#include "protocol/json.h"

namespace api {

using nlohmann::json;

namespace {

constexpr std::size_t kMostColumns = 200;

/// The key that a parameter names; nothing, and a `mistake`, when it names none.
std::optional<store::Key> key_of(const std::string& text, std::optional<store::Mistake>& mistake) {
  auto parsed = store::parse_key(text);
  if (auto* key = std::get_if<store::Key>(&parsed)) return std::move(*key);
  mistake = std::get<store::Mistake>(parsed);
  return std::nullopt;
}

/// Which runs, in which order, with which columns. `mistake`: the last one in the filter language.
Result<store::RunFilter> filter_of(const Request& request, std::optional<store::Mistake>& mistake) {
  store::RunFilter filter;
  TRY_ASSIGN(filter.limit, request.number("limit", 100, 1, 1000));
  TRY_ASSIGN(filter.skip, request.number("skip", 0, 0, std::numeric_limits<std::int64_t>::max()));
  TRY_ASSIGN(filter.children, request.flag("children", false));
  TRY_ASSIGN(filter.counts, request.flag("counts", false));
  filter.workspace = workspace_of(request);
  filter.experiment = request.value("experiment").value_or("");
  filter.kind = request.value("kind").value_or("");
  filter.parent = request.value("parent").value_or("");
  filter.states = request.values("status");
  filter.tags = request.values("tag");
  filter.properties = request.values("property");
  TRY(check_pairs(request));
  filter.cursor = request.value("cursor").value_or("");
  if (const auto text = request.value("filter"); text && text->find_first_not_of(" \t\n") != std::string::npos) {
    auto parsed = store::parse_filter(*text, base::now());
    if (auto* tree = std::get_if<store::Filter>(&parsed)) filter.filter = std::move(*tree);
    else mistake = std::get<store::Mistake>(parsed);
  }
  if (const std::string sort = request.value("sort").value_or("-created"); sort != "-created") {
    filter.descending = sort.starts_with('-');
    filter.sort = key_of(sort.substr(filter.descending ? 1 : 0), mistake);
  }
  const auto columns = request.values("column");
  if (columns.size() > kMostColumns) return base::error("a list has at most 200 columns");
  for (const auto& column : columns)
    if (auto key = key_of(column, mistake)) filter.columns.emplace_back(column, std::move(*key));
  return filter;
}

Response answer_mistake(const store::Mistake& mistake) {
  const json details = {{"at", mistake.at}};
  const std::string where = "character " + std::to_string(mistake.at + 1) + " of the filter, column or sort key: ";
  return Response::error(400, "bad_request", where + mistake.sentence, details);
}

/// A run that asks for its children waits for those that have not ended.
Task<void> note_question_for_children(Api& api, const Request& request, const std::vector<store::RunView>& children) {
  const auto asker = co_await asker_of(api, request);
  if (!asker || asker->id != request.value("parent")) co_return;
  const bool ended = std::all_of(children.begin(), children.end(),
                                 [](const store::RunView& run) { return protocol::is_final(run.state); });
  api.runs.note_question(asker->key, asker->key, ended);
}

json list_json(const store::RunList& list, bool counts) {
  json items = json::array();
  for (const auto& run : list.runs) items.push_back(to_json(run));
  json answer = {{"items", std::move(items)}, {"next", list.next ? json(*list.next) : json(nullptr)}};
  if (!counts) return answer;
  answer["counts"] = json::object();
  std::int64_t total = 0;
  for (const auto& [state, count] : list.counts) {
    answer["counts"][std::string(protocol::to_string(state))] = count;
    total += count;
  }
  answer["total"] = total;
  return answer;
}

}  // namespace

Task<Result<Response>> get_runs(Api& api, Request& request) {
  std::optional<store::Mistake> mistake;
  CO_TRY_ASSIGN(const store::RunFilter filter, filter_of(request, mistake));
  if (mistake) co_return answer_mistake(*mistake);
  auto ask = [filter, place = api.place](store::Database& database) {
    return store::list_runs(database, place, filter);
  };
  AWAIT_TRY_ASSIGN(auto list, api.readers.read_long(std::move(ask)));
  co_await note_question_for_children(api, request, list.runs);
  for (auto& run : list.runs) add_waiting(api, run);
  std::function<json()> make = [list = std::make_shared<store::RunList>(std::move(list)), counts = filter.counts] {
    return list_json(*list, counts);
  };
  co_return co_await long_json(api, std::move(make));
}

Task<Result<Response>> get_names(Api& api, Request& request) {
  CO_TRY_ASSIGN(const std::int64_t limit, request.number("limit", 100, 1, 10'000));
  const store::NameFilter filter{workspace_of(request), request.value("experiment").value_or(""),
                                 request.value("kind").value_or(""), request.value("part").value_or(""), limit};
  if (filter.kind != "metric" && filter.kind != "tag" && filter.kind != "property" && filter.kind != "argument")
    co_return base::error("'kind' is metric, tag, property or argument, not '" + filter.kind + "'");
  AWAIT_TRY_ASSIGN(const json names, api.readers.read_long([filter](store::Database& database) {
    return store::names_in_use(database, filter);
  }));
  co_return Response::json(names);
}

}  // namespace api
