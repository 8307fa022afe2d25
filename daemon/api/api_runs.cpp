// SPDX-License-Identifier: Apache-2.0
// Routes of runs: submit, list, show, wait, cancel, fail, remove.

#include <algorithm>

#include "base/text.h"
#include "daemon/api/api.h"
#include "daemon/runs/attempt.h"
#include "daemon/runs/removal.h"
#include "protocol/json.h"

namespace api {

using base::Result;
using nlohmann::json;

namespace {

constexpr std::size_t kMostColumns = 200;

/// The key that a parameter names; a mistake is kept for mistaken().
std::optional<store::Key> key_of(const std::string& text, std::optional<store::Mistake>& mistake) {
  auto parsed = store::parse_key(text);
  if (auto* key = std::get_if<store::Key>(&parsed)) return std::move(*key);
  mistake = std::get<store::Mistake>(parsed);
  return std::nullopt;
}

/// What of a list's query says which runs, in which order, with what. A mistake in the filter language is `mistake`.
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

Result<protocol::StopRequest> wish_of(Request& request, bool cancel) {
  protocol::StopRequest wish;
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

/// The run that a request comes from, as its client says; nothing where it does not, or there is none.
Task<std::optional<store::RunHead>> asker_of(Api& api, const Request& request) {
  std::string id;
  if (!base::percent_decode(request.header("x-runyard-run"), id) || id.empty()) co_return std::nullopt;
  auto head = co_await head_of(api, id);
  if (!head) co_return std::nullopt;
  co_return std::move(*head);
}

/// A run that asks for another one waits for it; but it cannot wait for one that it is a part of.
Task<void> note_question(Api& api, const Request& request, const store::RunHead& awaited) {
  const auto asker = co_await asker_of(api, request);
  if (!asker || asker->key == awaited.key) co_return;
  auto look = [asker = asker->key, id = awaited.id](store::Database& database) { return store::is_below(database, asker, id); };
  auto part = co_await api.readers.read(std::move(look));
  if (part && !*part) api.runs.note_question(asker->key, awaited.key, protocol::is_final(awaited.state));
}

/// A run that asks for its children waits for those that have not ended.
Task<void> note_question_for_children(Api& api, const Request& request, const json& children) {
  const auto asker = co_await asker_of(api, request);
  if (!asker || asker->id != request.value("parent")) co_return;
  const auto ended = [](const json& run) {
    const auto state = protocol::state_from_string(run["status"].get<std::string>());
    return state && protocol::is_final(*state);
  };
  api.runs.note_question(asker->key, asker->key, std::all_of(children.begin(), children.end(), ended));
}

/// Until the run has ended or the time is over; false when there is no such run.
Task<Result<bool>> until_final(Api& api, const std::string& id, runs::Listener::Clock::time_point deadline) {
  runs::Listener listener(api.hub, id, store::kStateChanged);
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
  auto submission = runs::submission_from_json(*body, api.settings.quotas);
  if (!submission) co_return Response::error(submission.error());
  auto submitted = co_await api.submitter.submit(*submission);
  if (!submitted) co_return refused_source(submitted.error(), submission->largest);
  co_return co_await answer_run(api, submitted->run, submitted->again ? 200 : 201);
}

Task<Response> get_runs(Api& api, Request& request) {
  std::optional<store::Mistake> mistake;
  const auto filter = filter_of(request, mistake);
  if (!filter) co_return Response::error(filter.error());
  if (mistake) {
    const json details = {{"at", mistake->at}};
    co_return Response::error(400, "bad_request", "character " + std::to_string(mistake->at + 1) + " of the filter, column or sort key: " + mistake->sentence, details);
  }
  const store::Place& place = api.place;
  auto ask = [filter = *filter, &place](store::Database& database) { return store::list_runs(database, place, filter); };
  auto list = co_await api.readers.read_long(std::move(ask));
  if (!list) co_return Response::error(list.error());
  co_await note_question_for_children(api, request, (*list)["items"]);
  for (auto& run : (*list)["items"])
    if (run["waiting"].is_number()) run["waiting"] = api.runs.queue().why_waiting(run["waiting"]);
  co_return co_await long_json(api, std::move(*list));
}

Task<Response> get_names(Api& api, Request& request) {
  const auto limit = request.number("limit", 100, 1, 10'000);
  if (!limit) co_return Response::error(limit.error());
  store::NameFilter filter{workspace_of(request), request.value("experiment").value_or(""), request.value("kind").value_or(""), request.value("part").value_or(""), *limit};
  if (filter.kind != "metric" && filter.kind != "tag" && filter.kind != "property" && filter.kind != "argument")
    co_return Response::error(400, "bad_request", "'kind' is metric, tag, property or argument, not '" + filter.kind + "'");
  auto ask = [filter](store::Database& database) { return store::names_in_use(database, filter); };
  auto names = co_await api.readers.read_long(std::move(ask));
  co_return names ? Response::json(*names) : Response::error(names.error());
}

Task<Response> get_run(Api& api, Request& request) {
  const std::string id = request.parameter("id");
  auto head = co_await current_head_of(api, id);
  if (!head) co_return Response::error(head.error());
  co_await note_question(api, request, *head);
  co_return co_await answer_run(api, id, 200);
}

Task<Response> delete_run(Api& api, Request& request) {
  const std::string id = request.parameter("id");
  auto removed = co_await runs::remove(api.store, api.readers, api.runs, api.place.state, id);
  if (!removed) co_return Response::error(removed.error());
  co_return Response::json({{"removed", id}});
}

Task<Response> get_submission(Api& api, Request& request) {
  const std::string id = request.parameter("id");
  if (const auto progress = api.submitter.progress(id))
    co_return Response::json({{"phase", progress->reading ? "reading" : "scanning"},
                              {"files", progress->files.load()},
                              {"bytes", progress->bytes.load()},
                              {"total_bytes", progress->total_bytes.load()},
                              {"run", nullptr}});
  auto ask = [id](store::Database& database) -> Result<std::string> {
    store::Query query = database.query("SELECT id FROM run WHERE submission = ?");
    TRY_ASSIGN(const bool found, query.bind(id).step());
    if (!found) return base::error("there is no submission '" + id + "'", std::errc::no_such_file_or_directory);
    return query.text(0);
  };
  auto run = co_await api.readers.read(std::move(ask));
  if (!run) co_return Response::error(run.error());
  co_return Response::json({{"phase", "queued"}, {"files", 0}, {"bytes", 0}, {"total_bytes", 0}, {"run", *run}});
}

Task<Response> wait_run(Api& api, Request& request) {
  const auto timeout = request.number("timeout", 30, 0, 60);
  if (!timeout) co_return Response::error(timeout.error());
  const std::string id = request.parameter("id");
  const auto asker = co_await asker_of(api, request);
  std::optional<runs::Runs::YieldedSlot> yielded;
  if (asker && asker->id != id) yielded.emplace(api.runs, asker->key);
  auto final = co_await until_final(api, id, runs::Listener::Clock::now() + std::chrono::seconds(*timeout));
  if (!final) co_return Response::error(final.error());
  co_return co_await answer_run(api, id, 200);
}

Task<Response> cancel_run(Api& api, Request& request) {
  const std::string id = request.parameter("id");
  auto wish = wish_of(request, true);
  if (!wish) co_return Response::error(wish.error());
  auto wished = co_await api.canceler.request_stop(id, *wish);
  if (!wished) co_return Response::error(wished.error());
  co_return co_await answer_run(api, id, 200);
}

Task<Response> fail_run(Api& api, Request& request) {
  constexpr double kGrace = 2;
  const std::string id = request.parameter("id");
  auto wish = wish_of(request, false);
  if (!wish) co_return Response::error(wish.error());
  if (!wish->grace_seconds) wish->grace_seconds = kGrace;
  auto wished = co_await api.canceler.request_stop(id, *wish);
  if (!wished) co_return Response::error(wished.error());
  auto final = co_await until_final(api, id, runs::Listener::Clock::now() + std::chrono::minutes(1));
  if (!final) co_return Response::error(final.error());
  co_return co_await answer_run(api, id, 200);
}

Task<Response> end_run(Api& api, Request& request) {
  const std::string id = request.parameter("id");
  auto body = request.json();
  auto record = body ? protocol::reported_ending_from_json(*body) : Result<protocol::ExitRecord>(body.error());
  if (!record) co_return Response::error(record.error());
  auto ended = co_await api.canceler.end_interactive(id, std::move(*record));
  if (!ended) co_return Response::error(ended.error());
  co_return co_await answer_run(api, id, 200);
}

Task<Response> resubmit_run(Api& api, Request& request) {
  const std::string id = request.parameter("id");
  auto head = co_await head_of(api, id);
  if (!head) co_return Response::error(head.error());
  if (head->kind == protocol::to_string(protocol::RunKind::kInteractive))
    co_return Response::error(409, "conflict", "the run '" + id + "' was reported by a process of its user: it cannot be submitted");
  auto body = request.json();
  std::string submission_id;
  auto valid = body ? read_field(*body, "submission_id", submission_id) : Result<void>(body.error());
  if (valid && submission_id.empty()) valid = base::error("'submission_id' is missing");
  if (!valid) co_return Response::error(valid.error());
  auto read = [dir = api.place.state.run(id), submission_id]() -> Result<std::shared_ptr<runs::Submission>> {
    TRY_ASSIGN(const std::string spec_text, base::read_file(dir.spec()));
    TRY_ASSIGN(const json spec_json, protocol::parse_json(spec_text, "spec.json"));
    TRY_ASSIGN(auto spec, protocol::spec_from_json(spec_json));
    if (protocol::has_inputs(spec_json)) {
      TRY_ASSIGN(const std::string inputs_text, base::read_file(dir.inputs()));
      TRY_ASSIGN(const json inputs_json, protocol::parse_json(inputs_text, "inputs.json"));
      TRY_ASSIGN(spec.inputs, protocol::inputs_from_json(inputs_json));
    }
    TRY_ASSIGN(const json created, runs::created_fact(dir));
    TRY_ASSIGN(const std::string environ_text, base::read_file(dir.environ_file()));
    TRY_ASSIGN(const json environ_json, protocol::parse_json(environ_text, "environ.json"));
    TRY_ASSIGN(auto environ, protocol::map_from_json(environ_json));
    return std::make_shared<runs::Submission>(runs::again(submission_id, std::move(spec), created, std::move(environ)));
  };
  auto submission = co_await async::run_on(api.threads.quick, std::move(read));
  if (!submission) co_return Response::error(submission.error());
  auto submitted = co_await api.submitter.submit(**submission);
  if (!submitted) co_return Response::error(submitted.error());
  co_return co_await answer_run(api, submitted->run, submitted->again ? 200 : 201);
}

}  // namespace api
