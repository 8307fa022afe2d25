// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/api.h"

#include "protocol/json.h"


namespace api {

std::vector<http::Route> api_routes(Api& api) {
  using Answer = Task<Response> (*)(Api&, Request&);
  const auto to = [&api](Answer answer) -> http::Handler { return [&api, answer](Request& request) { return answer(api, request); }; };
  constexpr bool kWaits = true;
  constexpr auto get = http::Method::kGet, post = http::Method::kPost, put = http::Method::kPut, del = http::Method::kDelete;
  return {
      {get, "/api/v1/status", http::Body::kNone, to(get_status)},
      {post, "/api/v1/stop", http::Body::kJson, to(post_stop)},
      {get, "/api/v1/events", http::Body::kNone, to(get_events)},
      {get, "/api/v1/usage", http::Body::kNone, to(get_usage), kWaits},

      {post, "/api/v1/workspaces", http::Body::kJson, to(post_workspace)},
      {get, "/api/v1/workspaces", http::Body::kNone, to(get_workspaces)},
      {post, "/api/v1/experiments", http::Body::kJson, to(post_experiment)},
      {get, "/api/v1/experiments", http::Body::kNone, to(get_experiments), kWaits},
      {post, "/api/v1/experiments/{id}", http::Body::kJson, to(change_experiment)},
      {post, "/api/v1/environments", http::Body::kJson, to(post_environment)},
      {get, "/api/v1/environments", http::Body::kNone, to(get_environments)},
      {get, "/api/v1/targets", http::Body::kNone, to(get_targets)},
      {post, "/api/v1/targets/{name}", http::Body::kJson, to(post_target)},
      {del, "/api/v1/targets/{name}", http::Body::kNone, to(delete_target)},

      {put, "/api/v1/contents", http::Body::kStream, to(put_content)},
      {post, "/api/v1/models", http::Body::kJson, to(post_model)},
      {get, "/api/v1/models", http::Body::kNone, to(get_models)},
      {get, "/api/v1/models/{number}", http::Body::kNone, to(get_model)},
      {post, "/api/v1/models/{number}", http::Body::kJson, to(change_model)},
      {del, "/api/v1/models/{number}", http::Body::kNone, to(delete_model)},
      {get, "/api/v1/models/{number}/files/{path...}", http::Body::kNone, to(get_model_file)},

      {post, "/api/v1/runs", http::Body::kJson, to(post_run)},
      {get, "/api/v1/runs", http::Body::kNone, to(get_runs), kWaits},
      {get, "/api/v1/names", http::Body::kNone, to(get_names), kWaits},
      {get, "/api/v1/submissions/{id}", http::Body::kNone, to(get_submission)},
      {get, "/api/v1/runs/{id}", http::Body::kNone, to(get_run)},
      {del, "/api/v1/runs/{id}", http::Body::kNone, to(delete_run)},
      {get, "/api/v1/runs/{id}/wait", http::Body::kNone, to(wait_run), kWaits},
      {post, "/api/v1/runs/{id}/cancel", http::Body::kJson, to(cancel_run)},
      {post, "/api/v1/runs/{id}/fail", http::Body::kJson, to(fail_run), kWaits},
      {post, "/api/v1/runs/{id}/resubmit", http::Body::kJson, to(resubmit_run)},
      {post, "/api/v1/runs/{id}/end", http::Body::kJson, to(end_run)},
      {get, "/api/v1/runs/{id}/metrics", http::Body::kNone, to(get_metrics), kWaits},
      {get, "/api/v1/runs/{id}/series", http::Body::kNone, to(get_series), kWaits},
      {post, "/api/v1/runs/{id}/lines", http::Body::kLines, to(post_lines)},
      {get, "/api/v1/runs/{id}/files", http::Body::kNone, to(get_files), kWaits},
      {get, "/api/v1/runs/{id}/files/{name...}", http::Body::kNone, to(get_file)},
      {put, "/api/v1/runs/{id}/files/{name...}", http::Body::kStream, to(put_file)},
      {get, "/api/v1/runs/{id}/archive", http::Body::kNone, to(get_archive), kWaits},
      {get, "/api/v1/runs/{id}/work", http::Body::kNone, to(get_work), kWaits},
      {get, "/api/v1/runs/{id}/work/{name...}", http::Body::kNone, to(get_work_file)},
      {get, "/api/v1/runs/{id}/log", http::Body::kNone, to(get_log), kWaits},
      {get, "/api/v1/runs/{id}/log/times", http::Body::kNone, to(get_log_times)},
      {get, "/api/v1/runs/{id}/snapshot", http::Body::kNone, to(get_snapshot), kWaits},
      {post, "/api/v1/runs/{id}/snapshot", http::Body::kJson, to(post_snapshot)},
      {get, "/api/v1/runs/{id}/snapshot/files", http::Body::kNone, to(get_snapshot_files), kWaits},
      {get, "/api/v1/runs/{id}/snapshot/files/{path...}", http::Body::kNone, to(get_snapshot_file), kWaits},

      {post, "/api/v1/uploads", http::Body::kJson, to(post_upload)},
      {put, "/api/v1/uploads/{id}/{path...}", http::Body::kStream, to(put_upload_file)},

      {get, "/", http::Body::kNone, to(get_portal_page)},
      {get, "/experiments/{name}", http::Body::kNone, to(get_portal_page_below)},
      {get, "/runs/{id}", http::Body::kNone, to(get_portal_page_below)},
      {get, "/runs", http::Body::kNone, to(get_portal_page)},
      {get, "/compute", http::Body::kNone, to(get_portal_page)},
      {get, "/models", http::Body::kNone, to(get_portal_page)},
      {get, "/environments", http::Body::kNone, to(get_portal_page)},
      {get, "/compare", http::Body::kNone, to(get_portal_page)},
      {get, "/models/{number}", http::Body::kNone, to(get_portal_page_below)},
      {get, "/assets/{name...}", http::Body::kNone, to(get_portal_asset)},
  };
}

Task<base::Result<store::RunHead>> head_of(Api& api, const std::string& id) {
  auto ask = [id](store::Database& database) { return store::find_run(database, id); };
  co_return co_await api.yard.readers().read(std::move(ask));
}

Task<base::Result<store::RunHead>> current_head_of(Api& api, const std::string& id, bool* behind) {
  auto head = co_await head_of(api, id);
  if (!head || protocol::is_final(head->state)) co_return head;
  auto caught_up = co_await api.yard.catch_up(head->key);
  if (!caught_up) co_return caught_up.error();
  if (behind) *behind |= !*caught_up;
  co_return co_await head_of(api, id);
}

Task<Response> answer_run(Api& api, const std::string& id, int status) {
  const store::Place& place = api.place;
  auto ask = [id, &place](store::Database& database) -> base::Result<nlohmann::json> {
    TRY_ASSIGN(const store::RunHead head, store::find_run(database, id));
    TRY_ASSIGN(auto run, store::run_json(database, place, head.key, true));
    if (head.state == protocol::RunState::kQueued) run["waiting"] = head.key;
    if (head.kind == protocol::word(protocol::RunKind::kInteractive) && !protocol::is_final(head.state))
      if (auto reporting = runs::interactive_json(place.state.run(id).attempt()); !reporting.is_null()) run["interactive"] = std::move(reporting);
    return run;
  };
  auto run = co_await api.yard.readers().read(std::move(ask));
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
  const auto response = co_await async::run_on(api.yard.long_work().executor(), std::move(write));
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

}  // namespace api
