// SPDX-License-Identifier: Apache-2.0
// Routes of runs: submit, list, show, wait, cancel, fail, remove.
#include <nlohmann/json.hpp>

#include "daemon/api/api.h"

namespace yard {

using base::Result;
using nlohmann::json;

namespace {

RunFilter filter_of(const Request& request, std::int64_t limit, bool children) {
  RunFilter filter;
  filter.workspace = workspace_of(request);
  filter.experiment = request.value("experiment").value_or("");
  filter.kind = request.value("kind").value_or("");
  filter.parent = request.value("parent").value_or("");
  filter.states = request.values("status");
  filter.tags = request.values("tag");
  filter.properties = request.values("property");
  filter.cursor = request.value("cursor").value_or("");
  filter.limit = limit;
  filter.children = children;
  return filter;
}

Result<protocol::Wish> wish_of(Request& request, bool cancel) {
  protocol::Wish wish;
  wish.cancel = cancel;
  wish.by = request.header("x-runyard-user");
  if (request.body.empty()) return wish;
  TRY_ASSIGN(const json body, request.json());
  double grace = -1;
  TRY(read_field(body, "grace_seconds", grace));
  if (body.contains("grace_seconds") && !(grace >= 0 && grace < 1e9)) return base::error("'grace_seconds' is not a number of seconds");
  if (grace >= 0) wish.grace_seconds = grace;
  TRY(read_field(body, "message", wish.message));
  TRY(read_field(body, "code", wish.error_code));
  if (body.contains("error") && body["error"].is_object()) {
    TRY_ASSIGN(wish.error, protocol::program_error_from_json(body["error"]));
  }
  return wish;
}

/// Until the run has ended or the time is over; false when there is no such run.
Task<Result<bool>> until_final(Api& api, const std::string& id, Listener::Clock::time_point deadline) {
  Listener listener(api.yard.hub(), id, kStateChanged);
  for (;;) {
    auto head = co_await head_of(api, id);
    if (!head) co_return head.error();
    if (protocol::is_final(head->state)) co_return true;
    const bool changed = co_await listener.wait(deadline);
    if (!changed) co_return false;
  }
}

}  // namespace

Task<Response> post_run(Api& api, Request& request) {
  auto body = request.json();
  if (!body) co_return Response::error(body.error());
  auto submission = submission_from_json(*body);
  if (!submission) co_return Response::error(submission.error());
  auto submitted = co_await api.yard.submit(*submission);
  if (!submitted) co_return refused_source(submitted.error(), submission->largest);
  co_return co_await answer_run(api, submitted->run, submitted->again ? 200 : 201);
}

Task<Response> get_runs(Api& api, Request& request) {
  const auto limit = request.number("limit", 100, 1, 1000);
  if (!limit) co_return Response::error(limit.error());
  const auto children = request.flag("children", false);
  if (!children) co_return Response::error(children.error());
  const RunFilter filter = filter_of(request, *limit, *children);
  const Place& place = api.place;
  std::function<Result<json>(Database&)> ask = [filter, &place](Database& database) { return list_runs(database, place, filter); };
  auto list = co_await api.yard.readers().ask(std::move(ask));
  if (!list) co_return Response::error(list.error());
  for (auto& run : (*list)["items"])
    if (run["waiting"].is_number()) run["waiting"] = api.yard.queue().why_waiting(run["waiting"]);
  co_return Response::json(*list);
}

Task<Response> get_run(Api& api, Request& request) {
  const std::string id = request.parameter("id");
  auto head = co_await current_head_of(api, id);
  if (!head) co_return Response::error(head.error());
  co_return co_await answer_run(api, id, 200);
}

Task<Response> delete_run(Api& api, Request& request) {
  const std::string id = request.parameter("id");
  auto removed = co_await api.yard.remove(id);
  if (!removed) co_return Response::error(removed.error());
  co_return Response::json({{"removed", id}});
}

Task<Response> get_submission(Api& api, Request& request) {
  const std::string id = request.parameter("id");
  if (const auto progress = api.yard.progress(id))
    co_return Response::json({{"phase", progress->reading ? "reading" : "scanning"},
                              {"files", progress->files.load()},
                              {"bytes", progress->bytes.load()},
                              {"total_bytes", progress->total_bytes.load()},
                              {"run", nullptr}});
  std::function<Result<std::string>(Database&)> ask = [id](Database& database) -> Result<std::string> {
    Query query = database.query("SELECT id FROM run WHERE submission = ?");
    TRY_ASSIGN(const bool found, query.bind(id).step());
    if (!found) return base::error("there is no submission '" + id + "'", std::errc::no_such_file_or_directory);
    return query.text(0);
  };
  auto run = co_await api.yard.readers().ask(std::move(ask));
  if (!run) co_return Response::error(run.error());
  co_return Response::json({{"phase", "queued"}, {"files", 0}, {"bytes", 0}, {"total_bytes", 0}, {"run", *run}});
}

Task<Response> wait_run(Api& api, Request& request) {
  const auto timeout = request.number("timeout", 30, 0, 60);
  if (!timeout) co_return Response::error(timeout.error());
  const std::string id = request.parameter("id");
  std::optional<Yard::Lending> lending;
  if (const auto waiter = request.value("waiter")) {
    auto head = co_await head_of(api, *waiter);
    if (head && *waiter != id) lending.emplace(api.yard, head->key);
  }
  auto final = co_await until_final(api, id, Listener::Clock::now() + std::chrono::seconds(*timeout));
  if (!final) co_return Response::error(final.error());
  co_return co_await answer_run(api, id, 200);
}

Task<Response> cancel_run(Api& api, Request& request) {
  const std::string id = request.parameter("id");
  auto wish = wish_of(request, true);
  if (!wish) co_return Response::error(wish.error());
  auto wished = co_await api.yard.wish(id, *wish);
  if (!wished) co_return Response::error(wished.error());
  co_return co_await answer_run(api, id, 200);
}

Task<Response> fail_run(Api& api, Request& request) {
  constexpr double kGrace = 2;
  const std::string id = request.parameter("id");
  auto wish = wish_of(request, false);
  if (!wish) co_return Response::error(wish.error());
  if (!wish->grace_seconds) wish->grace_seconds = kGrace;
  auto wished = co_await api.yard.wish(id, *wish);
  if (!wished) co_return Response::error(wished.error());
  auto final = co_await until_final(api, id, Listener::Clock::now() + std::chrono::minutes(1));
  if (!final) co_return Response::error(final.error());
  co_return co_await answer_run(api, id, 200);
}

Task<Response> end_run(Api& api, Request& request) {
  const std::string id = request.parameter("id");
  auto body = request.json();
  auto record = body ? protocol::reported_ending_from_json(*body) : Result<protocol::ExitRecord>(body.error());
  if (!record) co_return Response::error(record.error());
  auto ended = co_await api.yard.end_interactive(id, std::move(*record));
  if (!ended) co_return Response::error(ended.error());
  co_return co_await answer_run(api, id, 200);
}

}  // namespace yard
