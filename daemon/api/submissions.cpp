// SPDX-License-Identifier: Apache-2.0
// Routes that make runs: submit, and submit once more.

#include "daemon/api/api.h"
#include "daemon/store/ingest/record.h"
#include "protocol/json.h"

namespace api {

using nlohmann::json;

namespace {

Result<json> read_record(const base::Path& file) {
  TRY_ASSIGN(const std::string text, base::read_file(file));
  return protocol::parse_json(text, file.filename().string());
}

/// A run as its record has it, to be submitted once more. In a pointer: it goes from thread to thread.
Result<std::shared_ptr<runs::Submission>> submission_of_record(const protocol::RunDir& dir,
                                                               const std::string& submission_id) {
  TRY_ASSIGN(const json spec_json, read_record(dir.spec()));
  TRY_ASSIGN(auto spec, protocol::spec_from_json(spec_json));
  if (protocol::has_inputs(spec_json)) {
    TRY_ASSIGN(const json inputs, read_record(dir.inputs()));
    TRY_ASSIGN(spec.inputs, protocol::inputs_from_json(inputs));
  }
  TRY_ASSIGN(const auto created, store::read_created(dir));
  TRY_ASSIGN(const json environ_json, read_record(dir.environ_file()));
  TRY_ASSIGN(auto environ, protocol::map_from_json(environ_json));
  return std::make_shared<runs::Submission>(runs::again(submission_id, std::move(spec), created, std::move(environ)));
}

/// 200 when the submission had been answered before.
Task<Result<Response>> answer_submitted(Api& api, runs::Submitted submitted) {
  return answer_run(api, submitted.run, submitted.again ? 200 : 201);
}

}  // namespace

Task<Result<Response>> post_run(Api& api, Request& request) {
  CO_TRY_ASSIGN(const json body, request.json());
  CO_TRY_ASSIGN(auto submission, runs::submission_from_json(body, api.settings.quotas));
  const auto submitted = co_await api.submitter.submit(std::move(submission));
  if (!submitted) co_return refused_source(submitted.error(), submitted.error().largest);
  co_return co_await answer_submitted(api, *submitted);
}

Task<Result<Response>> resubmit_run(Api& api, Request& request) {
  const std::string& id = request.parameter("id");
  AWAIT_TRY_ASSIGN(const store::RunHead run, head_of(api, id));
  if (run.is_interactive())
    co_return base::error("the run '" + id + "' was reported by a process of its user: it cannot be submitted",
                          std::errc::file_exists);
  CO_TRY_ASSIGN(const json body, request.json());
  std::string submission_id;
  CO_TRY(read_field(body, "submission_id", submission_id));
  if (submission_id.empty()) co_return base::error("'submission_id' is missing");
  auto read = [dir = api.place.state.run(id), submission_id] { return submission_of_record(dir, submission_id); };
  AWAIT_TRY_ASSIGN(const auto submission, async::run_on(api.threads.quick, std::move(read)));
  AWAIT_TRY_ASSIGN(const auto submitted, api.submitter.submit(std::move(*submission)));
  co_return co_await answer_submitted(api, submitted);
}

Task<Result<Response>> get_submission(Api& api, Request& request) {
  const std::string& id = request.parameter("id");
  if (const auto progress = api.submitter.progress(id))
    co_return Response::json({{"phase", progress->reading ? "reading" : "scanning"},
                              {"files", progress->files.load()},
                              {"bytes", progress->bytes.load()},
                              {"total_bytes", progress->total_bytes.load()},
                              {"run", nullptr}});
  AWAIT_TRY_ASSIGN(const auto run, api.readers.read([id](store::Database& database) {
    return store::run_of_submission(database, id);
  }));
  if (!run) co_return base::error("there is no submission '" + id + "'", std::errc::no_such_file_or_directory);
  co_return Response::json({{"phase", "queued"}, {"files", 0}, {"bytes", 0}, {"total_bytes", 0}, {"run", *run}});
}

}  // namespace api
