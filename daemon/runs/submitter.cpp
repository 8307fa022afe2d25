// SPDX-License-Identifier: Apache-2.0
#include "daemon/runs/submitter.h"

#include <spdlog/spdlog.h>
#include <boost/asio/co_spawn.hpp>

#include "base/digest.h"
#include "base/finally.h"
#include "base/sync.h"
#include "base/text.h"
#include "daemon/async/co_try.h"
#include "daemon/async/run_on.h"
#include "daemon/async/waiting.h"
#include "daemon/runs/attempt.h"
#include "daemon/state/trash.h"
#include "daemon/store/ingest/record.h"

namespace runs {

/// What the writer made of a submission.
struct Submitter::CreatedRun {
  RunKey key = 0;
  std::string family;
  bool written = false;  ///< its directory is there, whatever came after
  base::Fd lock;         ///< of its attempt, which begins in the same transaction when a slot is held for it
};

using base::Result;

namespace {

constexpr std::chrono::milliseconds kSubmitPoll(20);

std::string new_id(const protocol::RunSpec& spec, base::Micros now) {
  std::string name;
  for (const char c : spec.experiment)
    name += protocol::check_run_id(std::string(1, c)) || static_cast<unsigned char>(c) >= 0x80 ? c : '-';
  while (name.size() > 200) {  // whole characters
    do name.pop_back();
    while (!name.empty() && (static_cast<unsigned char>(name.back()) & 0xC0) == 0x80);
  }
  if (!base::is_utf8(name)) name = "run";
  return name + "_" + std::to_string(now / 1'000'000) + "_" + base::random_hex(4);
}

/// Safe on disk when this returns. `written`: the directory is there.
Result<void> write_down(const protocol::StateDir& state, const Submission& s, bool& written) {
  TRY_ASSIGN(const auto paths, store::write_record(state, {s.run, s.environ, s.created}));
  written = true;
  return base::sync_together(paths);
}

/// Gives it an id that no other run has, checks that its parent is there, and gives it its number.
Result<void> prepare_row(store::Ingest& ingest, Submission& s) {
  store::Database& database = ingest.database();
  if (s.run.id.empty()) s.run.id = new_id(s.run, base::from_seconds(s.run.submitted));
  TRY_ASSIGN(const bool taken, store::run_exists(database, s.run.id));
  if (taken) return base::error("there is a run '" + s.run.id + "' already", std::errc::file_exists);
  TRY_ASSIGN(const bool parent, s.run.parent.empty() ? Result<bool>(true) : store::run_exists(database, s.run.parent));
  if (!parent)
    return base::error("there is no run '" + s.run.parent + "' to be the parent", std::errc::no_such_file_or_directory);
  TRY_ASSIGN(s.run.number, ingest.next_number(s.run));
  return {};
}

}  // namespace

Task<SourceResult<CapturedSource>> Submitter::read_source(const Submission& submission, SubmitProgress& progress) {
  auto read = [this, &submission, &progress] {
    return runs::read_source(submission, {p_.settings.state, p_.uploads, stat_cache_, progress, leaving_});
  };
  co_return co_await async::run_on(p_.threads.sources, std::move(read));
}

/// The source of another run, as that run had it: nothing is scanned or copied.
Task<Result<void>> Submitter::share_source(Submission& s) {
  auto ask = [run = s.source_run](store::Database& database) { return store::source_of(database, run); };
  AWAIT_TRY_ASSIGN(auto shared, p_.readers.read(std::move(ask)));
  s.run.source = std::move(shared.source);
  s.run.snapshot = std::move(shared.snapshot);
  s.created.snapshot = std::move(shared.facts);
  auto check = [&s, state = p_.settings.state] { return check_shared_script(s, state); };
  co_return co_await async::run_on(p_.threads.quick, std::move(check));
}

/// On a thread: it may be many files.
Task<void> Submitter::drop_upload(std::string id) {
  auto drop = [this, id = std::move(id)] {
    p_.uploads.drop(id);
    return true;
  };
  co_await async::run_on(p_.threads.quick, std::move(drop));
}

std::optional<SubmitProgress> Submitter::progress(const std::string& submission_id) const {
  const auto found = submitting_.find(submission_id);
  if (found == submitting_.end()) return std::nullopt;
  return *found->second;
}

Task<void> Submitter::leave() {
  leaving_ = true;
  p_.uploads.leave();
  while (!submitting_.empty()) co_await async::pause(kSubmitPoll);
}

Task<Result<Submitted>> Submitter::create_run(Submission& s, CreatedRun& created, const Runs::HeldSlot* slot) {
  auto write = [this, &s, &created, slot](store::Ingest& ingest) -> Result<Submitted> {
    TRY_ASSIGN(const auto before, store::run_of_submission(ingest.database(), s.created.submission_id));
    if (before) return Submitted{*before, true};
    TRY(prepare_row(ingest, s));
    TRY_FOR("cannot write the record of run '" + s.run.id + "'", write_down(p_.settings.state, s, created.written));
    TRY_ASSIGN(created.key, ingest.adopt(s.run.id));
    TRY_ASSIGN(created.family, store::family_of(ingest.database(), created.key));
    if (slot && *slot) {
      TRY_ASSIGN(created.lock, begin_attempt(ingest, created.key, p_.settings.state.run(s.run.id).attempt()));
    }
    return Submitted{s.run.id, false};
  };
  auto submitted = co_await p_.store.write(std::move(write));
  if (!submitted && created.written) {  // what was refused must not be found by the next daemon, and begin then
    auto discard = [state = p_.settings.state, id = s.run.id] { return state::put_away(state, state.run(id).root); };
    auto gone = co_await async::run_on(p_.threads.quick, std::move(discard));
    if (!gone) spdlog::error("The run {} was refused, but its directory stays: {}", s.run.id, gone.error().message);
  }
  co_return submitted;
}

Task<SourceResult<Submitted>> Submitter::submit(Submission s) {
  if (p_.runs.is_stopping()) co_return base::error("the daemon is stopping", std::errc::resource_unavailable_try_again);
  const std::string submission_id = s.created.submission_id;
  auto ask = [submission_id](store::Database& database) { return store::run_of_submission(database, submission_id); };
  AWAIT_TRY_ASSIGN(const auto before, p_.readers.read(std::move(ask)));
  if (before) co_return Submitted{*before, true};
  if (!p_.runs.queue().knows(s.run.target))
    co_return base::error(
        "there is no target '" + s.run.target + "': make it with  runyard target set " + s.run.target + " --slots 1",
        std::errc::no_such_file_or_directory);
  // An SDK from a wheel names no path: its folder is a whole site-packages, which must not reach the interpreter of a
  // run.
  if (s.run.sdk_path.empty()) s.run.sdk_path = p_.settings.sdk.string();
  if (s.created.submitter.empty()) s.created.submitter = p_.settings.user;

  // The process of an interactive run waits for the answer: its snapshot comes later.
  const bool interactive = s.created.interactive;
  if (!s.source_run.empty()) {
    AWAIT_TRY(share_source(s));
  } else if (s.has_source && !interactive) {
    auto progress = std::make_shared<SubmitProgress>();
    submitting_[submission_id] = progress;
    const base::Finally forget([&] { submitting_.erase(submission_id); });
    auto captured = co_await read_source(s, *progress);
    if (!captured)
      co_return captured.error().with(captured.error().largest.empty() ? "cannot submit" : "cannot submit the run");
    s.run.snapshot = captured->snapshot;
    s.created.snapshot = captured->facts;
    s.environ["RUNYARD_SOURCE_DATE"] = captured->dated;  // for what a run says of old code
  }

  last_submitted_ = std::max(base::now(), last_submitted_ + 1);
  s.run.submitted = base::to_seconds(last_submitted_);
  CreatedRun created;
  std::optional<Runs::HeldSlot> slot;
  if (!interactive) slot.emplace(p_.runs, s.run.target);
  AWAIT_TRY_ASSIGN(const Submitted submitted, create_run(s, created, slot ? &*slot : nullptr));
  if (!submitted.again) admit(s, created, slot ? &*slot : nullptr);
  slot.reset();
  if (!s.upload.empty()) co_await drop_upload(s.upload);
  co_return submitted;
}

/// Of a run that is written down: as with begin_life(), there is no half of this.
void Submitter::admit(const Submission& s, CreatedRun& created, Runs::HeldSlot* slot) noexcept {
  const Runs::Launched launched{created.key, s.run.id, s.run.target, std::move(created.family)};
  if (slot && *slot) return p_.runs.start(launched, *slot, std::move(created.lock));
  if (slot) return p_.runs.enqueue(launched);
  p_.runs.follow_interactive(created.key, s.run.id);
  if (s.has_source && s.take_snapshot)
    boost::asio::co_spawn(p_.loop, take_snapshot_later(created.key, s), async::or_end_daemon);
}

/// After the answer: whatever goes wrong is a warning of the run.
Task<void> Submitter::take_snapshot_later(RunKey run, Submission submission) {
  SubmitProgress progress;
  SourceResult<CapturedSource> captured;
  try {
    captured = co_await read_source(submission, progress);
  } catch (const std::exception& exception) {
    captured = base::error(exception.what());
  }
  protocol::DaemonFact fact;
  if (captured) fact = protocol::SnapshotTaken{captured->snapshot, captured->facts};
  else fact = protocol::Warning{"no snapshot was taken: " + captured.error().message};
  auto written = co_await note_snapshot(run, std::move(fact));
  if (!written) spdlog::warn("Cannot write down the snapshot of a run: {}", written.error().message);
}

/// A run's first snapshot stays. `file_exists`: it has one.
Task<Result<void>> Submitter::note_snapshot(RunKey run, protocol::DaemonFact fact) {
  auto write = [run, fact = std::move(fact)](store::Ingest& ingest) -> Result<void> {
    TRY_ASSIGN(const auto before, store::snapshot_of(ingest.database(), run));
    if (before) return base::error("the run has a snapshot already: " + *before, std::errc::file_exists);
    return ingest.append_fact(run, fact);
  };
  co_return co_await p_.store.write(std::move(write));
}

Task<SourceResult<void>> Submitter::take_snapshot(RunKey run, Submission submission) {
  SubmitProgress progress;
  auto captured = co_await read_source(submission, progress);
  if (!captured) co_return captured.error().with("cannot take a snapshot");
  protocol::DaemonFact fact = protocol::SnapshotTaken{captured->snapshot, captured->facts};
  AWAIT_TRY(note_snapshot(run, std::move(fact)));
  if (!submission.upload.empty()) co_await drop_upload(submission.upload);
  co_return SourceResult<void>();
}

}  // namespace runs
