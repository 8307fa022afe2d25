// SPDX-License-Identifier: Apache-2.0
// Routes of one run: show, wait, cancel, fail, end, remove.

#include "base/text.h"
#include "daemon/api/api.h"
#include "daemon/runs/removal.h"
#include "protocol/json.h"

namespace api {

using nlohmann::json;

namespace {

/// The body of .../cancel and .../fail.
Result<protocol::StopRequest> stop_request_of(Request& request, bool cancel) {
  protocol::StopRequest stop;
  stop.cancel = cancel;
  stop.by = request.header("x-runyard-user");
  if (request.body.empty()) return stop;
  TRY_ASSIGN(const json body, request.json());
  double grace = -1;
  TRY(read_field(body, "grace_seconds", grace));
  if (body.contains("grace_seconds") && !(grace >= 0 && grace < 1e9))
    return base::error("'grace_seconds' is not a number of seconds");
  if (grace >= 0) stop.grace_seconds = grace;
  TRY(read_field(body, "message", stop.message));
  TRY(read_field(body, "code", stop.error_code));
  if (body.contains("error") && body["error"].is_object()) {
    TRY_ASSIGN(stop.error, protocol::program_error_from_json(body["error"]));
  }
  return stop;
}

/// A run that asks for another one waits for it; but it cannot wait for one that it is a part of.
Task<void> note_question(Api& api, const Request& request, const store::RunHead& awaited) {
  const auto asker = co_await asker_of(api, request);
  if (!asker || asker->key == awaited.key) co_return;
  auto ask = [asker = asker->key, id = awaited.id](store::Database& database) {
    return store::is_below(database, asker, id);
  };
  auto part = co_await api.readers.read(std::move(ask));
  if (part && !*part) api.runs.note_question(asker->key, awaited.key, protocol::is_final(awaited.state));
}

/// Returns when the run has ended, or at the deadline.
Task<Result<void>> until_final(Api& api, std::string id, runs::Listener::Clock::time_point deadline) {
  runs::Listener listener(api.hub, id, store::kStateChanged);
  for (;;) {
    AWAIT_TRY_ASSIGN(const store::RunHead run, head_of(api, id));
    if (protocol::is_final(run.state)) co_return Result<void>();
    const bool changed = co_await listener.wait(deadline);
    if (!changed) co_return Result<void>();
  }
}

}  // namespace

Task<std::optional<store::RunHead>> asker_of(Api& api, const Request& request) {
  std::string id;
  if (!base::percent_decode(request.header("x-runyard-run"), id) || id.empty()) co_return std::nullopt;
  auto head = co_await head_of(api, id);
  if (!head) co_return std::nullopt;
  co_return std::move(*head);
}

Task<Result<Response>> get_run(Api& api, Request& request) {
  const std::string& id = request.parameter("id");
  AWAIT_TRY_ASSIGN(const store::RunHead run, current_head_of(api, id));
  co_await note_question(api, request, run);
  co_return co_await answer_run(api, id, 200);
}

Task<Result<Response>> delete_run(Api& api, Request& request) {
  const std::string& id = request.parameter("id");
  AWAIT_TRY(runs::remove(api.store, api.readers, api.runs, api.place.state, id));
  co_return Response::json({{"removed", id}});
}

Task<Result<Response>> wait_run(Api& api, Request& request) {
  CO_TRY_ASSIGN(const std::int64_t timeout, request.number("timeout", 30, 0, 60));
  const std::string& id = request.parameter("id");
  const auto asker = co_await asker_of(api, request);
  std::optional<runs::Runs::YieldedSlot> yielded;
  if (asker && asker->id != id) yielded.emplace(api.runs, asker->key);
  AWAIT_TRY(until_final(api, id, runs::Listener::Clock::now() + std::chrono::seconds(timeout)));
  co_return co_await answer_run(api, id, 200);
}

Task<Result<Response>> cancel_run(Api& api, Request& request) {
  const std::string id = request.parameter("id");
  CO_TRY_ASSIGN(const protocol::StopRequest stop, stop_request_of(request, true));
  AWAIT_TRY(api.canceler.request_stop(id, stop));
  co_return co_await answer_run(api, id, 200);
}

Task<Result<Response>> fail_run(Api& api, Request& request) {
  constexpr double kGrace = 2;
  const std::string id = request.parameter("id");
  CO_TRY_ASSIGN(protocol::StopRequest stop, stop_request_of(request, false));
  if (!stop.grace_seconds) stop.grace_seconds = kGrace;
  AWAIT_TRY(api.canceler.request_stop(id, stop));
  AWAIT_TRY(until_final(api, id, runs::Listener::Clock::now() + std::chrono::minutes(1)));
  co_return co_await answer_run(api, id, 200);
}

Task<Result<Response>> end_run(Api& api, Request& request) {
  const std::string& id = request.parameter("id");
  CO_TRY_ASSIGN(const json body, request.json());
  CO_TRY_ASSIGN(auto record, protocol::reported_ending_from_json(body));
  AWAIT_TRY(api.canceler.end_interactive(id, std::move(record)));
  co_return co_await answer_run(api, id, 200);
}

}  // namespace api
