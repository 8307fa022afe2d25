// SPDX-License-Identifier: Apache-2.0
#include "daemon/runs/canceler.h"

#include <spdlog/spdlog.h>

#include "base/sync.h"
#include "daemon/async/co_try.h"
#include "daemon/runs/attempt.h"
#include "protocol/json.h"

namespace runs {

using base::Result;
using protocol::ExitRecord;
using protocol::RunState;

namespace {

/// A run that was asked to stop.
struct StoppedRun {
  RunKey key = 0;
  bool launched = false;  ///< its launcher is to be told
};

/// The file's space was reserved when the run was submitted: it takes a request on a full disk too. `durable` is set
/// once a launcher can read it, whatever becomes of the fact.
Result<void> write_down(store::Ingest& ingest, RunKey key, const protocol::RunDir& dir,
                        const protocol::StopRequest& request, bool* durable) {
  TRY_ASSIGN(auto requests, base::Appender::open(dir.stop_requests()));
  TRY_FOR("cannot write '" + dir.stop_requests().string() + "'",
          requests.append(protocol::to_text(protocol::to_json(request))));
  TRY(requests.sync());
  TRY(base::sync_directory(dir.record()));
  *durable = true;
  return ingest.append_fact(key, protocol::StopRequested{request}, request.t);
}

ExitRecord record_of(const protocol::StopRequest& request, const char* when) {
  ExitRecord record;
  record.outcome = request.cancel ? protocol::RunEvent::kCanceled : protocol::RunEvent::kFailed;
  record.reason = request.cancel ? "cancelled" : "failed_by_request";
  record.message = request.message.empty()
                       ? std::string("The run was ") + (request.cancel ? "cancelled" : "failed") + when
                       : request.message;
  record.error_code = request.error_code;
  record.error = request.error;
  record.by = "daemon";
  record.ended = request.t;
  return record;
}

/// A queued run ends in the same transaction; a run that is starting is ended by its launcher. Both are decided on
/// the writer thread, so they cannot race.
Result<StoppedRun> stop(store::Ingest& ingest, const std::string& id, const protocol::RunDir& dir,
                        const protocol::StopRequest& request, bool* durable) {
  TRY_ASSIGN(const store::RunHead run, store::find_run(ingest.database(), id));
  if (protocol::is_final(run.state)) return StoppedRun{run.key, false};
  const bool interactive = run.is_interactive(), launched = !interactive && run.state != RunState::kQueued;
  bool written = false;
  const auto noted = write_down(ingest, run.key, dir, request, &written);
  *durable = written && !interactive;  // a launcher reads it, now or when the run's turn comes
  if (launched) {
    TRY(noted);
    return StoppedRun{run.key, true};
  }
  TRY(ingest.end(run.key, record_of(request, interactive ? "" : " before it started")));
  forget_secrets(dir);
  return StoppedRun{run.key, false};
}

Result<void> end_by_client(store::Ingest& ingest, const std::string& id, const ExitRecord& record) {
  TRY_ASSIGN(const store::RunHead run, store::find_run(ingest.database(), id));
  if (!run.is_interactive())
    return base::error("cannot end run '" + id + "': its launcher does that when its process ends",
                       std::errc::operation_in_progress);
  if (protocol::is_final(run.state)) return {};
  return ingest.end(run.key, record);
}

}  // namespace

Task<Result<void>> Canceler::request_stop(std::string id, protocol::StopRequest request) {
  request.t = base::to_seconds(base::now());
  auto durable = std::make_shared<bool>(false);
  auto write = [id, request, dir = state_.run(id), durable](store::Ingest& ingest) {
    return stop(ingest, id, dir, request, durable.get());
  };
  auto requested = co_await store_.write(std::move(write));
  if (!requested && *durable) {  // a full disk: the launcher, where there is one, can be told all the same
    spdlog::warn("The request to stop run {} is not in the database yet: {}", id, requested.error().message);
    co_await runs_.nudge_launcher(id);
    co_return Result<void>();
  }
  CO_TRY(requested);
  if (requested->launched) co_await runs_.nudge_launcher(id);
  else runs_.leave_queue(requested->key);  // it was queued, and never will start
  co_return Result<void>();
}

Task<Result<void>> Canceler::end_interactive(std::string id, ExitRecord record) {
  record.ended = base::to_seconds(base::now());
  auto end = [id, record, dir = state_.run(id)](store::Ingest& ingest) -> Result<void> {
    TRY(end_by_client(ingest, id, record));
    forget_secrets(dir);
    return {};
  };
  co_return co_await store_.write(std::move(end));
}

}  // namespace runs
