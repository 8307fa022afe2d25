// SPDX-License-Identifier: Apache-2.0
// The route of a sweep: the children of a run, each with its parameters and one metric.

#include "base/text.h"
#include "daemon/api/api.h"
#include "daemon/store/queries/series_sample.h"
#include "daemon/store/queries/sweep.h"
#include "protocol/metric_line.h"

namespace api {

using Clock = runs::Listener::Clock;

namespace {

/// The changes that can be seen in the answer.
constexpr unsigned kSeen = store::kStateChanged | store::kMetricsChanged | store::kTagsChanged | store::kRunChanged;

struct SweepQuery {
  store::SweepFilter filter;
  std::int64_t after = -1;  ///< only children that have changed since that change; -1: all
  std::chrono::seconds wait{0};
};

Result<SweepQuery> sweep_query_of(const Request& request) {
  constexpr std::int64_t kMostPoints = 1000, kLongestWait = 60;
  SweepQuery query;
  query.filter.metric = base::to_utf8(request.value("metric").value_or(""));
  TRY_ASSIGN(query.filter.points, request.number("points", 0, 0, kMostPoints));
  if (query.filter.points > 0 && query.filter.points < static_cast<std::int64_t>(store::kLeastSample))
    return base::error("'points' is 0, or a number from 4 to 1000");
  TRY_ASSIGN(query.after, request.number("after", -1, 0, std::numeric_limits<std::int64_t>::max()));
  TRY_ASSIGN(const std::int64_t seconds, request.number("wait", 0, 0, kLongestWait));
  query.wait = std::chrono::seconds(seconds);
  return query;
}

/// The runs that have changed since; nothing when the daemon no longer knows which.
std::optional<std::vector<std::string>> changed_runs(const runs::Hub& hub, std::int64_t after) {
  const auto changes = hub.after(after);
  if (!changes) return std::nullopt;
  std::vector<std::string> runs;
  for (const auto& [number, change] : *changes)
    if (change.what & kSeen) runs.push_back(change.run);
  return runs;
}

struct SweepAnswer {
  std::int64_t change = 0;  ///< the number of the last change that it surely shows
  store::Sweep sweep;
};

/// Waits until there is a child to show, or until the time is over.
Task<Result<SweepAnswer>> until_changed(Api& api, store::RunHead parent, SweepQuery query) {
  const auto deadline = Clock::now() + query.wait;
  runs::Listener listener(api.hub, "", kSeen);
  for (;;) {
    SweepAnswer answer;
    answer.change = api.hub.last();
    if (query.after >= 0) query.filter.runs = changed_runs(api.hub, query.after);
    auto ask = [parent, filter = query.filter](store::Database& database) {
      return store::sweep_of(database, parent, filter);
    };
    AWAIT_TRY_ASSIGN(answer.sweep, api.readers.read_long(std::move(ask)));
    if (answer.sweep.shown > 0 || Clock::now() >= deadline) co_return answer;
    const bool changed = co_await listener.wait(deadline);
    if (!changed) co_return answer;
    query.after = answer.change;  // until then only other runs have changed
  }
}

std::string text_of(const SweepAnswer& answer) {
  const auto word = [](const std::string& text) { return text.empty() ? "null" : protocol::cell_json(text); };
  const store::Sweep& sweep = answer.sweep;
  return "{\"change\":" + std::to_string(answer.change) + ",\"metric\":" + word(sweep.metric) +
         ",\"goal\":" + word(sweep.goal) + ",\"total\":" + std::to_string(sweep.total) +
         ",\"children\":" + sweep.children + "}";
}

}  // namespace

Task<Result<Response>> get_sweep(Api& api, Request& request) {
  CO_TRY_ASSIGN(SweepQuery query, sweep_query_of(request));
  AWAIT_TRY_ASSIGN(const store::RunHead parent, head_of(api, request.parameter("id")));
  const auto asker = co_await asker_of(api, request);
  std::optional<runs::Runs::YieldedSlot> yielded;
  if (asker && query.wait.count() > 0) yielded.emplace(api.runs, asker->key);
  AWAIT_TRY_ASSIGN(const SweepAnswer answer, until_changed(api, parent, std::move(query)));
  Response response = Response::text(text_of(answer));
  response.content_type = "application/json";
  co_return response;
}

}  // namespace api
