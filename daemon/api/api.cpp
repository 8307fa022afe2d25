// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/api.h"

#include "daemon/runs/attempt.h"
#include "protocol/json.h"

namespace api {

const std::vector<ApiRoute>& route_table() {
  using http::Body;
  constexpr bool kWaits = true;
  constexpr auto get = http::Method::kGet, post = http::Method::kPost, put = http::Method::kPut,
                 del = http::Method::kDelete, any = http::Method::kAny;
  static const std::vector<ApiRoute> table = {
      {get, "/api/v1/status", Body::kNone, get_status},
      {post, "/api/v1/stop", Body::kJson, post_stop},
      {get, "/api/v1/events", Body::kNone, get_events},
      {get, "/api/v1/usage", Body::kNone, get_usage, kWaits},

      {post, "/api/v1/workspaces", Body::kJson, post_workspace},
      {get, "/api/v1/workspaces", Body::kNone, get_workspaces},
      {post, "/api/v1/experiments", Body::kJson, post_experiment},
      {get, "/api/v1/experiments", Body::kNone, get_experiments, kWaits},
      {post, "/api/v1/experiments/{id}", Body::kJson, change_experiment},
      {post, "/api/v1/environments", Body::kJson, post_environment},
      {get, "/api/v1/environments", Body::kNone, get_environments},
      {get, "/api/v1/targets", Body::kNone, get_targets},
      {post, "/api/v1/targets/{name}", Body::kJson, post_target},
      {del, "/api/v1/targets/{name}", Body::kNone, delete_target},

      {get, "/api/v1/datastores", Body::kNone, get_datastores},
      {post, "/api/v1/datastores", Body::kJson, post_datastore},
      {get, "/api/v1/datasets", Body::kNone, get_datasets},
      {post, "/api/v1/datasets", Body::kJson, post_dataset},
      {get, "/api/v1/datasets/{id}", Body::kNone, get_dataset, kWaits},
      {get, "/api/v1/datasets/{id}/preview", Body::kNone, get_dataset_preview, kWaits},
      {del, "/api/v1/fetched", Body::kNone, delete_fetched},
      {put, "/api/v1/contents", Body::kStream, put_content},
      {post, "/api/v1/models", Body::kJson, post_model},
      {get, "/api/v1/models", Body::kNone, get_models},
      {get, "/api/v1/models/{number}", Body::kNone, get_model},
      {post, "/api/v1/models/{number}", Body::kJson, change_model},
      {del, "/api/v1/models/{number}", Body::kNone, delete_model},
      {get, "/api/v1/models/{number}/files/{path...}", Body::kNone, get_model_file},

      {post, "/api/v1/services", Body::kJson, post_service},
      {get, "/api/v1/services", Body::kNone, get_services},
      {get, "/api/v1/services/{name}", Body::kNone, get_service},
      {post, "/api/v1/services/{name}", Body::kJson, change_service},
      {del, "/api/v1/services/{name}", Body::kNone, delete_service},
      {get, "/api/v1/services/{name}/keys", Body::kNone, get_service_keys},
      {post, "/api/v1/services/{name}/keys", Body::kJson, post_service_key},
      {any, "/services/{name}/", Body::kStream, forward_request},
      {any, "/services/{name}/{path...}", Body::kStream, forward_request},

      {post, "/api/v1/runs", Body::kJson, post_run},
      {get, "/api/v1/runs", Body::kNone, get_runs, kWaits},
      {get, "/api/v1/names", Body::kNone, get_names, kWaits},
      {get, "/api/v1/submissions/{id}", Body::kNone, get_submission},
      {get, "/api/v1/runs/{id}", Body::kNone, get_run},
      {del, "/api/v1/runs/{id}", Body::kNone, delete_run},
      {get, "/api/v1/runs/{id}/wait", Body::kNone, wait_run, kWaits},
      {post, "/api/v1/runs/{id}/cancel", Body::kJson, cancel_run},
      {post, "/api/v1/runs/{id}/fail", Body::kJson, fail_run, kWaits},
      {post, "/api/v1/runs/{id}/resubmit", Body::kJson, resubmit_run},
      {post, "/api/v1/runs/{id}/end", Body::kJson, end_run},
      {get, "/api/v1/runs/{id}/metrics", Body::kNone, get_metrics, kWaits},
      {get, "/api/v1/runs/{id}/series", Body::kNone, get_series, kWaits},
      {get, "/api/v1/runs/{id}/sweep", Body::kNone, get_sweep, kWaits},
      {post, "/api/v1/runs/{id}/lines", Body::kLines, post_lines},
      {get, "/api/v1/runs/{id}/files", Body::kNone, get_files, kWaits},
      {get, "/api/v1/runs/{id}/files/{name...}", Body::kNone, get_file},
      {put, "/api/v1/runs/{id}/files/{name...}", Body::kStream, put_file},
      {get, "/api/v1/runs/{id}/archive", Body::kNone, get_archive, kWaits},
      {get, "/api/v1/runs/{id}/work", Body::kNone, get_work, kWaits},
      {get, "/api/v1/runs/{id}/work/{name...}", Body::kNone, get_work_file},
      {get, "/api/v1/runs/{id}/datasets", Body::kNone, get_run_datasets, kWaits},
      {get, "/api/v1/runs/{id}/log", Body::kNone, get_log, kWaits},
      {get, "/api/v1/runs/{id}/log/times", Body::kNone, get_log_times},
      {get, "/api/v1/runs/{id}/snapshot", Body::kNone, get_snapshot, kWaits},
      {post, "/api/v1/runs/{id}/snapshot", Body::kJson, post_snapshot},
      {get, "/api/v1/runs/{id}/snapshot/files", Body::kNone, get_snapshot_files, kWaits},
      {get, "/api/v1/runs/{id}/snapshot/files/{path...}", Body::kNone, get_snapshot_file, kWaits},

      {post, "/api/v1/uploads", Body::kStream, post_upload},

      {get, "/", Body::kNone, get_portal_page},
      {get, "/experiments/{name}", Body::kNone, get_portal_page_below},
      {get, "/runs/{id}", Body::kNone, get_portal_page_below},
      {get, "/runs", Body::kNone, get_portal_page},
      {get, "/compute", Body::kNone, get_portal_page},
      {get, "/models", Body::kNone, get_portal_page},
      {get, "/data", Body::kNone, get_portal_page},
      {get, "/environments", Body::kNone, get_portal_page},
      {get, "/compare", Body::kNone, get_portal_page},
      {get, "/models/{number}", Body::kNone, get_portal_page_below},
      {get, "/data/{id}", Body::kNone, get_portal_page_below},
      {get, "/assets/{name...}", Body::kNone, get_portal_asset},
  };
  return table;
}

std::vector<http::Route> api_routes(Api& api) {
  std::vector<http::Route> routes;
  for (const ApiRoute& route : route_table()) {
    auto answer = [&api, handler = route.handler](Request& request) { return handler(api, request); };
    routes.push_back({route.method, route.pattern, route.body, std::move(answer), route.waits});
  }
  return routes;
}

Task<Result<store::RunHead>> head_of(Api& api, std::string id) {
  auto ask = [id = std::move(id)](store::Database& database) { return store::find_run(database, id); };
  co_return co_await api.readers.read(std::move(ask));
}

Task<Result<store::RunHead>> current_head_of(Api& api, std::string id, bool* behind) {
  AWAIT_TRY_ASSIGN(const store::RunHead head, head_of(api, id));
  if (protocol::is_final(head.state)) co_return head;
  AWAIT_TRY_ASSIGN(const bool caught_up, api.store.catch_up(head.key));
  if (behind) *behind |= !caught_up;
  co_return co_await head_of(api, id);
}

void add_waiting(const Api& api, store::RunView& run) {
  if (run.state == protocol::RunState::kQueued || run.state == protocol::RunState::kPreparing)
    run.waiting = api.runs.queue().why_waiting(run.key);
}

Task<Result<Response>> answer_run(Api& api, std::string id, int status) {
  auto ask = [id, place = api.place](store::Database& database) -> Result<store::RunView> {
    TRY_ASSIGN(const store::RunHead head, store::find_run(database, id));
    TRY_ASSIGN(store::RunView run, store::run_view(database, place, head.key, true));
    if (head.is_interactive() && !protocol::is_final(head.state))
      run.interactive = runs::reporting_of(place.state.run(id).attempt());
    return run;
  };
  AWAIT_TRY_ASSIGN(auto run, api.readers.read(std::move(ask)));
  add_waiting(api, run);
  co_return Response::json(to_json(run), status);
}

Task<Result<Response>> long_json(Api& api, std::function<nlohmann::json()> make) {
  auto write = [make = std::move(make)] { return std::make_shared<Response>(Response::json(make())); };
  const auto response = co_await async::run_on(api.threads.long_answers.executor(), std::move(write));
  co_return std::move(*response);
}

Task<Result<Response>> long_json(Api& api, nlohmann::json value) {
  // Moved out on the thread, since destroying a large tree takes long too.
  auto make = [value = std::make_shared<nlohmann::json>(std::move(value))] { return std::move(*value); };
  co_return co_await long_json(api, std::function<nlohmann::json()>(std::move(make)));
}

Task<Result<bool>> append_once(Api& api, protocol::StateFact fact,
                               std::function<Result<bool>(store::Database&)> known) {
  auto write = [fact = std::move(fact), known = std::move(known)](store::Ingest& ingest) -> Result<bool> {
    TRY_ASSIGN(const bool is_known, known(ingest.database()));
    if (!is_known) TRY(ingest.append_state_fact(fact));
    return !is_known;
  };
  co_return co_await api.store.write(std::move(write));
}

std::int64_t number_parameter(const Request& request, std::string_view name) {
  const std::string& text = request.parameter(name);
  const bool is_plain = !text.empty() && text.size() <= 15 && text.find_first_not_of("0123456789") == std::string::npos;
  return is_plain ? std::stoll(text) : 0;
}

Result<void> check_pairs(const Request& request) {
  constexpr std::size_t kMost = 100;
  if (request.values("tag").size() + request.values("property").size() <= kMost) return {};
  return base::error("a list has at most 100 of 'tag' and 'property'");
}

Result<void> check_workspace(const protocol::WorkspaceId& id) {
  TRY(protocol::check_name("subscription", id.subscription_id));
  TRY(protocol::check_name("resource group", id.resource_group));
  return protocol::check_name("workspace", id.name);
}

std::optional<protocol::WorkspaceId> workspace_of(const Request& request) {
  const auto name = request.value("workspace");
  if (!name) return std::nullopt;
  return protocol::WorkspaceId{request.value("subscription_id").value_or("local"),
                               request.value("resource_group").value_or("local"), *name};
}

}  // namespace api
