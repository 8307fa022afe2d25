// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/api.h"

#include "protocol/json.h"


namespace yard {

std::vector<Route> api_routes(Api& api) {
  using Answer = Task<Response> (*)(Api&, Request&);
  const auto to = [&api](Answer answer) -> Handler { return [&api, answer](Request& request) { return answer(api, request); }; };
  constexpr bool kWaits = true;
  constexpr auto get = Method::kGet, post = Method::kPost, put = Method::kPut, del = Method::kDelete;
  return {
      {get, "/api/v1/status", Body::kNone, to(get_status)},
      {post, "/api/v1/stop", Body::kJson, to(post_stop)},
      {get, "/api/v1/events", Body::kNone, to(get_events)},
      {get, "/api/v1/usage", Body::kNone, to(get_usage), kWaits},

      {post, "/api/v1/workspaces", Body::kJson, to(post_workspace)},
      {get, "/api/v1/workspaces", Body::kNone, to(get_workspaces)},
      {post, "/api/v1/experiments", Body::kJson, to(post_experiment)},
      {get, "/api/v1/experiments", Body::kNone, to(get_experiments), kWaits},
      {post, "/api/v1/experiments/{id}", Body::kJson, to(change_experiment)},
      {post, "/api/v1/environments", Body::kJson, to(post_environment)},
      {get, "/api/v1/environments", Body::kNone, to(get_environments)},
      {get, "/api/v1/targets", Body::kNone, to(get_targets)},
      {post, "/api/v1/targets/{name}", Body::kJson, to(post_target)},
      {del, "/api/v1/targets/{name}", Body::kNone, to(delete_target)},

      {put, "/api/v1/contents", Body::kStream, to(put_content)},
      {post, "/api/v1/models", Body::kJson, to(post_model)},
      {get, "/api/v1/models", Body::kNone, to(get_models)},
      {get, "/api/v1/models/{number}", Body::kNone, to(get_model)},
      {post, "/api/v1/models/{number}", Body::kJson, to(change_model)},
      {del, "/api/v1/models/{number}", Body::kNone, to(delete_model)},
      {get, "/api/v1/models/{number}/files/{path...}", Body::kNone, to(get_model_file)},

      {post, "/api/v1/runs", Body::kJson, to(post_run)},
      {get, "/api/v1/runs", Body::kNone, to(get_runs), kWaits},
      {get, "/api/v1/names", Body::kNone, to(get_names), kWaits},
      {get, "/api/v1/submissions/{id}", Body::kNone, to(get_submission)},
      {get, "/api/v1/runs/{id}", Body::kNone, to(get_run)},
      {del, "/api/v1/runs/{id}", Body::kNone, to(delete_run)},
      {get, "/api/v1/runs/{id}/wait", Body::kNone, to(wait_run), kWaits},
      {post, "/api/v1/runs/{id}/cancel", Body::kJson, to(cancel_run)},
      {post, "/api/v1/runs/{id}/fail", Body::kJson, to(fail_run), kWaits},
      {post, "/api/v1/runs/{id}/resubmit", Body::kJson, to(resubmit_run)},
      {post, "/api/v1/runs/{id}/end", Body::kJson, to(end_run)},
      {get, "/api/v1/runs/{id}/metrics", Body::kNone, to(get_metrics), kWaits},
      {get, "/api/v1/runs/{id}/series", Body::kNone, to(get_series), kWaits},
      {post, "/api/v1/runs/{id}/lines", Body::kLines, to(post_lines)},
      {get, "/api/v1/runs/{id}/files", Body::kNone, to(get_files), kWaits},
      {get, "/api/v1/runs/{id}/files/{name...}", Body::kNone, to(get_file)},
      {put, "/api/v1/runs/{id}/files/{name...}", Body::kStream, to(put_file)},
      {get, "/api/v1/runs/{id}/archive", Body::kNone, to(get_archive), kWaits},
      {get, "/api/v1/runs/{id}/work", Body::kNone, to(get_work), kWaits},
      {get, "/api/v1/runs/{id}/work/{name...}", Body::kNone, to(get_work_file)},
      {get, "/api/v1/runs/{id}/log", Body::kNone, to(get_log), kWaits},
      {get, "/api/v1/runs/{id}/log/times", Body::kNone, to(get_log_times)},
      {get, "/api/v1/runs/{id}/snapshot", Body::kNone, to(get_snapshot), kWaits},
      {post, "/api/v1/runs/{id}/snapshot", Body::kJson, to(post_snapshot)},
      {get, "/api/v1/runs/{id}/snapshot/files", Body::kNone, to(get_snapshot_files), kWaits},
      {get, "/api/v1/runs/{id}/snapshot/files/{path...}", Body::kNone, to(get_snapshot_file), kWaits},

      {post, "/api/v1/uploads", Body::kJson, to(post_upload)},
      {put, "/api/v1/uploads/{id}/{path...}", Body::kStream, to(put_upload_file)},

      {get, "/", Body::kNone, to(get_portal_page)},
      {get, "/experiments/{name}", Body::kNone, to(get_portal_page_below)},
      {get, "/runs/{id}", Body::kNone, to(get_portal_page_below)},
      {get, "/runs", Body::kNone, to(get_portal_page)},
      {get, "/compute", Body::kNone, to(get_portal_page)},
      {get, "/models", Body::kNone, to(get_portal_page)},
      {get, "/environments", Body::kNone, to(get_portal_page)},
      {get, "/compare", Body::kNone, to(get_portal_page)},
      {get, "/models/{number}", Body::kNone, to(get_portal_page_below)},
      {get, "/assets/{name...}", Body::kNone, to(get_portal_asset)},
  };
}

Task<base::Result<RunHead>> head_of(Api& api, const std::string& id) {
  std::function<base::Result<RunHead>(Database&)> ask = [id](Database& database) { return find_run(database, id); };
  co_return co_await api.yard.readers().ask(std::move(ask));
}

Task<base::Result<RunHead>> current_head_of(Api& api, const std::string& id, bool* behind) {
  auto head = co_await head_of(api, id);
  if (!head || protocol::is_final(head->state)) co_return head;
  auto caught_up = co_await api.yard.catch_up(head->key);
  if (!caught_up) co_return caught_up.error();
  if (behind) *behind |= !*caught_up;
  co_return co_await head_of(api, id);
}

Task<Response> answer_run(Api& api, const std::string& id, int status) {
  const Place& place = api.place;
  std::function<base::Result<nlohmann::json>(Database&)> ask = [id, &place](Database& database) -> base::Result<nlohmann::json> {
    TRY_ASSIGN(const RunHead head, find_run(database, id));
    TRY_ASSIGN(auto run, run_json(database, place, head.key, true));
    if (head.state == protocol::RunState::kQueued) run["waiting"] = head.key;
    if (head.kind == protocol::word(protocol::RunKind::kInteractive) && !protocol::is_final(head.state))
      if (auto reporting = interactive_json(place.state.run(id).attempt()); !reporting.is_null()) run["interactive"] = std::move(reporting);
    return run;
  };
  auto run = co_await api.yard.readers().ask(std::move(ask));
  if (!run) co_return Response::error(run.error());
  if ((*run)["waiting"].is_number()) (*run)["waiting"] = api.yard.queue().why_waiting((*run)["waiting"]);
  co_return Response::json(*run, status);
}

Task<Response> long_json(Api& api, nlohmann::json value) {
  auto write = [value = std::make_shared<nlohmann::json>(std::move(value))]() mutable {
    auto response = std::make_shared<Response>(Response::json(*value));
    value.reset();  // here, since taking a tree apart takes long too
    return response;
  };
  const auto response = co_await run_on(api.yard.long_work().executor(), std::move(write));
  co_return std::move(*response);
}

std::int64_t number_parameter(const Request& request, std::string_view name) {
  const std::string& text = request.parameter(name);
  const bool plain = !text.empty() && text.size() <= 15 && text.find_first_not_of("0123456789") == std::string::npos;
  return plain ? std::stoll(text) : 0;
}

base::Result<void> check_pairs(const Request& request) {
  constexpr std::size_t kMost = 100;
  if (request.values("tag").size() + request.values("property").size() <= kMost) return {};
  return base::error("a list has at most 100 of 'tag' and 'property'");
}

std::optional<protocol::WorkspaceId> workspace_of(const Request& request) {
  const auto name = request.value("workspace");
  if (!name) return std::nullopt;
  return protocol::WorkspaceId{request.value("subscription_id").value_or("local"), request.value("resource_group").value_or("local"), *name};
}

}  // namespace yard
