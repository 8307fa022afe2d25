// SPDX-License-Identifier: Apache-2.0
// What a starting daemon finds: runs that wait, runs that go on, and directories that the last daemon had no time to
// commit.
#include <spdlog/spdlog.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>

#include "daemon/runs/attempt.h"
#include "daemon/runs/runs.h"
#include "daemon/store/models.h"
#include "daemon/store/queries/workspaces.h"
#include "daemon/store/removal.h"
#include "protocol/json.h"

namespace runs {

using base::Result;

namespace {

/// Directories of runs that the database does not know: the last daemon wrote them, and ended before it committed.
Result<std::vector<std::string>> stray_directories(store::Database& database, const base::Path& runs) {
  TRY_ASSIGN(const auto known, store::run_ids(database));
  std::vector<std::string> strays;
  std::error_code code;
  for (std::filesystem::directory_iterator entry(runs, code), end; !code && entry != end; entry.increment(code))
    if (std::string name = entry->path().filename(); !name.starts_with('.') && !known.contains(name))
      strays.push_back(std::move(name));
  if (code && code != std::errc::no_such_file_or_directory)
    return base::os_error("cannot list '" + runs.string() + "'", code.value());
  return strays;
}

/// Writes to the store before the daemon runs its loop: runs the loop until the answer is there.
template <class Work>
auto write_now(store::Store& store, boost::asio::io_context& loop, Work work) {
  std::optional<std::invoke_result_t<Work&, store::Ingest&>> answer;
  auto ask = [&]() -> Task<void> { answer = co_await store.write(std::move(work)); };
  boost::asio::co_spawn(loop, ask(), async::or_end_daemon);
  auto guard = boost::asio::make_work_guard(loop);
  while (!answer) loop.run_one();
  return std::move(*answer);
}

}  // namespace

Result<void> Runs::resume() {
  TRY(adopt_strays());
  TRY_ASSIGN(store::Database database, store::Database::open_read_only(p_.state.database()));
  store::remove_unused_blobs(database, p_.state);
  TRY_ASSIGN(const std::int64_t number, store::last_change(database));
  p_.hub.start_at(number);
  TRY_ASSIGN(const auto targets, store::list_targets(database));
  restore_targets(targets);
  TRY_ASSIGN(const auto unfinished, store::unfinished_runs(database));
  for (const auto& run : unfinished) go_on(run);
  schedule();
  return {};
}

Result<void> Runs::adopt_strays() {
  auto find = [state = p_.state](store::Ingest& ingest) -> Result<std::vector<std::string>> {
    TRY(ingest.ingest_state_facts());
    TRY_ASSIGN(const auto removed, store::remove_rows_without_directory(ingest.database(), state));
    for (const auto& id : removed) spdlog::warn("The run {} is forgotten: it has no directory", id);
    return stray_directories(ingest.database(), state.runs());
  };
  TRY_ASSIGN(const auto strays, write_now(p_.store, p_.loop, std::move(find)));
  for (const auto& id : strays) {  // a transaction for each run, so that a failure undoes no other
    auto adopt = [&id](store::Ingest& ingest) { return ingest.adopt(id); };
    if (const auto key = write_now(p_.store, p_.loop, std::move(adopt)); !key)
      spdlog::warn("Cannot adopt the run directory '{}': {}", id, key.error().message);
  }
  return {};
}

void Runs::restore_targets(const nlohmann::json& targets) {
  queue_.set_slots("local", 1);
  for (const auto& target : targets) {
    if (target["alias_of"].is_null()) queue_.set_slots(target["name"], target["slots"]);
    else queue_.set_alias(target["name"], target["alias_of"], target["removed"]);
  }
}

void Runs::go_on(const store::UnfinishedRun& run) {
  ids_[run.key] = run.id;
  if (run.interactive) return begin_life(run.key, run.child ? Begin::kChild : Begin::kInteractive);
  const Begin how = how_to_go_on(run.id, run.state);
  if (how == Begin::kStart && run.state == protocol::RunState::kQueued)
    return queue_.add(run.key, run.target, run.family);
  restore_slot(run);
  begin_life(run.key, how);
}

/// Of a run whose launcher was found, or that is to be started again.
void Runs::restore_slot(const store::UnfinishedRun& run) {
  const Slot slot = read_slot(p_.state.run(run.id).attempt());
  if (slot == Slot::kAskedFor) queue_.add(run.key, run.target, run.family);
  else queue_.add_running(run.key, run.target, run.family);
  if (slot == Slot::kYielded) queue_.begin_building(run.key);
  else if (slot != Slot::kHeld) static_cast<void>(queue_.end_building(run.key));
}

/// How to go on with a launched run that has no ending. A run that began before the machine was last started does not
/// start a second time, nor does one of which that cannot be read.
Runs::Begin Runs::how_to_go_on(const std::string& id, protocol::RunState state) const {
  const auto begun = has_begun(p_.state.run(id).attempt());
  if (!begun || *begun) return Begin::kAttach;
  const bool may_have_run = state != protocol::RunState::kQueued && state != protocol::RunState::kCancelRequested;
  if (!may_have_run) return Begin::kStart;
  const auto lost = begun_in_another_boot(p_.state.run(id));
  if (!lost) return Begin::kUnknown;
  return *lost ? Begin::kLost : Begin::kStart;
}

}  // namespace runs
