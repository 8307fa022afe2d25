// SPDX-License-Identifier: Apache-2.0
// The HTTP API: the whole of it is the table in api.cpp. A handler parses, calls one function of runs/ or
// store/, and renders.
#pragma once

#include <functional>
#include <vector>

#include "daemon/http/http.h"
#include "daemon/state/blobs.h"
#include "daemon/store/queries/queries.h"
#include "daemon/runs/canceler.h"
#include "daemon/runs/file_events.h"
#include "daemon/runs/runs.h"
#include "daemon/runs/submitter.h"
#include "protocol/json_field.h"

namespace api {

using async::Task;
using http::Request;
using http::Response;

/// What handlers work with. All of it outlives the server.
struct Api {
  const state::Settings& settings;
  async::Threads& threads;
  store::Store& store;
  store::Readers& readers;
  store::Readers& status_readers;  ///< for the one question that must be answered at any time: how the daemon is
  runs::Hub& hub;
  runs::FileEvents& file_events;
  source::Uploads& uploads;
  runs::Runs& runs;
  runs::Submitter& submitter;
  runs::Canceler& canceler;
  store::Place place;
  base::Micros started = 0;
  std::function<void()> stop;  ///< asks the daemon to stop, in order
  nlohmann::json addresses;    ///< as daemon.json has them
};

/// A line of the route table (http::Route), whose handler takes the Api too.
struct ApiRoute {
  http::Method method;
  std::string_view pattern;
  http::Body body;
  Task<Response> (*answer)(Api& api, Request& request);
  bool waits = false;
};
/// The whole of the HTTP API.
const std::vector<ApiRoute>& route_table();
std::vector<http::Route> api_routes(Api& api);

// api_runs.cpp
Task<Response> post_run(Api& api, Request& request);
Task<Response> get_runs(Api& api, Request& request);
Task<Response> get_names(Api& api, Request& request);
Task<Response> get_run(Api& api, Request& request);
Task<Response> delete_run(Api& api, Request& request);
Task<Response> get_submission(Api& api, Request& request);
Task<Response> wait_run(Api& api, Request& request);
Task<Response> cancel_run(Api& api, Request& request);
Task<Response> fail_run(Api& api, Request& request);
Task<Response> end_run(Api& api, Request& request);
Task<Response> resubmit_run(Api& api, Request& request);
// api_yard.cpp
Task<Response> get_status(Api& api, Request& request);
Task<Response> post_stop(Api& api, Request& request);
Task<Response> post_workspace(Api& api, Request& request);
Task<Response> get_workspaces(Api& api, Request& request);
Task<Response> post_experiment(Api& api, Request& request);
Task<Response> change_experiment(Api& api, Request& request);
Task<Response> get_experiments(Api& api, Request& request);
Task<Response> get_usage(Api& api, Request& request);
// api_targets.cpp
Task<Response> get_targets(Api& api, Request& request);
Task<Response> post_target(Api& api, Request& request);
Task<Response> delete_target(Api& api, Request& request);
// api_environments.cpp
Task<Response> post_environment(Api& api, Request& request);
Task<Response> get_environments(Api& api, Request& request);
// api_models.cpp
Task<Response> put_content(Api& api, Request& request);
Task<Response> post_model(Api& api, Request& request);
Task<Response> get_models(Api& api, Request& request);
Task<Response> get_model(Api& api, Request& request);
Task<Response> change_model(Api& api, Request& request);
Task<Response> delete_model(Api& api, Request& request);
Task<Response> get_model_file(Api& api, Request& request);
// api_metrics.cpp
Task<Response> get_metrics(Api& api, Request& request);
Task<Response> get_series(Api& api, Request& request);
Task<Response> post_lines(Api& api, Request& request);
// api_files.cpp
Task<Response> get_files(Api& api, Request& request);
Task<Response> get_file(Api& api, Request& request);
Task<Response> get_archive(Api& api, Request& request);
Task<Response> put_file(Api& api, Request& request);
Task<Response> get_work(Api& api, Request& request);
Task<Response> get_work_file(Api& api, Request& request);
// api_source.cpp
Task<Response> get_snapshot(Api& api, Request& request);
Task<Response> post_snapshot(Api& api, Request& request);
Task<Response> get_snapshot_files(Api& api, Request& request);
Task<Response> get_snapshot_file(Api& api, Request& request);
Task<Response> post_upload(Api& api, Request& request);
Task<Response> put_upload_file(Api& api, Request& request);
// api_portal.cpp
Task<Response> get_portal_page(Api& api, Request& request);
Task<Response> get_portal_page_below(Api& api, Request& request);
Task<Response> get_portal_asset(Api& api, Request& request);
// api_streams.cpp
Task<Response> get_log(Api& api, Request& request);
Task<Response> get_log_times(Api& api, Request& request);
Task<Response> get_events(Api& api, Request& request);

// Shared by the handlers.
Task<base::Result<store::RunHead>> head_of(Api& api, const std::string& id);
/// The same, after what the live run's files hold now has been taken in: what its client reported it can read.
/// `behind`: there is more than two seconds' worth.
Task<base::Result<store::RunHead>> current_head_of(Api& api, const std::string& id, bool* behind = nullptr);
/// The run as answers show it, with why it waits.
Task<Response> answer_run(Api& api, const std::string& id, int status);
/// The body of GET .../files, from what has been taken in.
Task<base::Result<nlohmann::json>> files_of(Api& api, store::RunHead run);
/// The whole body of a Body::kStream request, in a file of `folder`.
Task<base::Result<std::shared_ptr<state::Incoming>>> receive(Api& api, Request& request, const base::Path& folder);
/// Response::json for an answer that may be long: its text is made on a thread, so that others are answered meanwhile.
Task<Response> long_json(Api& api, nlohmann::json value);
/// 422 when a source was refused for its size, with what is large; else as Response::error.
Response refused_source(const base::Error& error, const std::vector<source::LargeEntry>& largest);
/// The number that a parameter of the path is; 0, which nothing is called, where it is none.
std::int64_t number_parameter(const Request& request, std::string_view name);
/// Whether a list is asked for by no more tags and properties than SQLite's grammar can take.
base::Result<void> check_pairs(const Request& request);
/// The workspace that the query names; nothing when it names none.
std::optional<protocol::WorkspaceId> workspace_of(const Request& request);

using protocol::read_field;

}  // namespace api
