// SPDX-License-Identifier: Apache-2.0
#include "daemon/services/runner.h"

#include <unistd.h>

#include <cstdlib>

#include "daemon/async/co_try.h"
#include "daemon/async/run_on.h"
#include "daemon/runs/targets.h"
#include "daemon/services/request.h"
#include "daemon/state/trash.h"
#include "daemon/store/queries/run_view.h"

namespace services {

using base::Result;

namespace {

constexpr std::int64_t kSlots = 10'000;      ///< more than services: none ever waits for a slot
constexpr std::size_t kLongestSocket = 100;  ///< bytes of a path; the kernel allows 107
constexpr const char* kShortFolder = "/tmp/runyard-service-XXXXXX";

/// Where the state directory's path is too long for a socket. mkdtemp makes it 0700, under a name that is not known
/// before.
Result<base::Path> make_short_folder() {
  std::string name = kShortFolder;
  if (!::mkdtemp(name.data())) return base::os_error("cannot make a folder for the socket of a service in /tmp");
  return base::Path(name);
}

/// With its folder, where that was made for it alone.
void remove_socket(const base::Path& socket, const base::Path& folder_of_service) {
  if (socket.empty()) return;
  (void)::unlink(socket.c_str());
  if (socket.parent_path() != folder_of_service) (void)::rmdir(socket.parent_path().c_str());
}

Result<std::string> socket_place(const protocol::ServiceDir& dir, const Version& version, int start) {
  remove_socket(version.socket, dir.root);
  TRY(base::make_directories(dir.root));
  base::Path socket = dir.socket(start);
  if (socket.native().size() < kLongestSocket) {
    (void)::unlink(socket.c_str());
    return socket.string();
  }
  TRY_ASSIGN(const base::Path folder, make_short_folder());
  return protocol::ServiceDir{folder}.socket(start).string();
}

std::string reason_of(const store::RunView& run) {
  if (run.state == protocol::RunState::kCanceled) return "its run " + run.spec.id + " was canceled";
  if (run.state == protocol::RunState::kCompleted) return "its program ended by itself";
  return run.failure();
}

Result<RunLook> look_at(store::Database& database, const store::Place& place, const std::string& id) {
  const auto head = store::find_run(database, id);
  if (!head && head.error().code == std::errc::no_such_file_or_directory)
    return RunLook{true, "its run " + id + " was removed"};
  if (!head) return head.error();
  if (!protocol::is_final(head->state)) return RunLook{};
  TRY_ASSIGN(const store::RunView run, store::run_view(database, place, head->key, false));
  return RunLook{true, reason_of(run)};
}

}  // namespace

/// Made with the first service, unless the user has one of that name.
Task<Result<void>> EngineRunner::make_target() {
  if (p_.runs.queue().knows(kTarget)) co_return Result<void>();
  co_return co_await runs::set_slots(p_.store, p_.runs, kTarget, kSlots);
}

Task<runs::SourceResult<std::string>> EngineRunner::start(const Record& record, const Version& version) {
  CO_TRY_ASSIGN(auto submission, runs::submission_from_json(submission_of(record, version), p_.settings.quotas));
  AWAIT_TRY(make_target());
  auto submitting = p_.submitter.submit(std::move(submission));
  auto submitted = co_await std::move(submitting);
  if (!submitted) co_return submitted.error();
  co_return submitted->run;
}

Task<Result<std::optional<std::string>>> EngineRunner::started(const Record& record, const Version& version) {
  auto ask = [id = submission_id_of(record, version)](store::Database& database) {
    return store::run_of_submission(database, id);
  };
  co_return co_await p_.readers.read(std::move(ask));
}

Task<Result<RunLook>> EngineRunner::look(std::string run) {
  auto ask = [run = std::move(run), place = store::Place{p_.settings.state, ""}](store::Database& database) {
    return look_at(database, place, run);
  };
  co_return co_await p_.readers.read(std::move(ask));
}

Task<Result<void>> EngineRunner::stop(std::string run) {
  protocol::StopRequest request;
  request.by = "service";
  auto stopped = co_await p_.canceler.request_stop(run, request);
  if (!stopped && stopped.error().code == std::errc::no_such_file_or_directory) co_return Result<void>();
  co_return stopped;
}

/// On the writer thread, which does what it is given in order.
Task<Result<void>> EngineRunner::save(const Record& record) {
  auto write = [record, state = p_.settings.state](store::Ingest&) { return write_record(state, record); };
  co_return co_await p_.store.write(std::move(write));
}

Task<Result<std::string>> EngineRunner::make_socket_place(const Record& record, const Version& version) {
  auto make = [dir = p_.settings.state.service(record.id), version, start = record.starts] {
    return socket_place(dir, version, start);
  };
  co_return co_await async::run_on(p_.threads.quick, std::move(make));
}

Task<Result<void>> EngineRunner::forget(const Record& record) {
  auto remove = [record, state = p_.settings.state](store::Ingest&) {
    const auto dir = state.service(record.id);
    for (const auto& [number, version] : record.versions) remove_socket(version.socket, dir.root);
    return state::put_away(state, dir.root);
  };
  co_return co_await p_.store.write(std::move(remove));
}

}  // namespace services
