// SPDX-License-Identifier: Apache-2.0
// The HTTP API: the table in api.cpp names all of its routes. A handler parses, calls one function of runs/ or store/,
// and renders. An error that it returns is answered by the connection; only one with details is a Response of the
// handler's own.
#pragma once

#include <functional>
#include <vector>

#include "daemon/async/co_try.h"
#include "daemon/http/http.h"
#include "daemon/runs/canceler.h"
#include "daemon/runs/file_events.h"
#include "daemon/runs/runs.h"
#include "daemon/runs/submitter.h"
#include "daemon/services/services.h"
#include "daemon/state/blobs.h"
#include "daemon/store/queries/run_heads.h"
#include "daemon/store/queries/run_view.h"
#include "protocol/json_field.h"

namespace api {

using async::Task;
using base::Result;
using http::Request;
using http::Response;
using protocol::read_field;

/// What handlers work with. All of it outlives the server.
struct Api {
  const state::Settings& settings;
  async::Threads& threads;
  store::Store& store;
  store::Readers& readers;
  store::Readers& status_readers;  ///< for GET /api/v1/status alone, which must be answered however busy the others are
  runs::Hub& hub;
  runs::FileEvents& file_events;
  source::Uploads& uploads;
  runs::Runs& runs;
  runs::Submitter& submitter;
  runs::Canceler& canceler;
  services::Services& services;
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
  Task<Result<Response>> (*handler)(Api& api, Request& request);
  bool waits = false;
};
const std::vector<ApiRoute>& route_table();
std::vector<http::Route> api_routes(Api& api);

// status.cpp
Task<Result<Response>> get_status(Api& api, Request& request);
Task<Result<Response>> post_stop(Api& api, Request& request);
Task<Result<Response>> get_usage(Api& api, Request& request);
// workspaces.cpp
Task<Result<Response>> post_workspace(Api& api, Request& request);
Task<Result<Response>> get_workspaces(Api& api, Request& request);
// experiments.cpp
Task<Result<Response>> post_experiment(Api& api, Request& request);
Task<Result<Response>> change_experiment(Api& api, Request& request);
Task<Result<Response>> get_experiments(Api& api, Request& request);
// environments.cpp
Task<Result<Response>> post_environment(Api& api, Request& request);
Task<Result<Response>> get_environments(Api& api, Request& request);
// targets.cpp
Task<Result<Response>> get_targets(Api& api, Request& request);
Task<Result<Response>> post_target(Api& api, Request& request);
Task<Result<Response>> delete_target(Api& api, Request& request);
// data.cpp
Task<Result<Response>> get_datastores(Api& api, Request& request);
Task<Result<Response>> post_datastore(Api& api, Request& request);
Task<Result<Response>> get_datasets(Api& api, Request& request);
Task<Result<Response>> post_dataset(Api& api, Request& request);
Task<Result<Response>> get_dataset(Api& api, Request& request);
Task<Result<Response>> get_dataset_preview(Api& api, Request& request);
Task<Result<Response>> get_run_datasets(Api& api, Request& request);
Task<Result<Response>> delete_fetched(Api& api, Request& request);
// models.cpp
Task<Result<Response>> post_model(Api& api, Request& request);
Task<Result<Response>> get_models(Api& api, Request& request);
Task<Result<Response>> get_model(Api& api, Request& request);
Task<Result<Response>> change_model(Api& api, Request& request);
Task<Result<Response>> delete_model(Api& api, Request& request);
Task<Result<Response>> get_model_file(Api& api, Request& request);
// services.cpp
Task<Result<Response>> post_service(Api& api, Request& request);
Task<Result<Response>> get_services(Api& api, Request& request);
Task<Result<Response>> get_service(Api& api, Request& request);
Task<Result<Response>> change_service(Api& api, Request& request);
Task<Result<Response>> delete_service(Api& api, Request& request);
Task<Result<Response>> get_service_keys(Api& api, Request& request);
Task<Result<Response>> post_service_key(Api& api, Request& request);
// scoring.cpp
Task<Result<Response>> forward_request(Api& api, Request& request);
// runs.cpp
Task<Result<Response>> get_run(Api& api, Request& request);
Task<Result<Response>> delete_run(Api& api, Request& request);
Task<Result<Response>> wait_run(Api& api, Request& request);
Task<Result<Response>> cancel_run(Api& api, Request& request);
Task<Result<Response>> fail_run(Api& api, Request& request);
Task<Result<Response>> end_run(Api& api, Request& request);
// submissions.cpp
Task<Result<Response>> post_run(Api& api, Request& request);
Task<Result<Response>> get_submission(Api& api, Request& request);
Task<Result<Response>> resubmit_run(Api& api, Request& request);
// run_list.cpp
Task<Result<Response>> get_runs(Api& api, Request& request);
Task<Result<Response>> get_names(Api& api, Request& request);
// metrics.cpp
Task<Result<Response>> get_metrics(Api& api, Request& request);
Task<Result<Response>> get_series(Api& api, Request& request);
Task<Result<Response>> post_lines(Api& api, Request& request);
// sweeps.cpp
Task<Result<Response>> get_sweep(Api& api, Request& request);
// files.cpp
Task<Result<Response>> get_files(Api& api, Request& request);
Task<Result<Response>> get_file(Api& api, Request& request);
Task<Result<Response>> get_archive(Api& api, Request& request);
Task<Result<Response>> put_file(Api& api, Request& request);
Task<Result<Response>> get_work(Api& api, Request& request);
Task<Result<Response>> get_work_file(Api& api, Request& request);
// logs.cpp
Task<Result<Response>> get_log(Api& api, Request& request);
Task<Result<Response>> get_log_times(Api& api, Request& request);
// events.cpp
Task<Result<Response>> get_events(Api& api, Request& request);
// snapshots.cpp
Task<Result<Response>> get_snapshot(Api& api, Request& request);
Task<Result<Response>> post_snapshot(Api& api, Request& request);
Task<Result<Response>> get_snapshot_files(Api& api, Request& request);
Task<Result<Response>> get_snapshot_file(Api& api, Request& request);
// uploads.cpp
Task<Result<Response>> put_content(Api& api, Request& request);
Task<Result<Response>> post_upload(Api& api, Request& request);
// portal.cpp
Task<Result<Response>> get_portal_page(Api& api, Request& request);
Task<Result<Response>> get_portal_page_below(Api& api, Request& request);
Task<Result<Response>> get_portal_asset(Api& api, Request& request);

// Shared by the handlers.
Task<Result<store::RunHead>> head_of(Api& api, std::string id);
/// The same, after what the files of a live run hold now has been ingested: a client can read what it has reported.
/// `behind` is set when more than two seconds' worth of it is left.
Task<Result<store::RunHead>> current_head_of(Api& api, std::string id, bool* behind = nullptr);
/// The run that a request comes from, as its client says; nothing when the client names none, or the run is gone.
Task<std::optional<store::RunHead>> asker_of(Api& api, const Request& request);
/// Says why a queued run waits.
void add_waiting(const Api& api, store::RunView& run);
Task<Result<Response>> answer_run(Api& api, std::string id, int status);
/// The body of GET .../files, of files that have been ingested.
Task<Result<nlohmann::json>> files_of(Api& api, store::RunHead run);
/// The whole body of a Body::kStream request, in a file of `folder`.
Task<Result<std::shared_ptr<state::UploadedFile>>> receive(Api& api, Request& request, base::Path folder);
/// Appends a fact of no run unless `known` finds that it is known; true when it was new.
Task<Result<bool>> append_once(Api& api, protocol::StateFact fact, std::function<Result<bool>(store::Database&)> known);
/// Response::json for an answer that may be long: it is made on a thread, so that others are answered meanwhile.
Task<Result<Response>> long_json(Api& api, std::function<nlohmann::json()> make);
Task<Result<Response>> long_json(Api& api, nlohmann::json value);
/// 422 with what is large when a source was refused for its size; 422 send_it when the daemon does not see it; else the
/// error itself.
Result<Response> refused_source(const base::Error& error, const std::vector<source::LargeEntry>& largest);
/// A parameter of the path as a number; 0, which names nothing, when it is not one.
std::int64_t number_parameter(const Request& request, std::string_view name);
/// Refuses a list with more tags and properties than SQLite's grammar allows.
Result<void> check_pairs(const Request& request);
Result<void> check_workspace(const protocol::WorkspaceId& id);
/// The workspace that the query names; nothing when it names none.
std::optional<protocol::WorkspaceId> workspace_of(const Request& request);

}  // namespace api
